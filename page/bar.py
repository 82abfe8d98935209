"""The bar at the top of every page."""

from __future__ import annotations

from page.buttons import icon_button
from page.markup import Child, Html, tag
from page.words import Words


def bar_html(words: Words, skip_to: str, before: Child = None, after: Child = None) -> Html:
    """The way past the bar, the name that leads home, light or dark; what stands ``before`` and ``after`` the name."""
    name = (tag("span", class_="mark", aria_hidden="true"), tag("span", words.name))
    return tag(
        "header",
        tag("a", words.skip, href=skip_to, class_="skip"),
        before,
        tag("a", name, href="/" if words.language == "zh" else "/en/", class_="brand"),
        after,
        icon_button("theme", words.theme, data_theme_toggle=True),
        class_="bar",
    )
