"""What the school promises, as measured by the tests themselves: `docs/proof.md`.

A harness ends with `proof("attack", "Every form refuses …", bar="0 accepted", figure="…")`. The
rows of a run are kept in a folder (`--proof=FOLDER`), one file per promise, so that processes
side by side do not meet; `python -m tests.proof FOLDER` writes the page from them.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "proof.md"
SECTIONS = {
    "access": "Who may enter",
    "attack": "Under attack",
    "faults": "When something breaks",
    "databases": "Both databases",
    "pages": "Every page for everyone",
    "speed": "Speed and weight",
    "supply": "What it is built from",
}
HEAD = """# What is promised, and what was measured

Written by the runs themselves: `./dev proof` runs every harness and writes this page from what they
counted. The last column repeats a row: with `--long` the figure is of the full length, without of
the short form that is part of every `./dev test`. A bar that is not met fails the run, so what
stands here held on the machine it ran on; goals of speed alone are told, reached or missed.
"""


@dataclass(frozen=True)
class Proof:
    """One promise, the bar it is held to, what this run counted, and how to repeat it."""

    section: str
    promise: str
    bar: str
    figure: str
    repeat: str

    def __post_init__(self) -> None:
        if self.section not in SECTIONS:
            raise ValueError(f"no such section of the page: {self.section}")


def keep(folder: Path, proof: Proof) -> None:
    """Put a row aside; the last run of a promise counts."""
    folder.mkdir(parents=True, exist_ok=True)
    name = sha256(f"{proof.section} {proof.promise}".encode()).hexdigest()[:16]
    (folder / f"{name}.json").write_text(json.dumps(asdict(proof), ensure_ascii=False), "utf-8")


def kept(folder: Path) -> list[Proof]:
    """The rows put aside, in the order of the page."""
    found = [Proof(**json.loads(path.read_text("utf-8"))) for path in folder.glob("*.json")]
    order = list(SECTIONS)
    return sorted(found, key=lambda proof: (order.index(proof.section), proof.promise))


def page(proofs: Iterable[Proof]) -> str:
    """The whole page as Markdown, one table per section."""
    rows = list(proofs)
    parts = [HEAD]
    for section, title in SECTIONS.items():
        mine = [proof for proof in rows if proof.section == section]
        if mine:
            table = "\n".join(_row(proof) for proof in mine)
            parts.append(
                f"## {title}\n\n| Promise | Bar | Measured | Repeat |\n|---|---|---|---|\n{table}\n"
            )
    return "\n".join(parts)


def _row(proof: Proof) -> str:
    cells = (proof.promise, proof.bar, proof.figure, f"`{proof.repeat}`")
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    PAGE.write_text(page(kept(Path(sys.argv[1]))), "utf-8")
