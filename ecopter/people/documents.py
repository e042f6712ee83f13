"""The square that a phone reads when the second factor is set up."""

from dataclasses import dataclass
from itertools import groupby

import segno

# A reader needs four light modules around the square (ISO/IEC 18004).
QUIET = 4


@dataclass(frozen=True)
class Square:
    """`side` in modules, the quiet edge included; `path` draws the dark ones."""

    side: int
    path: str


def square_of(text: str) -> Square:
    """Each run of dark modules of a row is drawn at once."""
    rows = segno.make(text, error="m", micro=False).matrix
    drawn = []
    for y, row in enumerate(rows, QUIET):
        x = QUIET
        for is_dark, run in groupby(row):
            length = len(list(run))
            drawn += [f"M{x} {y}h{length}v1h-{length}z"] if is_dark else []
            x += length
    return Square(len(rows) + 2 * QUIET, "".join(drawn))
