"""The one error of this package; it hangs in the tree of ``rag.errors``."""

from __future__ import annotations

from rag.errors import DangwuError


class EvalError(DangwuError):
    """A question file, a retrieval set, an answer record or an earlier report cannot be used."""
