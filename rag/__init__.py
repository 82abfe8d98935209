"""党务问答: cited answers over Chinese document collections. For example:

>>> from rag import open_assistant
>>> assistant = open_assistant(home="…")
>>> assistant.index(["folder"])
>>> print(assistant.ask("如何做一名合格的基层党务工作者").answer)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.datatypes import Answer, Article, Citation, Document, Hit, IngestReport, Passage, Turn
from rag.errors import (
    DangwuError,
    ExportError,
    LoadError,
    ModelError,
    NeedsOcr,
    SettingError,
    StoreError,
    UnknownDocument,
)

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.build import open_assistant

__all__ = [
    "Answer",
    "Article",
    "Assistant",
    "Citation",
    "DangwuError",
    "Document",
    "ExportError",
    "Hit",
    "IngestReport",
    "LoadError",
    "ModelError",
    "NeedsOcr",
    "Passage",
    "SettingError",
    "StoreError",
    "Turn",
    "UnknownDocument",
    "open_assistant",
]


def __getattr__(name: str) -> Any:
    """The assistant is imported when it is first asked for: values and errors cost nothing."""
    if name == "open_assistant":
        from rag.build import open_assistant

        return open_assistant
    if name == "Assistant":
        from rag.assistant import Assistant

        return Assistant
    raise AttributeError(f"module 'rag' has no attribute {name!r}")
