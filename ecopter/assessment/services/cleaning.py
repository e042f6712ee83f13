"""What is inside an uploaded photo or PDF: redrawn, or read through before it is kept."""

import io
import struct
import threading
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image, ImageOps

from ecopter.assessment.rules.uploads import (
    PDF_PAGES,
    PHOTO_SIDE,
    PIXEL_LIMIT,
    BadFile,
    FileKind,
    Trouble,
)

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
