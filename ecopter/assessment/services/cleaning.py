"""What is inside an uploaded photo or PDF: redrawn, or read through before it is kept."""

import io
from collections.abc import Callable

import pikepdf

from ecopter.assessment.rules.uploads import (
    PDF_PAGES,
    PHOTO_SIDE,
    PIXEL_LIMIT,
    BadFile,
    FileKind,
    Trouble,
)
from ecopter.platform.pictures import BadPicture, as_jpeg, redrawn

PHOTO_QUALITY = 82
_ACTIVE_NAMES = {"/JavaScript", "/Launch", "/RichMediaExecute"}


def bare_photo(content: bytes, kind: FileKind) -> bytes:
    """The picture drawn afresh as a JPEG: upright, longest side 2,000, nothing but pixels.

    Place, date, camera and anything hidden behind the picture stay behind. Raises BadFile.
    """
    try:
        return redrawn(
            content,
            kind.name,
            side=PHOTO_SIDE,
            most_pixels=PIXEL_LIMIT,
            write=lambda image: as_jpeg(image, PHOTO_QUALITY),
        )
    except BadPicture as problem:
        raise BadFile(Trouble(problem.trouble.value)) from problem


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
