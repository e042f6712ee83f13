"""From the school's rows to the words a paper will say for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any

from ecopter.certificates.queries.facts import Facts
from ecopter.certificates.queries.issuing import Candidate, IssueSheet
from ecopter.certificates.rules.codes import with_dashes
from ecopter.certificates.rules.words import (
    TEMPLATE_VERSION,
    VERIFY_PATH,
    ActionNature,
    Bilingual,
    CertificateWords,
    CompetenceWords,
    CredentialKind,
    MarkWords,
    PersonWords,
    SchoolWords,
    SignatoryWords,
)
from ecopter.people.models import User
from ecopter.school.models import School
from ecopter.school.rules import signer_of
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
    sheet: IssueSheet,
    candidate: Candidate,
    kind: CredentialKind,
    mark: Mark,
    *,
    base_url: str,
    facts: Facts,
) -> CertificateWords:
    """The words of one paper. `base_url` has no slash at its end. Raises Conflict without a school.

    The certificat de réalisation carries neither objectives nor results, so it holds none; the
    relevé de notes carries its results beside the marks.
    """
    school = sheet.school
    if school is None:
        raise Conflict(NO_SCHOOL)
    curriculum = sheet.cohort.curriculum
    tells_results = kind in (CredentialKind.ATTESTATION, CredentialKind.LEADERSHIP)
    return CertificateWords(
        kind=kind,
        number=mark.number,
        code=mark.code,
        verify_url=verify_url(base_url, mark.code),
        issued_on=mark.issued_on,
        first_issued_on=mark.first_issued_on,
        school=_school(school),
        person=person_of(candidate.enrolment.trainee),
        signatory=_signatory(school),
        place=Bilingual(school.place, school.place_ar),
        title=_title(curriculum.titles),
        nature=ActionNature.TRAINING,
        periods=candidate.standing.periods,
        minutes_done=candidate.standing.attended_minutes,
        minutes_planned=curriculum.planned_minutes,
        objectives=_objectives(curriculum.objectives) if tells_results else (),
        competences=_competences(candidate) if tells_results else (),
        organisation=facts.organisations.get(candidate.enrolment.id, ""),
        supersedes=mark.supersedes,
        is_specimen=sheet.cohort.is_demo,
        marks=_marks(candidate, facts),
    )


def corrected(
    before: CertificateWords,
    person: PersonWords,
    school: School | None,
    mark: Mark,
    *,
    base_url: str,
) -> CertificateWords:
    """The same training for the same person under their right name; signed and dated anew.

    What was learnt and done stays as it was first attested. Raises Conflict without a school.
    """
    if school is None:
        raise Conflict(NO_SCHOOL)
    return replace(
        before,
        number=mark.number,
        code=mark.code,
        verify_url=verify_url(base_url, mark.code),
        issued_on=mark.issued_on,
        first_issued_on=mark.first_issued_on,
        supersedes=mark.supersedes,
        school=_school(school),
        person=person,
        signatory=_signatory(school),
        place=Bilingual(school.place, school.place_ar),
        template_version=TEMPLATE_VERSION,
    )


def verify_url(base_url: str, code: str) -> str:
    return f"{base_url}{VERIFY_PATH}{with_dashes(code)}"


def person_of(trainee: User) -> PersonWords:
    """The name of a person as a paper of today prints it."""
    return PersonWords(
        latin=trainee.name.latin, arabic=trainee.name.arabic, civility=trainee.civility
    )


def _signatory(school: School) -> SignatoryWords:
    signer = signer_of(school)
    return SignatoryWords(
        Bilingual(signer.name, signer.name_ar), Bilingual(signer.title, signer.title_ar)
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
        logo=school.logo_digest or "",
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


def _marks(candidate: Candidate, facts: Facts) -> tuple[MarkWords, ...]:
    results = {line.module_id: line.outcome for line in candidate.competences}
    return tuple(
        MarkWords(
            module.code,
            _title(module.titles),
            module.minutes_done,
            module.minutes_planned,
            module.mark,
            results.get(module.module_id),
        )
        for module in facts.modules.get(candidate.enrolment.id, ())
    )
