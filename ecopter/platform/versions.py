"""The oldest versions the school may run on: below them are known weaknesses."""

import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

# Each floor is the version in which the named fault was mended, or what our own code needs.
FLOORS: Mapping[str, str] = {
    "flask": "3.1.3",  # CVE-2026-27205: an answer kept without Vary: Cookie
    "gunicorn": "22",  # CVE-2024-1135, CVE-2024-6827: two requests read as one
    "jinja2": "3.1.6",  # CVE-2025-27516: a way out of the sandbox
    "pillow": "12.2",  # a PDF that is read without end
    "tzdata": "2026.6",  # Casablanca's clock since 20 September 2026
    "weasyprint": "70",  # CVE-2026-55073: resources fetched past the fetcher
    "werkzeug": "3.1.6",  # names of Windows devices in safe_join
}
_RELEASE = re.compile(r"(\d+(?:\.\d+)*)(?:\.post\d+)?(?:\+[\w.]+)?")


def too_old(versions: Mapping[str, str]) -> list[str]:
    """One line for each package below its floor, missing, or not a final release."""
    return [
        f"{name} {versions.get(name, 'is missing')}, at least {floor}"
        for name, floor in FLOORS.items()
        if _numbers(versions.get(name, "")) < _numbers(floor)
    ]


def installed() -> dict[str, str]:
    """The versions that this Python would import."""
    found = {}
    for name in FLOORS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _numbers(text: str) -> tuple[int, ...]:
    """Numbers to compare; nothing for what is no final release, which is below every floor."""
    release = _RELEASE.fullmatch(text)
    return tuple(int(part) for part in release[1].split(".")) if release else ()
