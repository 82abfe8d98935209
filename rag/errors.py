"""Every error this package raises on purpose.

    DangwuError
    ├── SettingError      a setting is missing, misspelt or contradicts the stored index
    ├── LoadError         one file cannot be read
    │   └── NeedsOcr      a file without text: most likely a scan
    ├── StoreError        the knowledge base on disk cannot be used
    ├── UnknownDocument   an id or source that the knowledge base does not hold
    ├── ModelError        the language model endpoint failed; an extractive answer is still possible
    ├── ExportError       an answer could not be written to a file
    └── RequestError      a request over HTTP is not what the interface takes

A message says what happened, with the value, and what to do next; Chinese first, English beside it.
Only the command line, the page and the HTTP API turn errors into text.
"""

from __future__ import annotations


class DangwuError(Exception):
    """The root of the tree. ``str(error)`` is the Chinese message and the English one, on two lines."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en

    def message(self, language: str) -> str:
        """The message in ``language``: English for ``"en"``, Chinese for everything else."""
        return self.en if language == "en" else self.zh


class SettingError(DangwuError):
    """A setting is missing, misspelt or contradicts the stored index."""


class LoadError(DangwuError):
    """One file cannot be read."""


class NeedsOcr(LoadError):
    """A file without text: most likely a scan."""


class StoreError(DangwuError):
    """The knowledge base on disk cannot be used."""


class UnknownDocument(DangwuError):
    """An id or source that the knowledge base does not hold."""


class ModelError(DangwuError):
    """The language model endpoint failed; an extractive answer is still possible."""


class ExportError(DangwuError):
    """An answer could not be written to a file."""


class RequestError(DangwuError):
    """A request over HTTP is not what the interface takes."""
