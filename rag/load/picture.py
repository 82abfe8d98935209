"""Reads pictures of pages (.png, .jpg, .tif), where a recogniser is installed."""

from __future__ import annotations

from pathlib import Path

from rag.datatypes import RawText
from rag.errors import LoadError
from rag.load.pdf import from_scan, no_text
from rag.load.placed import page_text
from rag.load.raw import paged, raw_text, reading
from rag.load.recognise import Find, recogniser
from rag.protocols import Step, no_step

_NAMES = ("图片", "a picture")
_MOST_PIXELS = 80_000_000


class PictureLoader:
    """Reads pictures; ``find`` names who reads the words in them, if anyone can."""

    suffixes: frozenset[str] = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})

    def __init__(self, find: Find = recogniser) -> None:
        self._find = find

    def load(self, path: Path, step: Step = no_step) -> RawText:
        """The words of the picture, of each page where it has several.

        Raises ``NeedsOcr`` where nobody can read them, ``LoadError`` for a file that is damaged or far too large.
        """
        from PIL import Image, ImageSequence

        with reading(path, *_NAMES), Image.open(path) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise LoadError(
                    f"{path.name}：图片有 {picture.width}×{picture.height} 像素，过大，未读取。请缩小后再添加。",
                    f"{path.name}: the picture has {picture.width}×{picture.height} pixels, which is too many.",
                )
            count = getattr(picture, "n_frames", 1)
            found = self._find()
            if found is None:
                raise no_text(path, count, False)
            pages = []
            for number, frame in enumerate(ImageSequence.Iterator(picture), 1):
                step(f"识别图片 {number}/{count}")
                pages.append(page_text(found.recognise(frame.convert("RGB"))))
        if not any(page.text.strip() for page in pages):
            raise no_text(path, count, True)
        text, starts, broken = paged(pages)
        return raw_text(path, text, pages=starts, broken=broken, warnings=[from_scan(range(count))])
