"""Verification codes: how they are drawn, shown and read back from paper."""

import secrets
import unicodedata
from typing import Final

# Crockford's base 32: no I, L, O or U, so nothing on paper looks like something else.
LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 16
_GROUP: Final = 4
_FORGIVEN: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
# Spaces, all dashes, and the invisible marks that come along when Arabic text is copied.
_SEPARATORS: Final = frozenset({"Zs", "Zl", "Zp", "Pd", "Cf", "Cc"})
_LONGEST: Final = 200


def draw_code() -> str:
    """Sixteen letters, 80 bits of chance: nobody finds a paper by trying."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def with_dashes(code: str) -> str:
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def read_code(typed: str) -> str | None:
    """The code somebody means; None when it cannot be one.

    Forgiven: capitals, spaces and dashes, O for 0, I and L for 1, digits of any script, and the
    whole printed address instead of the code alone.
    """
    if len(typed) > _LONGEST:
        return None
    last_part = typed.strip().rstrip("/").rpartition("/")[2]
    plain = unicodedata.normalize("NFKC", last_part).upper()
    letters = [_letter(char) for char in plain if unicodedata.category(char) not in _SEPARATORS]
    code = "".join(letters).translate(_FORGIVEN)
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None


def _letter(char: str) -> str:
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)
