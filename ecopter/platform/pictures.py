"""Pictures from strangers: judged by their head, unpacked once, drawn afresh as bare pixels."""

import io
import struct
import threading
import zlib
from collections.abc import Callable
from enum import StrEnum

from PIL import Image, ImageOps

_SIGNATURES = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
# A photo of 25 megapixels takes some 150 MB while it is worked on: one at a time in a process.
_one_picture_at_a_time = threading.Lock()
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


class PictureTrouble(StrEnum):
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"


class BadPicture(Exception):
    """A picture that cannot be opened, or is not worth the memory."""

    def __init__(self, trouble: PictureTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def picture_format(content: bytes) -> str:
    """JPEG, PNG or WEBP by the very first bytes; empty for anything else (SVG, HTML…)."""
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    return next((name for mark, name in _SIGNATURES if content.startswith(mark)), "")


def redrawn(
    content: bytes,
    name: str,
    *,
    side: int,
    most_pixels: int,
    write: Callable[[Image.Image], bytes],
) -> bytes:
    """What `write` makes of the picture: upright, no side longer than `side`, bare pixels.

    `name` is the format the content must have, `most_pixels` what may be unpacked. Place, date,
    camera and anything hidden behind the picture stay behind. Raises BadPicture.
    """
    with _one_picture_at_a_time:
        try:
            with _opened(content, name, most_pixels) as image:
                image.verify()
            with _opened(content, name, most_pixels) as image:
                return write(_upright(image, side))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
            raise BadPicture(PictureTrouble.TOO_MANY_PIXELS) from problem
        except _PICTURE_TROUBLE as problem:
            raise BadPicture(PictureTrouble.BROKEN) from problem


def on_white(image: Image.Image) -> Image.Image:
    """The picture without transparency, as a JPEG needs it."""
    if image.mode in {"RGB", "L"}:
        return image
    clear = image.convert("RGBA")
    ground = Image.new("RGB", clear.size, "white")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground


def as_jpeg(image: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    on_white(image).save(target, "JPEG", quality=quality, optimize=True, progressive=True)
    return target.getvalue()


def as_light_picture(image: Image.Image, limit: int) -> bytes:
    """A PNG of at most `limit` bytes where one is enough (drawings, letters), else a JPEG.

    Fewer colours first, then fewer pixels: a mark stays sharp as long as it can.
    """
    while True:
        for make in (_as_png, _as_small_png, _as_good_jpeg, _as_plain_jpeg):
            content = make(image)
            if len(content) <= limit:
                return content
        image = image.resize((max(1, image.width * 3 // 4), max(1, image.height * 3 // 4)))


def _as_png(image: Image.Image) -> bytes:
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def _as_small_png(image: Image.Image) -> bytes:
    return _as_png(image.quantize(256, method=Image.Quantize.FASTOCTREE))


def _as_good_jpeg(image: Image.Image) -> bytes:
    return as_jpeg(image, 85)


def _as_plain_jpeg(image: Image.Image) -> bytes:
    return as_jpeg(image, 65)


def _opened(content: bytes, name: str, most_pixels: int) -> Image.Image:
    """Only the header is read here: the size is judged before a single pixel is unpacked."""
    image = Image.open(io.BytesIO(content), formats=[name])
    if image.width * image.height > most_pixels:
        image.close()
        raise BadPicture(PictureTrouble.TOO_MANY_PIXELS)
    return image


def _upright(image: Image.Image, side: int) -> Image.Image:
    image.draft("RGB", (side, side))  # a large JPEG is unpacked at half size or less
    upright = ImageOps.exif_transpose(image)
    if upright.mode not in {"RGB", "L"}:
        upright = upright.convert("RGBA")
    upright.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Image.frombytes(upright.mode, upright.size, upright.tobytes())
