"""What a sign-in name may be, and one for somebody who has none yet."""

import re
from collections.abc import Collection

from ecopter.people.rules import PersonName
from ecopter.shared.text import fold, sign_in_key

LONGEST = 80
# Letters and digits of any script, and what addresses of mail have besides.
_SIGNS = re.compile(r"[\w.@+ -]*")
LONGEST_PROPOSAL = 40
# For a name without a single letter of a-z.
NAMELESS = "person"


def is_sign_in_name(name: str) -> bool:
    """Whether an account may have this name, whoever writes it down; an empty one asks for one."""
    return bool(_SIGNS.fullmatch(name)) and len(sign_in_key(name)) <= LONGEST


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
