"""Pictures of pages: read where a recogniser is there, else named as what they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from rag.errors import LoadError, NeedsOcr
from rag.load import PictureLoader, loader_for
from rag.load.placed import Piece


class Reader:
    """Finds two columns of one line each in every picture."""

    def recognise(self, picture: Image.Image) -> Sequence[Piece]:
        assert picture.mode == "RGB"
        return [Piece("会后要走访。", 10, 60, 130, 80), Piece("每月五日学习。", 10, 20, 150, 40)]


def test_the_words_of_every_page_in_reading_order(tmp_path: Path) -> None:
    pages = [Image.new("1", (400, 300), 1) for _ in range(2)]
    path = tmp_path / "扫描.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:])
    assert isinstance(loader_for(path), PictureLoader)
    steps: list[str] = []
    raw = PictureLoader(Reader).load(path, steps.append)
    assert raw.text.split() == ["每月五日学习。", "会后要走访。"] * 2
    assert len(raw.page_starts) == 2
    assert steps == ["识别图片 1/2", "识别图片 2/2"]
    assert "第 1、2 页是扫描件" in raw.warnings[0]


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_without_a_recogniser_the_message_names_the_command(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"通知.{suffix}"
    Image.new("RGB", (400, 300), "white").save(path)
    with pytest.raises(NeedsOcr, match=r"可能是扫描件[\s\S]*pip install \"rapidocr>=3\" onnxruntime"):
        PictureLoader(lambda: None).load(path)


def test_damaged_and_enormous_pictures_are_clear_errors(tmp_path: Path) -> None:
    path = tmp_path / "通知.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    with pytest.raises(LoadError, match="损坏"):
        PictureLoader(Reader).load(path)
    Image.new("1", (12_000, 7_000)).save(path)
    with pytest.raises(LoadError, match="像素"):
        PictureLoader(Reader).load(path)
