"""What ``embeddings`` raises."""

from __future__ import annotations


class EncoderError(Exception):
    """An encoder cannot be loaded or used; the message says what happened and what to do, in Chinese, then
    English.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en
