"""What papers must say of the school, and what may be written about it, its sites and rooms."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ecopter.shared.text import fold

COUNTRIES = ("FR", "MA")
# The zones offered for each country; any other of the IANA list may be written instead.
ZONES: Mapping[str, Sequence[str]] = {
    "FR": (
        "Europe/Paris",
        "America/Cayenne",
        "America/Guadeloupe",
        "America/Martinique",
        "Indian/Mayotte",
        "Indian/Reunion",
    ),
    "MA": ("Africa/Casablanca", "Africa/El_Aaiun"),
}
ZONE_LENGTH = 40
CODE_LENGTH = 20
LARGEST_ROOM = 2_000
LINK_LENGTH = 200


class PaperFact(StrEnum):
    """What a paper must say of the school; the values are columns of `School`."""

    LEGAL_NAME = "legal_name"
    ADDRESS = "address"
    DECLARATION_NUMBER = "declaration_number"
    SIGNATORY_NAME = "signatory_name"
    SIGNATORY_TITLE = "signatory_title"
    PLACE = "place"


PAPER_FACTS = tuple(PaperFact)


class SaysWhoSigns(Protocol):
    """The part of the school's row that says who signs."""

    representative: str
    representative_ar: str
    representative_title: str
    representative_title_ar: str
    signatory_name: str
    signatory_name_ar: str
    signatory_title: str
    signatory_title_ar: str


@dataclass(frozen=True)
class Signer:
    """Who signs the papers of the school; an Arabic text may be empty."""

    name: str
    name_ar: str
    title: str
    title_ar: str


def signer_of(school: SaysWhoSigns) -> Signer:
    """The signatory, or the representative where no signatory is named."""
    if school.signatory_name:
        return Signer(
            school.signatory_name,
            school.signatory_name_ar,
            school.signatory_title,
            school.signatory_title_ar,
        )
    return Signer(
        school.representative,
        school.representative_ar,
        school.representative_title,
        school.representative_title_ar,
    )


class PrintedSchool(SaysWhoSigns, Protocol):
    """The part of the school's row that papers print."""

    legal_name: str
    address: str
    declaration_number: str
    place: str


def lacking_facts(school: PrintedSchool | None) -> tuple[PaperFact, ...]:
    """What has still to be written before any paper; all of it while there is no school."""
    if school is None:
        return PAPER_FACTS
    signer = signer_of(school)
    facts = {
        PaperFact.LEGAL_NAME: school.legal_name,
        PaperFact.ADDRESS: school.address,
        PaperFact.DECLARATION_NUMBER: school.declaration_number,
        PaperFact.SIGNATORY_NAME: signer.name,
        PaperFact.SIGNATORY_TITLE: signer.title,
        PaperFact.PLACE: school.place,
    }
    return tuple(fact for fact in PAPER_FACTS if not facts[fact])


def is_messenger_link(link: str) -> bool:
    """Whether a phone may safely be sent there: https, a plain host name, no hidden sign-in."""
    if len(link) > LINK_LENGTH or not link.isascii() or re.search(r"[\s\\\x00-\x1f\x7f]", link):
        return False
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    is_host = re.fullmatch(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", parts.hostname or "")
    # Neither a sign-in nor a port: the host is all there is between the slashes.
    return parts.scheme == "https" and bool(is_host) and parts.netloc.lower() == parts.hostname


def is_telephone(number: str) -> bool:
    """Digits as people write them, with spaces, dots, dashes, brackets and a first plus."""
    return bool(re.fullmatch(r"\+?[\d\s().\-/]+", number, re.ASCII)) and len(_digits(number)) >= 3


def telephone_address(number: str) -> str:
    """`tel:+33465710000` from "+33 (0)4 65 71 00 00": what a phone dials when it is pressed."""
    plus = "+" if number.strip().startswith("+") else ""
    return f"tel:{plus}{_digits(number.replace('(0)', '') if plus else number)}"


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def is_zone(name: str) -> bool:
    """Whether the time-zone data knows it as a place; old short names are not places."""
    if "/" not in name or len(name) > ZONE_LENGTH:
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def is_site_code(code: str) -> bool:
    return bool(re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", code)) and len(code) <= CODE_LENGTH


def new_site_code(name: str, taken: Collection[str]) -> str:
    """A code made of the site's name, different from all those `taken`."""
    letters = "-".join(re.findall(r"[a-z0-9]+", fold(name))).upper()
    stem = f"SITE-{letters}"[: CODE_LENGTH - 4].rstrip("-")
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code
