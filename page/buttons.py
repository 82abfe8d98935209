"""Buttons inside the page's own HTML: what they do stands in ``data-act``, and ``page.js`` tells the tab."""

from __future__ import annotations

from page.markup import Html, tag


def act_button(
    act: str,
    label: str,
    icon: str,
    about: str = "",
    *,
    ident: str = "",
    shown: bool = False,
    sure: str | None = None,
    pressed: bool | None = None,
) -> Html:
    """A button with an icon. Its label is read out, with what it is ``about``, and written beside the icon if ``shown``.

    ``sure`` is asked before the act; ``pressed`` makes it one that stays down.
    """
    return tag(
        "button",
        label if shown else None,
        type="button",
        class_=f"act icon-{icon}",
        data_act=act,
        data_id=ident,
        data_sure=sure,
        title=None if shown else label,
        aria_label=f"{label}：{about}" if about else None if shown else label,
        aria_pressed=None if pressed is None else str(pressed).lower(),
    )


def icon_button(icon: str, label: str, **attributes: str | int | bool | None) -> Html:
    """A button that is nothing but an icon; its label is read out and shown on hover."""
    return tag(
        "button",
        tag("span", class_=f"icon {icon}", aria_hidden="true"),
        type="button",
        class_="icon-button",
        aria_label=label,
        title=label,
        **attributes,
    )
