"""The only files a document may use: our fonts and print styles, by name."""

from typing import Final, NoReturn
from urllib.parse import unquote

from ecopter.platform.paths import STATIC

SCHEME: Final = "ecopter-asset:"
FOLDERS: Final = ("css/documents", "fonts/pdf")


class UnknownAsset(LookupError):
    """A name that is none of our files."""


def read_asset(name: str) -> bytes:
    """The bytes of `fonts/pdf/…` or `css/documents/…`. Raises UnknownAsset for all else."""
    static = STATIC.resolve()
    path = (static / unquote(name)).resolve()
    if not any(path.is_relative_to(static / folder) for folder in FOLDERS) or not path.is_file():
        _refuse(name)
    return path.read_bytes()


def read_address(address: str) -> bytes:
    """The bytes behind `ecopter-asset:…`. Raises UnknownAsset for every other address."""
    if not address.startswith(SCHEME):
        _refuse(address)
    return read_asset(address.removeprefix(SCHEME))


def _refuse(name: str) -> NoReturn:
    raise UnknownAsset(f"A document asked for {name[:200]!r}, which is none of ours")
