"""What an address may name, and where a page may send its reader next."""

import re
from typing import Any

from werkzeug.routing import IntegerConverter, Map

# The largest id that both databases keep.
LARGEST_ID = 2**31 - 1
# One leading slash, no second one, no backslash, no control character: only a page of ours.
_OURS = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


class Id(IntegerConverter):
    """`<int:…>` for ids: a number that no row can have is an address that does not exist."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **({"max": LARGEST_ID} | options))


def safe_next(wanted: str | None, otherwise: str) -> str:
    """The address asked for if it is one of our pages, else `otherwise`."""
    return wanted if wanted and _OURS.fullmatch(wanted) else otherwise
