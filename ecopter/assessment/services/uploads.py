"""Taking in files: checked by content, photos made upright and bare, all kept by their hash."""

import io
import struct
import threading
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import IO

import pikepdf
from PIL import Image, ImageOps

from ecopter.assessment.models import SubmissionFile
from ecopter.assessment.rules.acceptance import MOST_FILES
from ecopter.assessment.rules.uploads import (
    FILE_LIMIT,
    PDF_PAGES,
    PHOTO_SIDE,
    PHOTOS,
    PIXEL_LIMIT,
    BadFile,
    FileKind,
    Trouble,
    clean_name,
    kind_of,
)
from ecopter.db import let_go
from ecopter.platform.files import FileStore
from ecopter.shared.errors import Unavailable
from ecopter.shared.text import N_

PHOTO_QUALITY = 82
_ACTIVE_NAMES = {"/JavaScript", "/Launch", "/RichMediaExecute"}
# A photo of 25 megapixels takes some 150 MB while it is worked on: one at a time in a process.
_one_photo_at_a_time = threading.Lock()
_PICTURE_TROUBLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    EOFError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Incoming:
    """A file as the browser sent it; its name and its claimed type prove nothing."""

    name: str
    stream: IO[bytes]


@dataclass(frozen=True)
class KeptFile:
    """A file that is in the store and not yet part of a hand-in."""

    digest: str
    name: str
    content_type: str
    size: int


@dataclass(frozen=True)
class RefusedFile:
    name: str
    trouble: Trouble


@dataclass(frozen=True)
class Received:
    """What came of an upload: `kept` holds the earlier files too, in order, without doubles."""

    kept: tuple[KeptFile, ...]
    refused: tuple[RefusedFile, ...]


def receive_uploads(
    incoming: Iterable[Incoming], *, earlier: Sequence[KeptFile], files: FileStore
) -> Received:
    """Check, clean and store files while no transaction is open.

    `earlier` are files accepted before and still wanted; with them at most ten are kept. A file
    that cannot be taken is named with its trouble and costs the others nothing.
    """
    let_go()
    kept = {file.digest: file for file in earlier[:MOST_FILES]}
    refused = []
    for upload in incoming:
        try:
            file = _receive(upload, files, has_room=len(kept) < MOST_FILES)
        except BadFile as problem:
            refused.append(RefusedFile(upload.name, problem.trouble))
        else:
            kept.setdefault(file.digest, file)
    return Received(tuple(kept.values()), tuple(refused))


def read_file(stored: SubmissionFile, *, files: FileStore) -> bytes:
    """The content of a handed-in file. Raises Unavailable when the store has lost it."""
    try:
        return files.get(stored.digest)
    except FileNotFoundError as problem:
        raise Unavailable(
            N_("This file cannot be read at the moment. Tell the school's office.")
        ) from problem


def _receive(upload: Incoming, files: FileStore, *, has_room: bool) -> KeptFile:
    if not has_room:
        raise BadFile(Trouble.TOO_MANY)
    # One byte more than allowed tells "too large" without reading the rest.
    content = upload.stream.read(FILE_LIMIT + 1)
    kind = kind_of(content)
    name = clean_name(upload.name, kind)
    if kind in PHOTOS:
        content, kind = bare_photo(content, kind), FileKind.JPEG
    elif kind is FileKind.PDF:
        check_pdf(content)
    return KeptFile(files.put(content), name, kind.value, len(content))


def bare_photo(content: bytes, kind: FileKind) -> bytes:
    """The picture drawn afresh as a JPEG: upright, longest side 2,000, nothing but pixels.

    Place, date, camera and anything hidden behind the picture stay behind. Raises BadFile.
    """
    with _one_photo_at_a_time:
        try:
            with _opened(content, kind) as image:
                image.verify()
            with _opened(content, kind) as image:
                return _redrawn(image)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
            raise BadFile(Trouble.TOO_MANY_PIXELS) from problem
        except _PICTURE_TROUBLE as problem:
            raise BadFile(Trouble.BROKEN) from problem


def _opened(content: bytes, kind: FileKind) -> Image.Image:
    """Only the header is read here: the size is judged before a single pixel is unpacked."""
    image = Image.open(io.BytesIO(content), formats=[kind.name])
    if image.width * image.height > PIXEL_LIMIT:
        image.close()
        raise BadFile(Trouble.TOO_MANY_PIXELS)
    return image


def _redrawn(image: Image.Image) -> bytes:
    image.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))  # a large JPEG is unpacked at half size or less
    upright = ImageOps.exif_transpose(image)
    if upright.mode not in {"RGB", "L"}:
        upright = upright.convert("RGBA")
        ground = Image.new("RGB", upright.size, "white")
        ground.paste(upright, mask=upright.getchannel("A"))
        upright = ground
    upright.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    fresh = Image.frombytes(upright.mode, upright.size, upright.tobytes())
    target = io.BytesIO()
    fresh.save(target, "JPEG", quality=PHOTO_QUALITY, optimize=True, progressive=True)
    return target.getvalue()


def check_pdf(content: bytes) -> None:
    """A PDF that opens without a password, has 1 to 500 pages and runs nothing.

    Raises BadFile.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if not 1 <= len(pdf.pages) <= PDF_PAGES:
                raise BadFile(Trouble.BROKEN)
            if any(_acts(thing) for thing in pdf.objects):
                raise BadFile(Trouble.ACTIVE)
    except pikepdf.PasswordError as problem:
        raise BadFile(Trouble.LOCKED) from problem
    except (pikepdf.PdfError, ValueError, RuntimeError, OverflowError) as problem:
        raise BadFile(Trouble.BROKEN) from problem


def _acts(thing: pikepdf.Object) -> bool:
    """True when an object, or one written inside it, carries a script or starts a program."""
    waiting, is_known = [thing], _is_known()
    while waiting:
        part = waiting.pop()
        if isinstance(part, pikepdf.Array):
            waiting.extend(item for item in part if not is_known(item))
        elif isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
            if "/JS" in part or str(part.get("/S", "")) in _ACTIVE_NAMES:
                return True
            waiting.extend(value for _, value in part.items() if not is_known(value))
    return False


def _is_known() -> Callable[[object], bool]:
    """Indirect parts are visited by themselves; only what is written in place is followed."""
    return lambda part: (
        bool(getattr(part, "is_indirect", False)) or not isinstance(part, pikepdf.Object)
    )
