"""The numbers of papers: without a gap in each series, a series for each kind and year."""

from datetime import date
from typing import Final

from ecopter.certificates.rules.words import CredentialKind

# Réalisation, attestation, dirigeants, relevé: the first letters of the French titles.
PREFIXES: Final = {
    CredentialKind.COMPLETION: "REA",
    CredentialKind.ATTESTATION: "ATT",
    CredentialKind.LEADERSHIP: "DIR",
    CredentialKind.TRANSCRIPT: "REL",
}
DEMO: Final = "DEMO-"


def series_of(kind: CredentialKind, issued_on: date, *, is_demo: bool) -> str:
    """`ATT-2026`; papers of the demonstration count apart, in `DEMO-ATT-2026`."""
    return f"{DEMO if is_demo else ''}{PREFIXES[kind]}-{issued_on.year}"


def number_in(series: str, place: int) -> str:
    """`ATT-2026-0001`; the ten-thousandth simply has a digit more."""
    return f"{series}-{place:04d}"
