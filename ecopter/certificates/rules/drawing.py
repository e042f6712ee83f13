"""A logo as lines of colour, so that the renderer needs neither a file nor a decoder of pictures.

The process that prints is fenced in: it opens no address and reads no picture anybody sent. The
logo is decoded here, made small, and drawn like the QR code: runs of one colour, one path each.
"""

from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Final

from PIL import Image, UnidentifiedImageError

WIDEST: Final = 240
HIGHEST: Final = 96
COLOURS: Final = 24
# Beyond this a picture is refused before it is decoded.
MOST_PIXELS: Final = 40_000_000
# Lighter than this on all three channels is the white of the paper.
PAPER_WHITE: Final = 244
_WHITE: Final = (255, 255, 255, 255)


@dataclass(frozen=True)
class Drawing:
    """Width and height in dots, and one SVG path for each colour, the most used first."""

    width: int
    height: int
    paths: tuple[tuple[str, str], ...]


def drawing_of(picture: bytes) -> Drawing:
    """A PNG, JPEG or WebP as lines; what is white or transparent is left to the paper.

    Raises ValueError when it is no picture, or far too large a one.
    """
    try:
        with Image.open(BytesIO(picture)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ValueError("the picture has too many dots")
            whole = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError) as reason:
        raise ValueError("this is no picture") from reason
    whole.thumbnail((WIDEST, HIGHEST), Image.Resampling.HAMMING)
    ground = Image.new("RGBA", whole.size, _WHITE)
    flat = Image.alpha_composite(ground, whole).convert("RGB")
    few = flat.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = few.getpalette() or []
    colours = [(palette[at], palette[at + 1], palette[at + 2]) for at in range(0, len(palette), 3)]
    # One byte for each dot: its colour's place in the palette.
    dots = few.tobytes()
    lines: dict[str, list[str]] = {}
    for y in range(few.height):
        x = 0
        row = dots[y * few.width : (y + 1) * few.width]
        for dot, run in groupby(row):
            colour, length = colours[dot], len(list(run))
            if min(colour) < PAPER_WHITE:
                lines.setdefault(bytes(colour).hex(), []).append(f"M{x} {y}.5h{length}")
            x += length
    by_use = sorted(lines.items(), key=lambda each: (-len(each[1]), each[0]))
    return Drawing(few.width, few.height, tuple((f"#{key}", "".join(runs)) for key, runs in by_use))
