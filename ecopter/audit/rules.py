"""How one event seals the one before it, and how a broken chain is found."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = "0" * 64


@dataclass(frozen=True)
class Event:
    """What is sealed of one act. Personal data only as ids: erasure does not break the chain."""

    sequence: int
    at: datetime
    actor_id: int | None
    action: str
    object_type: str
    object_id: int | None
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Link:
    """An event in the chain, with the seal before it and its own."""

    event: Event
    previous: str
    seal: str


def seal(event: Event, previous: str) -> str:
    """SHA-256 over the previous seal and the canonical JSON of the event, in hexadecimal."""
    content = json.dumps(
        [
            event.sequence,
            event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            event.actor_id,
            event.action,
            event.object_type,
            event.object_id,
            event.details,
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def first_break(chain: Iterable[Link]) -> int | None:
    """The sequence number where the chain no longer holds; None when it holds to its end.

    Finds edits, insertions, deletions and reordering. A cut tail is only found by comparing
    the last seal with a copy kept elsewhere.
    """
    previous, expected = START, 1
    for link in chain:
        holds = (
            link.event.sequence == expected
            and link.previous == previous
            and link.seal == seal(link.event, previous)
        )
        if not holds:
            return expected
        previous, expected = link.seal, expected + 1
    return None
