"""What a person says about a file on the shelf: written into the ``sources.csv`` beside it, where ingest reads it."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from pathlib import Path

from rag.datatypes import Metadata
from rag.load import SOURCES
from rag.users import write_private


def write_metadata(path: Path, given: Metadata) -> None:
    """Puts ``given`` beside ``path``, which is alone in its folder. Raises ``SettingError`` when it cannot be written."""
    row = {"file": path.name, **{name: value or "" for name, value in asdict(given).items()}}
    text = io.StringIO()
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerow(row)
    write_private(path.parent / SOURCES, text.getvalue())
