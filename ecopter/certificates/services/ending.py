"""Papers that no longer stand: revoked with a reason, or replaced by one from today's data."""

from datetime import datetime

from ecopter.audit import services as audit
from ecopter.authorization.policy import Actor
from ecopter.certificates.models import Credential, Revocation
from ecopter.certificates.queries.issuing import ReissueSheet
from ecopter.certificates.queries.papers import CredentialSheet, hold_credential
from ecopter.certificates.rules.codes import draw_code
from ecopter.certificates.services.issuing import Place, blocks, take_numbers, take_turn, write
from ecopter.certificates.services.wording import Mark, words_of
from ecopter.db import db
from ecopter.shared.errors import Conflict
from ecopter.shared.text import N_

NO_LONGER_STANDS = N_(
    "This paper no longer stands: it was revoked or replaced before. Nothing changed."
)
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
    words = words_of(sheet.sheet, candidate, before.kind, mark, base_url=place.base_url)
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
