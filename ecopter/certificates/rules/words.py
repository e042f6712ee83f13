"""The words of a credential: everything its paper prints, frozen on the day it is issued."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, Self
from urllib.parse import urlsplit

from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.people.rules import Civility

TEMPLATE_VERSION: Final = 1
"""Counts the wordings of the papers: a paper printed again looks as it did on its first day."""

VERIFY_PATH: Final = "/verify/"
SHORT_VERIFY_PATH: Final = "/V/"


class CredentialKind(StrEnum):
    """Which paper: hours done, what was learnt, the leaders' track, or all marks."""

    COMPLETION = "completion"
    ATTESTATION = "attestation"
    LEADERSHIP = "leadership"
    TRANSCRIPT = "transcript"


class ActionNature(StrEnum):
    """The four natures of article L6313-1 of the French Labour Code; a paper ticks one."""

    TRAINING = "training"
    SKILLS_REVIEW = "skills_review"
    PRIOR_LEARNING = "prior_learning"
    APPRENTICESHIP = "apprenticeship"


@dataclass(frozen=True)
class Bilingual:
    """One wording in French and in Arabic; where the Arabic is missing the French stands in."""

    fr: str
    ar: str = ""


@dataclass(frozen=True)
class SchoolWords:
    """The provider as it was known on the day of issue. Lines of the address are French.

    `logo` is the SHA-256 of its picture in the file store; empty without one.
    """

    legal_name: Bilingual
    address: str
    declaration_number: str
    representative: Bilingual
    representative_title: Bilingual
    data_protection_receipt: str = ""
    logo: str = ""


@dataclass(frozen=True)
class PersonWords:
    """A trainee's name in both scripts. Without an Arabic name the Latin one is printed twice."""

    latin: str
    arabic: str = ""
    civility: Civility = Civility.NEUTRAL

    @property
    def arabic_or_latin(self) -> str:
        return self.arabic or self.latin


@dataclass(frozen=True)
class SignatoryWords:
    name: Bilingual
    title: Bilingual


@dataclass(frozen=True)
class Period:
    """First and last day of one stay in the course, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class CompetenceWords:
    code: str
    title: Bilingual
    result: CompetenceOutcome


@dataclass(frozen=True)
class MarkWords:
    """One module on a relevé de notes. Minutes are whole; `mark` is on 20, indicative.

    None: nothing was marked; `result` None: the module has no competence.
    """

    code: str
    title: Bilingual
    minutes_done: int
    minutes_planned: int
    mark: Decimal | None = None
    result: CompetenceOutcome | None = None


@dataclass(frozen=True)
class CertificateWords:
    """What one paper prints. Minutes are whole minutes; `code` is 16 letters without dashes.

    `first_issued_on` is the date of the first paper of a line of reissues, equal to `issued_on`
    when there was none; `supersedes` is then the number of the paper this one replaces.
    `organisation` is the employer, or the association a leader serves; empty when there is none.
    `verify_url` is the whole address of the verification page, ending in the dashed code.
    """

    kind: CredentialKind
    number: str
    code: str
    verify_url: str
    issued_on: date
    first_issued_on: date
    school: SchoolWords
    person: PersonWords
    signatory: SignatoryWords
    place: Bilingual
    title: Bilingual
    nature: ActionNature
    periods: tuple[Period, ...]
    minutes_done: int
    minutes_planned: int
    objectives: tuple[Bilingual, ...] = ()
    competences: tuple[CompetenceWords, ...] = ()
    organisation: str = ""
    supersedes: str = ""
    is_specimen: bool = False
    template_version: int = TEMPLATE_VERSION
    marks: tuple[MarkWords, ...] = ()

    @property
    def dashed_code(self) -> str:
        """The code as people read it aloud: `ABCD-EFGH-JKLM-NPQR`."""
        return "-".join(self.code[start : start + 4] for start in range(0, len(self.code), 4))

    @property
    def verify_address(self) -> str:
        """The address people type, without the code: `https://school.example/verify`."""
        return self.verify_url.rpartition(VERIFY_PATH)[0] + VERIFY_PATH.rstrip("/")

    @property
    def qr_url(self) -> str:
        """The short address in capitals: QR codes hold capitals in a third less room.

        Scheme and host have no case; a path in front of ours keeps its own.
        """
        address = urlsplit(self.verify_url)
        prefix = address.path.rpartition(VERIFY_PATH)[0]
        origin = f"{address.scheme}://{address.netloc}".upper()
        return f"{origin}{prefix}{SHORT_VERIFY_PATH}{self.code.upper()}"

    def to_dict(self) -> dict[str, Any]:
        """Plain values only, ready for a JSON column."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    def to_json(self) -> str:
        """The canonical text: sorted keys, no spaces, letters as they are."""
        return canonical(self.to_dict())

    def fingerprint(self) -> str:
        """SHA-256 of the canonical text in UTF-8, 64 hexadecimal digits."""
        return fingerprint_of(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote. Raises ValueError when a word is missing or unknown."""
        return cls.from_dict(json.loads(text))

    @classmethod
    def from_dict(cls, words: Mapping[str, Any]) -> Self:
        """Read what `to_dict` gave. Raises ValueError when a word is missing or unknown.

        A word that has a default may be missing: papers of before it existed stay readable.
        """
        try:
            return cls(**_checked(cls, words, _READERS))
        except (KeyError, TypeError, AttributeError, InvalidOperation) as reason:
            raise ValueError(f"These are not the words of a certificate: {reason}") from reason


def canonical(words: Mapping[str, Any]) -> str:
    """Words as stored, as the text that is sealed."""
    return json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint_of(words: Mapping[str, Any]) -> str:
    """The seal of words as stored: those a paper was issued with, and no word added since."""
    return hashlib.sha256(canonical(words).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.1f}"
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value


def _checked(shape: type[Any], words: Mapping[str, Any], readers: Mapping[str, Any]) -> Any:
    known = {field.name for field in fields(shape)}
    asked = {field.name for field in fields(shape) if field.default is MISSING}
    if odd := (asked - words.keys()) | (words.keys() - known):
        raise ValueError(f"Missing or unknown words: {', '.join(sorted(odd))}")
    return {
        name: readers[name](value) if name in readers else value for name, value in words.items()
    }


def _bilingual(words: Mapping[str, Any]) -> Bilingual:
    return Bilingual(**_checked(Bilingual, words, {}))


def _school(words: Mapping[str, Any]) -> SchoolWords:
    readers = {
        "legal_name": _bilingual,
        "representative": _bilingual,
        "representative_title": _bilingual,
    }
    return SchoolWords(**_checked(SchoolWords, words, readers))


def _person(words: Mapping[str, Any]) -> PersonWords:
    return PersonWords(**_checked(PersonWords, words, {"civility": Civility}))


def _signatory(words: Mapping[str, Any]) -> SignatoryWords:
    readers = {"name": _bilingual, "title": _bilingual}
    return SignatoryWords(**_checked(SignatoryWords, words, readers))


def _periods(words: list[Mapping[str, Any]]) -> tuple[Period, ...]:
    readers = {"first": date.fromisoformat, "last": date.fromisoformat}
    return tuple(Period(**_checked(Period, period, readers)) for period in words)


def _objectives(words: list[Mapping[str, Any]]) -> tuple[Bilingual, ...]:
    return tuple(_bilingual(objective) for objective in words)


def _competences(words: list[Mapping[str, Any]]) -> tuple[CompetenceWords, ...]:
    readers = {"title": _bilingual, "result": CompetenceOutcome}
    return tuple(
        CompetenceWords(**_checked(CompetenceWords, competence, readers)) for competence in words
    )


def _marks(words: list[Mapping[str, Any]]) -> tuple[MarkWords, ...]:
    readers = {"title": _bilingual, "mark": _maybe(Decimal), "result": _maybe(CompetenceOutcome)}
    return tuple(MarkWords(**_checked(MarkWords, mark, readers)) for mark in words)


def _maybe(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


_READERS: Final = {
    "kind": CredentialKind,
    "issued_on": date.fromisoformat,
    "first_issued_on": date.fromisoformat,
    "school": _school,
    "person": _person,
    "signatory": _signatory,
    "place": _bilingual,
    "title": _bilingual,
    "nature": ActionNature,
    "periods": _periods,
    "objectives": _objectives,
    "competences": _competences,
    "marks": _marks,
}
