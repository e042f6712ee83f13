"""Where a page may send its reader next."""

import re

# One leading slash, no second one, no backslash, no control character: only a page of ours.
_OURS = re.compile(r"/(?![/\\])[^\\\x00-\x1f\x7f]*")


def safe_next(wanted: str | None, otherwise: str) -> str:
    """The address asked for if it is one of our pages, else `otherwise`."""
    return wanted if wanted and _OURS.fullmatch(wanted) else otherwise
