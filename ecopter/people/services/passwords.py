"""Hashing and checking passwords, at the same cost whether or not the account exists."""

import base64
import hashlib
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ecopter.people.rules import CODE_LENGTH, CODE_LETTERS
from ecopter.people.rules.passphrases import passphrase

# OWASP's floor for argon2id; about 17 ms on two small cores.
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def _of_nobody() -> str:
    """What no password leads to, and what takes as long to be compared with as any other.

    Its salt and digest are drawn by chance: hashing something would make every start longer.
    """
    head = f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    drawn = (secrets.token_bytes(length) for length in (hasher.salt_len, hasher.hash_len))
    return "$".join([head, *(base64.b64encode(part).decode().rstrip("=") for part in drawn)])


_NOBODY = _of_nobody()


def _plain(password: str) -> str:
    """As it is hashed: phones write the same letters differently and add a space after a word."""
    return unicodedata.normalize("NFKC", password).strip()


def hash_password(password: str) -> str:
    return hasher.hash(_plain(password))


def verify(password_hash: str | None, password: str) -> bool:
    """One verification on every branch: an unknown name takes as long as a known one."""
    try:
        hasher.verify(password_hash or _NOBODY, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    return hasher.check_needs_rehash(password_hash)


def new_code() -> str:
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def digest(secret: str) -> str:
    """For random secrets only (codes with few tries, session tokens): no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def suggest_passphrase(language: str) -> str:
    """Four words drawn by chance, for whoever would rather not think of any."""
    return passphrase(language, secrets.choice)
