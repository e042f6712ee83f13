"""What a handed-in file really is: by its first bytes and its structure, never by its name."""

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from enum import StrEnum

FILE_LIMIT = 8 * 1024 * 1024
NAME_LENGTH = 120
PIXEL_LIMIT = 25_000_000
PHOTO_SIDE = 2_000
PDF_PAGES = 500
ARCHIVE_ENTRIES = 2_000
ARCHIVE_RATIO = 100
ARCHIVE_BYTES = 200 * 1024 * 1024
_CHUNK = 64 * 1024
_ENCRYPTED = 0x1


class FileKind(StrEnum):
    """What may be handed in; the value is the type under which it is kept."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"
    ODT = "application/vnd.oasis.opendocument.text"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


PHOTOS = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})
# Photos are kept as JPEG whatever they came as.
ENDINGS = {
    FileKind.JPEG: ".jpg",
    FileKind.PNG: ".jpg",
    FileKind.WEBP: ".jpg",
    FileKind.PDF: ".pdf",
    FileKind.ODT: ".odt",
    FileKind.DOCX: ".docx",
}


class Trouble(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    WRONG_KIND = "wrong_kind"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    LOCKED = "locked"
    ACTIVE = "active"
    BOMB = "bomb"


class BadFile(Exception):
    """A file that cannot be taken; the reader is told which and why, the others are kept."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def kind_of(content: bytes) -> FileKind:
    """The kind by signature at the very first byte; archives are looked into.

    Raises BadFile for nothing, for too much, and for anything outside the list (SVG, HTML…).
    """
    if not content:
        raise BadFile(Trouble.EMPTY)
    if len(content) > FILE_LIMIT:
        raise BadFile(Trouble.TOO_LARGE)
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return FileKind.WEBP
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"PK\x03\x04"):
        return document_kind(content)
    raise BadFile(Trouble.WRONG_KIND)


def document_kind(content: bytes) -> FileKind:
    """ODT or DOCX, after reading the whole archive by counting: declared sizes may lie.

    Raises BadFile for other archives, macros, passwords, entries that climb out of the archive,
    more than 2,000 entries, more than 200 MB or a hundred times the file's own size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            small = _read_counting(archive, entries, len(content))
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        OSError,
        RuntimeError,
        ValueError,
    ) as problem:
        raise BadFile(Trouble.BROKEN) from problem
    names = {entry.filename for entry in entries}
    if small.get("mimetype", b"").strip() == FileKind.ODT.encode() and "content.xml" in names:
        return FileKind.ODT
    types = small.get("[Content_Types].xml", b"")
    if FileKind.DOCX.encode() in types and "word/document.xml" in names:
        return FileKind.DOCX
    raise BadFile(Trouble.WRONG_KIND)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ARCHIVE_ENTRIES:
        raise BadFile(Trouble.BOMB)
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise BadFile(Trouble.BROKEN)
    for entry in entries:
        name = entry.filename
        climbs = name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")
        if climbs or stat.S_ISLNK(entry.external_attr >> 16):
            raise BadFile(Trouble.ACTIVE)
        if entry.flag_bits & _ENCRYPTED:
            raise BadFile(Trouble.LOCKED)
        lower = name.casefold()
        if "vbaproject" in lower or lower.startswith(("basic/", "scripts/")):
            raise BadFile(Trouble.ACTIVE)


def _read_counting(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], size: int
) -> dict[str, bytes]:
    """Unpack into nowhere, stopping at the limit; returns the two entries that tell the kind."""
    most = min(ARCHIVE_BYTES, ARCHIVE_RATIO * size)
    total = 0
    small: dict[str, bytes] = {}
    for entry in entries:
        wanted = entry.filename in {"mimetype", "[Content_Types].xml"}
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                total += len(chunk)
                if total > most:
                    raise BadFile(Trouble.BOMB)
                if wanted and entry.filename not in small:
                    small[entry.filename] = chunk
    if b"macroEnabled" in small.get("[Content_Types].xml", b""):
        raise BadFile(Trouble.ACTIVE)
    return small


def clean_name(raw: str, kind: FileKind) -> str:
    """The name as it is shown and offered for saving, at most 120 characters.

    No folder, no hidden or turning character, and the ending of what the file is.
    """
    last = re.split(r"[/\\]", raw)[-1]
    visible = "".join(
        " " if unicodedata.category(char).startswith("Z") else char
        for char in unicodedata.normalize("NFC", last)
        if not unicodedata.category(char).startswith("C")
    )
    stem = " ".join(visible.split()).strip(". ")
    head, dot, tail = stem.rpartition(".")
    if dot and head and len(tail) <= 5 and tail.isascii() and tail.isalnum():
        stem = head.rstrip(". ")
    stem = re.sub(r'[<>:"|?*]', "_", stem) or ("photo" if kind in PHOTOS else "document")
    ending = ENDINGS[kind]
    return stem[: NAME_LENGTH - len(ending)].rstrip(". ") + ending


def listed(names: list[str]) -> list[str]:
    """Names made different from each other, so that "photo.jpg" three times is told apart."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        stem, dot, ending = name.rpartition(".")
        result.append(name if seen[name] == 1 else f"{stem} ({seen[name]}){dot}{ending}")
    return result
