"""From the school's rows to the words a paper will say for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from ecopter.certificates.queries.issuing import Candidate, IssueSheet
from ecopter.certificates.rules.codes import with_dashes
from ecopter.certificates.rules.words import (
    VERIFY_PATH,
    ActionNature,
    Bilingual,
    CertificateWords,
    CompetenceWords,
    CredentialKind,
    PersonWords,
    SchoolWords,
    SignatoryWords,
)
from ecopter.school.models import School
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_

# Where the one who represents the school has no title of their own.
REPRESENTATION = Bilingual("au titre de la représentation légale", "بصفة الممثل القانوني")
NO_SCHOOL = N_("The school's name, address and signatory must be entered before any paper.")


@dataclass(frozen=True)
class Mark:
    """What tells one paper from every other."""

    number: str
    code: str
    issued_on: date
    first_issued_on: date
    supersedes: str = ""


def words_of(
    sheet: IssueSheet, candidate: Candidate, kind: CredentialKind, mark: Mark, *, base_url: str
) -> CertificateWords:
    """The words of one paper. `base_url` has no slash at its end. Raises Conflict without a school.

    The certificat de réalisation carries neither objectives nor results, so it holds none.
    """
    school = sheet.school
    if school is None:
        raise Conflict(NO_SCHOOL)
    curriculum = sheet.cohort.curriculum
    tells_results = kind is not CredentialKind.COMPLETION
    return CertificateWords(
        kind=kind,
        number=mark.number,
        code=mark.code,
        verify_url=f"{base_url}{VERIFY_PATH}{with_dashes(mark.code)}",
        issued_on=mark.issued_on,
        first_issued_on=mark.first_issued_on,
        school=_school(school),
        person=_person(candidate),
        signatory=SignatoryWords(
            Bilingual(school.signatory_name, school.signatory_name_ar),
            Bilingual(school.signatory_title, school.signatory_title_ar),
        ),
        place=Bilingual(school.place, school.place_ar),
        title=_title(curriculum.titles),
        nature=ActionNature.TRAINING,
        periods=candidate.standing.periods,
        minutes_done=candidate.standing.attended_minutes,
        minutes_planned=curriculum.planned_minutes,
        objectives=_objectives(curriculum.objectives) if tells_results else (),
        competences=_competences(candidate) if tells_results else (),
        supersedes=mark.supersedes,
        is_specimen=sheet.cohort.is_demo,
    )


def _school(school: School) -> SchoolWords:
    named = bool(school.representative)
    return SchoolWords(
        legal_name=Bilingual(school.legal_name, school.legal_name_ar),
        address=school.address,
        declaration_number=school.declaration_number,
        representative=Bilingual(school.representative, school.representative_ar)
        if named
        else Bilingual(school.signatory_name, school.signatory_name_ar),
        representative_title=Bilingual(school.representative_title, school.representative_title_ar)
        if named and school.representative_title
        else REPRESENTATION,
        data_protection_receipt=school.data_protection_receipt,
    )


def _person(candidate: Candidate) -> PersonWords:
    trainee = candidate.enrolment.trainee
    return PersonWords(
        latin=trainee.name.latin,
        arabic=trainee.name.arabic,
        civility=trainee.civility,
    )


def _title(titles: Mapping[str, Any]) -> Bilingual:
    return Bilingual(titles.get("fr", ""), titles.get("ar", ""))


def _objectives(objectives: Mapping[str, Sequence[str]]) -> tuple[Bilingual, ...]:
    pairs = zip_longest(objectives.get("fr", ()), objectives.get("ar", ()), fillvalue="")
    return tuple(Bilingual(fr, ar) for fr, ar in pairs if fr)


def _competences(candidate: Candidate) -> tuple[CompetenceWords, ...]:
    return tuple(
        CompetenceWords(line.code, _title(line.titles), line.outcome)
        for line in candidate.competences
    )
