"""Papers that no longer stand: revoked with a reason, or replaced by one from today's data."""

from datetime import datetime

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.certificates.models import Credential, Revocation
from ecopter.certificates.queries.facts import facts_for
from ecopter.certificates.queries.issuing import NameSheet, ReissueSheet, StandingPaper
from ecopter.certificates.queries.papers import CredentialSheet, hold_credential
from ecopter.certificates.rules.codes import draw_code
from ecopter.certificates.rules.words import PersonWords
from ecopter.certificates.services.issuing import (
    Place,
    blocks,
    take_numbers,
    take_turn,
    tell_issued,
    write,
)
from ecopter.certificates.services.wording import Mark, corrected, person_of, words_of
from ecopter.db import db
from ecopter.notices.rules import NoticeEvent
from ecopter.notices.services.telling import tell
from ecopter.people.rules import PersonName
from ecopter.people.services.accounts import update_account
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_

NO_LONGER_STANDS = N_(
    "This paper no longer stands: it was revoked or replaced before. Nothing changed."
)
SAME_NAME = N_("The papers carry this name already. Nothing changed.")
# Kept with the old paper, in the language of the papers; its check page never shows it.
NAME_CORRECTED = "Nom corrigé"
STILL_MISSING = N_(
    "A new paper says what is true today, and today something is missing. The page shows what."
)


def revoke(sheet: CredentialSheet, reason: str, *, actor: Actor, now: datetime) -> None:
    """End a paper; everyone who checks it reads the reason. Raises Conflict the second time."""
    credential = _end(sheet.credential.id, reason, actor=actor, now=now)
    audit.record(
        "certificate.revoke",
        actor=actor,
        now=now,
        about=("credential", credential.id),
        number=credential.number,
        kind=credential.kind.value,
    )
    enrolment = sheet.credential.enrolment
    tell(
        [enrolment.trainee_id],
        NoticeEvent.PAPER_REVOKED,
        now=now,
        number=credential.number,
        reason=reason,
        enrolment_id=enrolment.id,
    )
    db.session.flush()


def reissue(sheet: ReissueSheet, reason: str, *, place: Place, actor: Actor, now: datetime) -> int:
    """Replace a paper by one with a new number and today's words; returns the new paper's id.

    It keeps the day the paper was first issued. Raises Conflict when the paper no longer stands,
    or when today's data would no longer earn it.
    """
    if sheet.line.obstacles:
        raise Conflict(STILL_MISSING)
    if blocked := blocks(sheet.sheet, place):
        raise Conflict(blocked)
    before = _end(sheet.before.credential.id, reason, actor=actor, now=now)
    number = take_numbers(take_turn(before.kind, sheet.sheet), 1)[0]
    mark = Mark(number, draw_code(), sheet.sheet.today, before.first_issued_on, before.number)
    candidate = sheet.line.candidate
    facts = facts_for(sheet.sheet, before.kind, now)
    words = words_of(
        sheet.sheet, candidate, before.kind, mark, base_url=place.base_url, facts=facts
    )
    (fresh_id,) = write([(candidate, words)], actor=actor, now=now, supersedes_id=before.id)
    audit.record(
        "certificate.reissue",
        actor=actor,
        now=now,
        about=("credential", fresh_id),
        supersedes=before.id,
        number=number,
        kind=before.kind.value,
    )
    tell_issued(candidate.enrolment, number, now=now)
    db.session.flush()
    return fresh_id


def correct_name(
    sheet: NameSheet, name: PersonName, *, place: Place, actor: Actor, now: datetime
) -> tuple[int, ...]:
    """Mend a person's name and replace every paper of the place that stands; the new ids.

    Only the name changes, and whoever signs today: what was attested stays, and so does the day
    of first issue. Raises Conflict when the paper no longer stands, when the name is the one that
    is printed already, or when nothing can be issued here.
    """
    if not sheet.before.credential.is_live:
        raise Conflict(NO_LONGER_STANDS)
    if blocked := blocks(sheet.sheet, place):
        raise Conflict(blocked)
    trainee = sheet.candidate.enrolment.trainee
    update_account(
        trainee,
        name,
        civility=trainee.civility,
        email=trainee.email,
        telephone=trainee.telephone,
        actor=actor,
        now=now,
    )
    person = person_of(trainee)
    wrong = [one for one in sheet.standing_papers if one.words.person != person]
    if not wrong:
        raise Conflict(SAME_NAME)
    return tuple(
        _replace_name(one, sheet, person, place=place, actor=actor, now=now) for one in wrong
    )


def _replace_name(
    paper: StandingPaper,
    sheet: NameSheet,
    person: PersonWords,
    *,
    place: Place,
    actor: Actor,
    now: datetime,
) -> int:
    before = _end(paper.credential_id, NAME_CORRECTED, actor=actor, now=now)
    number = take_numbers(take_turn(before.kind, sheet.sheet), 1)[0]
    mark = Mark(number, draw_code(), sheet.sheet.today, before.first_issued_on, before.number)
    words = corrected(paper.words, person, sheet.sheet.school, mark, base_url=place.base_url)
    (fresh_id,) = write([(sheet.candidate, words)], actor=actor, now=now, supersedes_id=before.id)
    audit.record(
        "certificate.reissue",
        actor=actor,
        now=now,
        about=("credential", fresh_id),
        supersedes=before.id,
        number=number,
        kind=before.kind.value,
        for_name=True,
    )
    tell_issued(sheet.candidate.enrolment, number, now=now)
    db.session.flush()
    return fresh_id


def _end(credential_id: int, reason: str, *, actor: Actor, now: datetime) -> Credential:
    credential = hold_credential(credential_id)
    if not credential.is_live:
        raise Conflict(NO_LONGER_STANDS)
    credential.is_live = False
    db.session.add(
        Revocation(
            credential_id=credential.id,
            reason=reason,
            revoked_by_id=actor.user_id,
            revoked_at=now,
        )
    )
    db.session.flush()
    return credential
