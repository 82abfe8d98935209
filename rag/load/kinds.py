"""What a file really is: by its first bytes, then by what it holds, by its name only where bytes cannot tell."""

from __future__ import annotations

import mimetypes
import re
import zipfile
from pathlib import Path

from rag.errors import LoadError
from rag.load.decode import OLE, ZIP, decode

_HEAD = 64 * 1024
_TEXT = ".txt"
_PICTURES = (
    (b"\x89PNG\r\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
)
_PARTS = (
    ("word/", ".docx"),
    ("xl/", ".xlsx"),
    ("ppt/", ".pptx"),
    ("OFD.xml", ".ofd"),
    ("content.xml", ".odt"),
)
_STREAMS = (("WordDocument", ".doc"), ("Workbook", ".xls"), ("Book", ".xls"), ("PowerPoint Document", ".ppt"))
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title)\b", re.I | re.S
)
_MHTML = re.compile(rb"(?:^|\n)content-type:\s*multipart/related", re.I)
_OPEN_DOCUMENT = {"text": ".odt", "spreadsheet": ".ods", "presentation": ".odp"}


def kind_of_file(path: Path) -> str | None:
    """The suffix that a file should have; ``None`` when it holds neither text nor anything known.

    A file that is mislabelled (a web page named .doc, a PDF named .docx) is called what it is. Raises ``OSError``.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    suffix = path.suffix.lower()
    if head.startswith(ZIP):
        return _kind_of_zip(path, suffix)
    if head.startswith(OLE):
        return _kind_of_ole(path, suffix)
    if head.startswith(b"{\\rtf"):
        return ".rtf"
    for signature, kind in _PICTURES:
        if head.startswith(signature):
            return kind
    if b"%PDF-" in head[:1024]:  # some programs write something before it
        return ".pdf"
    return _kind_of_text(head, suffix, path.name)


def _kind_of_zip(path: Path, suffix: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                declared = archive.read("mimetype").decode("ascii", "replace")
                kind = next(
                    (k for word, k in _OPEN_DOCUMENT.items() if f"opendocument.{word}" in declared), None
                )
                if kind is not None:
                    return kind
    except Exception:  # a damaged archive: its name says which loader shall say so
        return suffix if suffix in {kind for _, kind in _PARTS} else ".zip"
    return next((kind for part, kind in _PARTS if any(name.startswith(part) for name in names)), ".zip")


def _kind_of_ole(path: Path, suffix: str) -> str:
    """The program of an old Office file, by the names of the streams in its directory."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise LoadError(
            f"{path.name}：文件有打开密码，无法读取。请用 Office 或 WPS 去掉密码后再添加。",
            f"{path.name}: the file is protected with a password. Remove the password and add it again.",
        )
    for stream, kind in _STREAMS:
        if (stream + "\0").encode("utf-16-le") in content:
            return kind
    return suffix if suffix in (".doc", ".wps", ".xls", ".et", ".ppt", ".dps") else ".doc"


def _kind_of_text(head: bytes, suffix: str, name: str) -> str | None:
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if _HTML.match(plain[:4096]):
        return ".html"
    if (
        suffix not in (".txt", ".md")
        and _MHTML.search(plain[:4096])
        and b"mime-version:" in plain[:4096].lower()
    ):
        return ".mhtml"
    if b"<?mso-application" in plain[:1024]:
        return ".doc"  # Word 2003 wrote plain XML
    if suffix in (".txt", ".text", ".md", ".markdown", ".csv", ".html", ".htm", ".mhtml", ".mht"):
        return suffix
    guessed = mimetypes.guess_type(name)[0] or ""
    office = guessed.startswith(
        ("application/vnd.", "application/msword", "application/pdf", "application/rtf")
    )
    if suffix and guessed and not office:
        return None
    return _TEXT if looks_like_text(head) else None


def looks_like_text(head: bytes) -> bool:
    """Whether bytes from the start of a file read as text in one of the encodings that text files have."""
    if len(head) == _HEAD:  # do not judge by a character or line cut in two
        head = head[: head.rfind(b"\n") + 1] or head
    try:
        return bool(head) and bool(decode(head)[0].strip())
    except LoadError:
        return False
