"""A sign-in name for somebody who has none yet: short, and typed on any keyboard."""

from collections.abc import Collection

from ecopter.people.rules import PersonName
from ecopter.shared.text import fold

LONGEST_PROPOSAL = 40
# For a name without a single letter of a-z.
NAMELESS = "person"


def proposed_sign_in_name(name: PersonName) -> str:
    """`given.family` in a-z and 0-9: accents, capitals, spaces and hyphens are dropped."""
    parts = [_plain(name.given_lat), _plain(name.family_lat)]
    return ".".join(part for part in parts if part)[:LONGEST_PROPOSAL].strip(".") or NAMELESS


def first_free(proposed: str, taken: Collection[str]) -> str:
    """The proposal itself, else with 2, 3, … behind it: whichever nobody signs in with."""
    if proposed not in taken:
        return proposed
    number = 2
    while f"{proposed}{number}" in taken:
        number += 1
    return f"{proposed}{number}"


def _plain(text: str) -> str:
    return "".join(char for char in fold(text) if char.isascii() and char.isalnum())
