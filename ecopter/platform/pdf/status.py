"""Says whether this machine can print, and the one line that mends it when it cannot."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

_CHECK_SECONDS: Final = 20

# The names WeasyPrint itself tries, one line per library.
_REQUIRED: Final = {
    "gobject": ("libgobject-2.0.so.0", "libgobject-2.0-0", "libgobject-2.0.dylib", "gobject-2.0"),
    "pango": ("libpango-1.0.so.0", "libpango-1.0-0", "libpango-1.0.dylib", "pango-1.0"),
    "pangoft2": (
        "libpangoft2-1.0.so.0",
        "libpangoft2-1.0-0",
        "libpangoft2-1.0.dylib",
        "pangoft2-1.0",
    ),
    "harfbuzz": ("libharfbuzz.so.0", "libharfbuzz-0", "libharfbuzz.0.dylib", "harfbuzz"),
    "fontconfig": ("libfontconfig.so.1", "libfontconfig-1", "libfontconfig.1.dylib", "fontconfig"),
}
_WANTED: Final = {
    "harfbuzz-subset": (
        "libharfbuzz-subset.so.0",
        "libharfbuzz-subset-0",
        "libharfbuzz-subset.0.dylib",
        "harfbuzz-subset",
    ),
}
_REMEDIES: Final = (
    ("apt-get", "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
    ("dnf", "sudo dnf install pango harfbuzz"),
    ("brew", "brew install pango"),
)
_ANY_SYSTEM: Final = "Install Pango 1.44 or newer and HarfBuzz with its subset library."
# Each argument is one library under all its names. Asking the system where one is starts
# compilers: that is for names which are not enough by themselves.
_LOAD: Final = """
import ctypes, ctypes.util, sys

def loads(names):
    for find in (str, ctypes.util.find_library):
        for name in names:
            try:
                if (found := find(name)) and ctypes.CDLL(found):
                    return True
            except OSError:
                pass
    return False

sys.exit(not all(loads(library.split()) for library in sys.argv[1:]))
"""


@dataclass(frozen=True)
class PdfStatus:
    """`ok`: papers can be printed. `missing`: libraries not found. `advice`: what to do, or ''.

    With `ok` and something missing, papers are printed, only more slowly.
    """

    ok: bool
    missing: tuple[str, ...]
    advice: str


def pdf_available() -> PdfStatus:
    """Load the native libraries in a process of their own: a broken one cannot take us along."""
    if _load(*_REQUIRED.values(), *_WANTED.values()):
        return describe((), (), "")
    lacking = tuple(name for name, files in _REQUIRED.items() if not _load(files))
    slow = tuple(name for name, files in _WANTED.items() if not _load(files))
    return describe(lacking, slow, remedy())


def describe(lacking: tuple[str, ...], slow: tuple[str, ...], line: str) -> PdfStatus:
    """Put the finding in words: required libraries lacking, wanted ones, the line that mends."""
    if lacking:
        advice = f"Certificates cannot be printed. {line}"
    elif slow:
        advice = f"Certificates print about 14 times more slowly than they could. {line}"
    else:
        advice = ""
    return PdfStatus(ok=not lacking, missing=lacking + slow, advice=advice)


def remedy() -> str:
    """The command for the package manager of this machine."""
    for tool, line in _REMEDIES:
        if shutil.which(tool):
            return f"Run: {line}"
    return _ANY_SYSTEM


def _load(*libraries: tuple[str, ...]) -> bool:
    command = [sys.executable, "-I", "-S", "-c", _LOAD, *map(" ".join, libraries)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_CHECK_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0
