"""What an archive says of itself."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

# Counts the layouts of archives; a later one is refused by an earlier program.
FORMAT = 1


class BadArchive(Exception):
    """An archive that is not whole, or not of this school's making; the words say what is wrong."""


@dataclass(frozen=True)
class Manifest:
    """What was put in: rows by table, files by SHA-256, and the last event of the trail.

    `made_at` is an ISO instant, `revision` the migration the tables are at; `head` is the seal of
    the newest audit event, to compare with a copy kept elsewhere.
    """

    made_at: str
    revision: str
    rows: Mapping[str, int]
    files: tuple[str, ...] = ()
    events: int = 0
    head: str = ""
    database: str = ""
    format: int = field(default=FORMAT)

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote. Raises BadArchive."""
        try:
            facts = json.loads(text)
            facts["files"] = tuple(facts["files"])
            manifest = cls(**facts)
        except (ValueError, KeyError, TypeError) as problem:
            raise BadArchive("The list of contents cannot be read.") from problem
        if manifest.format > FORMAT:
            raise BadArchive("The archive was made by a newer version of ECOPTER.")
        return manifest


def differences(promised: Mapping[str, int], found: Mapping[str, int]) -> list[str]:
    """One line for each table whose number of rows is not what the archive promises."""
    return [
        f"{table}: {found.get(table, 0)} rows instead of {promised.get(table, 0)}"
        for table in sorted(promised.keys() | found.keys())
        if promised.get(table, 0) != found.get(table, 0)
    ]
