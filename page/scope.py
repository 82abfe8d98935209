"""Where the next questions look: everywhere, in chosen collections, or in chosen documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from page.buttons import act_button
from page.markup import Html, tag
from page.words import Words
from rag.catalogue import Collection
from rag.datatypes import Document

MOST_NAMED = 400  # documents in an address: 17 characters each, and servers take some 16,000


@dataclass(frozen=True, slots=True)
class Scope:
    """What one visitor's tab has chosen: ids of collections or of documents; nothing for everywhere."""

    collections: frozenset[int] = frozenset()
    documents: frozenset[str] = frozenset()

    def within(
        self, collections: Iterable[Collection], documents: Iterable[Document]
    ) -> frozenset[str] | None:
        """The ids of the documents to look in, as things are now; ``None`` for all, also when what was chosen has gone."""
        chosen = [c.documents for c in collections if c.id in self.collections]
        there = self.documents and self.documents.intersection(d.id for d in documents)
        return there.union(*chosen) if chosen or there else None


def scope_named(
    collection_ids: str,
    document_ids: str,
    collections: Iterable[Collection],
    documents: Iterable[Document],
) -> Scope:
    """What a page's address names, as ``scope_html`` does: documents, else collections; those that have gone are left out."""
    named = set(document_ids.split())
    if there := frozenset(d.id for d in documents if d.id in named):
        return Scope(documents=there)
    named = set(collection_ids.split())
    return Scope(collections=frozenset(c.id for c in collections if str(c.id) in named))


def scope_html(
    scope: Scope, collections: Sequence[Collection], documents: Sequence[Document], words: Words
) -> Html:
    """What the next questions are limited to, and the choice of collections where there are any.

    ``data-collections`` and ``data-documents`` name what is chosen for the page's address, so that it outlasts a reload.
    """
    there = [d for d in documents if d.id in scope.documents]
    titles = [_titled(d.title, words) for d in there[:1]]
    names = [c.name for c in collections if c.id in scope.collections]
    if titles:
        shown = words.scope if len(there) == 1 else words.scope_many
        drop = act_button("unscope", words.scope_off, "close")
        limit = {"data_collections": "", "data_documents": _named(there)}
        return tag("p", tag("span", shown.format(titles[0], len(there))), drop, class_="scope", **limit)
    if not collections:
        return tag("span", hidden=True, data_collections="", data_documents="")
    return _choice(scope, collections, names, words)


def _named(documents: Sequence[Document]) -> str:
    """The documents for an address; nothing when they are more than an address can hold."""
    return " ".join(d.id for d in documents) if len(documents) <= MOST_NAMED else ""


def _choice(scope: Scope, collections: Sequence[Collection], names: Sequence[str], words: Words) -> Html:
    """A menu of collections; its label says which are chosen."""
    rows = [
        tag(
            "li",
            tag(
                "label",
                tag("input", type="checkbox", name="chosen", value=c.id, checked=c.id in scope.collections),
                tag("span", c.name),
                tag("small", words.collection_count.format(len(c.documents))),
            ),
        )
        for c in collections
    ]
    quoted = [f"“{name}”" for name in names]
    label = words.scope.format("".join(quoted) if words.language == "zh" else ", ".join(quoted))
    form = tag(
        "form",
        tag("fieldset", tag("legend", words.scope_choose), tag("ol", rows), class_="choices"),
        tag("button", words.scope_apply, type="submit", class_="button primary"),
        data_act="scope",
        class_="menu-body",
    )
    summary = tag(
        "summary", label if names else words.scope_everywhere, class_="scope" if names else "scope everywhere"
    )
    drop = act_button("unscope", words.scope_off, "close") if names else None
    menu = tag("details", summary, form, class_="menu")
    chosen = " ".join(str(c.id) for c in collections if c.id in scope.collections)
    return tag("div", menu, drop, class_="scope-choice", data_collections=chosen, data_documents="")


def _titled(title: str, words: Words) -> str:
    return f"《{title}》" if words.language == "zh" else title
