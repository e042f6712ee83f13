"""What is locked has no known weakness that we look for, and every file of it has its hash."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ecopter.platform.versions import FLOORS, installed, too_old

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
BLOCK = re.compile(r"^(?=[A-Za-z0-9])", re.MULTILINE)
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", re.MULTILINE)


def blocks(lock: str) -> list[str]:
    """One text per locked package: its line, its hashes and who asked for it."""
    return BLOCK.split(lock)[1:]


def locked(lock: str) -> list[tuple[str, str]]:
    """Name and version of every pin; a package may be pinned anew for another system."""
    pins = [Requirement(block.splitlines()[0].removesuffix(" \\")) for block in blocks(lock)]
    return [(canonicalize_name(pin.name), str(pin.specifier).removeprefix("==")) for pin in pins]


def faults(lock: str) -> list[str]:
    """Pins that float or stand below their floor, and packages without a hash."""
    found = [block.splitlines()[0] for block in blocks(lock) if not HASH.search(block)]
    for name, version in locked(lock):
        if not re.fullmatch(r"[\w.]+", version):
            found.append(f"{name} floats: {version}")
        elif name in FLOORS:
            found += too_old(FLOORS | {name: version})
    return found


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_everything_locked_has_its_hash_and_stands_above_its_floor(path):
    assert faults(path.read_text("utf-8")) == []


def test_every_floor_is_about_something_that_runs(proof):
    texts = [path.read_text("utf-8") for path in LOCKS]
    run = dict(locked((ROOT / "requirements" / "run.txt").read_text("utf-8")))

    assert set(FLOORS) - set(run) == set()
    assert [fault for text in texts for fault in faults(text)] == []
    hashes = sum(len(HASH.findall(text)) for text in texts)
    packages = sum(len(blocks(text)) for text in texts)
    assert packages > 80
    proof(
        "supply",
        "Locked versions stand above known weaknesses, and every file has its hash",
        bar="0 below their floor, 0 without a hash",
        figure=f"{packages} pins with {hashes} hashes, {len(FLOORS)} floors; 0 faults",
    )


def test_what_is_installed_here_stands_above_its_floor():
    assert too_old(installed()) == []


RUN = (ROOT / "requirements" / "run.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("pattern", "instead", "fault"),
    [
        (r"^flask==[\d.]+", "flask==3.1.2", "flask 3.1.2, at least 3.1.3"),
        (r"^pillow==[\d.]+", "pillow==9.99.99", "pillow 9.99.99, at least 12.2"),
        (r"^weasyprint==[\d.]+", "weasyprint==70.0rc1", "weasyprint 70.0rc1, at least 70"),
        (r"^tzdata==[\d.]+", "tzdata==2026.5", "tzdata 2026.5, at least 2026.6"),
        (r"^jinja2==", "jinja2>=", "jinja2 floats: >=3.1.6"),
        (r"(^werkzeug==.*\n)(    --hash.*\n)+", r"\1", "werkzeug=="),
    ],
)
def test_a_planted_fault_in_a_lock_is_found(pattern, instead, fault):
    planted, changes = re.subn(pattern, instead, RUN, flags=re.MULTILINE)

    assert changes == 1
    found = faults(planted)
    assert len(found) == 1
    assert found[0].startswith(fault)


def test_a_package_that_is_not_there_is_reported():
    assert too_old({name: "9999" for name in FLOORS if name != "gunicorn"}) == [
        "gunicorn is missing, at least 22"
    ]
