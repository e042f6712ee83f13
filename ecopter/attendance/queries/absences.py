"""Reading announced absences. The private note is read for whoever decides, and nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import Date, Select, bindparam, or_, select
from sqlalchemy.orm import joinedload, selectinload

from ecopter.attendance.models import AbsenceNotice, AttendanceRecord, Register
from ecopter.attendance.rules import AttendanceStatus, ExcuseCategory
from ecopter.attendance.rules.absences import (
    Absence,
    AbsenceFault,
    AbsenceState,
    DecisionFault,
    absence_faults,
    state_of,
)
from ecopter.authorization.policy import Scope
from ecopter.cohorts.models import CohortInstructor, Enrolment
from ecopter.cohorts.queries import get_enrolment, runs_on, scope_of
from ecopter.cohorts.rules import is_expected
from ecopter.db import db, plain_rows
from ecopter.people.rules import PersonName
from ecopter.platform.clock import school_day
from ecopter.shared.dates import DateSpan
from ecopter.shared.errors import NotFound
from ecopter.timetable.models import TrainingSession
from ecopter.timetable.queries import loaded

STANDS = (AbsenceNotice.withdrawn_at.is_(None), AbsenceNotice.is_accepted.is_not(False))


def absence_of(notice: AbsenceNotice) -> Absence:
    """The days of a notice, for the rules."""
    return Absence(notice.first_day, notice.last_day, notice.half_day)


def _state(notice: AbsenceNotice) -> AbsenceState:
    return state_of(is_accepted=notice.is_accepted, is_withdrawn=notice.withdrawn_at is not None)


@dataclass(frozen=True)
class OwnAbsence:
    """One of a trainee's own absences, as their list shows it; without the note."""

    id: int
    absence: Absence
    category: ExcuseCategory
    state: AbsenceState
    announced_at: datetime
    decided_by: PersonName | None
    decision_reason: str


@dataclass(frozen=True)
class AbsenceDesk:
    """Where a trainee announces absences: the place, and what was announced so far."""

    enrolment: Enrolment
    today: date
    absences: Sequence[OwnAbsence]

    @property
    def scope(self) -> Scope:
        return scope_of(self.enrolment)

    def faults(self, absence: Absence) -> tuple[AbsenceFault, ...]:
        """Everything that stands against announcing this today."""
        cohort = self.enrolment.cohort
        return absence_faults(
            absence,
            today=self.today,
            course=DateSpan(cohort.starts_on, cohort.ends_on),
            others=[
                own.absence
                for own in self.absences
                if own.state in (AbsenceState.UNDECIDED, AbsenceState.ACCEPTED)
            ],
        )


def get_absence_desk(enrolment_id: int, now: datetime) -> AbsenceDesk:
    """Three queries. Raises NotFound."""
    enrolment = get_enrolment(enrolment_id)
    notices = db.session.scalars(
        select(AbsenceNotice)
        .options(joinedload(AbsenceNotice.decided_by))
        .where(AbsenceNotice.enrolment_id == enrolment_id)
        .order_by(AbsenceNotice.first_day.desc(), AbsenceNotice.id.desc())
    )
    return AbsenceDesk(
        enrolment,
        school_day(now),
        [
            OwnAbsence(
                notice.id,
                absence_of(notice),
                notice.category,
                _state(notice),
                notice.announced_at,
                notice.decided_by.name if notice.decided_by else None,
                notice.decision_reason,
            )
            for notice in notices
        ],
    )


def hold_absence_desk(enrolment_id: int, now: datetime) -> AbsenceDesk:
    """The same for whoever is about to announce: a second click waits for the first."""
    db.session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update())
    return get_absence_desk(enrolment_id, now)


@dataclass(frozen=True)
class CoveredHalfDay:
    """A half-day that an absence covers, and what its closed register says, if there is one."""

    training_session: TrainingSession
    is_closed: bool
    status: AttendanceStatus | None

    @property
    def needs_correction(self) -> bool:
        """Written as absent though it was announced."""
        return self.is_closed and self.status is AttendanceStatus.ABSENT


@dataclass(frozen=True)
class AbsenceSheet:
    """One absence, with place, trainee and who decided, and the half-days it covers."""

    notice: AbsenceNotice
    half_days: Sequence[CoveredHalfDay]

    @property
    def scope(self) -> Scope:
        return scope_of(self.notice.enrolment)

    @property
    def absence(self) -> Absence:
        return absence_of(self.notice)

    @property
    def state(self) -> AbsenceState:
        return _state(self.notice)

    @property
    def to_correct(self) -> Sequence[CoveredHalfDay]:
        """Half-days of an accepted absence whose closed register says absent."""
        if self.state is not AbsenceState.ACCEPTED:
            return []
        return [half_day for half_day in self.half_days if half_day.needs_correction]

    def says(self, accepted: bool, reason: str) -> bool:
        """Whether exactly this was decided."""
        return (self.notice.is_accepted, self.notice.decision_reason) == (accepted, reason)

    def faults(self, accepted: bool, reason: str, user_id: int | None) -> tuple[DecisionFault, ...]:
        """Everything that stands against this person deciding so."""
        faults = []
        if self.notice.withdrawn_at is not None:
            faults.append(DecisionFault.WITHDRAWN)
        if self.notice.enrolment.trainee_id == user_id:
            faults.append(DecisionFault.OWN)
        if not accepted and not reason:
            faults.append(DecisionFault.REFUSED_WITHOUT_REASON)
        return tuple(faults)


def get_absence(absence_id: int) -> AbsenceSheet:
    """Four queries, whatever the length of the absence. Raises NotFound."""
    notice = db.session.scalar(
        select(AbsenceNotice)
        .options(
            joinedload(AbsenceNotice.enrolment).options(
                joinedload(Enrolment.cohort),
                joinedload(Enrolment.trainee),
                selectinload(Enrolment.periods),
            ),
            joinedload(AbsenceNotice.decided_by),
        )
        .where(AbsenceNotice.id == absence_id)
        .execution_options(populate_existing=True)
    )
    if notice is None:
        raise NotFound
    return AbsenceSheet(notice, _covered(notice))


def hold_absence(absence_id: int) -> AbsenceSheet:
    """The same for whoever is about to decide or withdraw: others wait."""
    db.session.execute(
        select(AbsenceNotice.id).where(AbsenceNotice.id == absence_id).with_for_update()
    )
    return get_absence(absence_id)


def _covered(notice: AbsenceNotice) -> list[CoveredHalfDay]:
    spans = notice.enrolment.spans
    absence = absence_of(notice)
    rows = db.session.execute(
        select(TrainingSession, Register.closed_at, AttendanceRecord.status)
        .outerjoin(Register, Register.training_session_id == TrainingSession.id)
        .outerjoin(
            AttendanceRecord,
            (AttendanceRecord.training_session_id == TrainingSession.id)
            & (AttendanceRecord.enrolment_id == notice.enrolment_id),
        )
        .options(*loaded())
        .where(
            TrainingSession.cohort_id == notice.enrolment.cohort_id,
            TrainingSession.cancelled_at.is_(None),
            TrainingSession.held_on.between(absence.first_day, absence.last_day),
        )
        .order_by(TrainingSession.starts_at)
    )
    return [
        CoveredHalfDay(half_day, closed_at is not None, status if closed_at else None)
        for half_day, closed_at, status in rows
        if absence.covers(half_day.held_on, half_day.half_day)
        and is_expected(half_day.held_on, spans)
    ]


@dataclass(frozen=True, slots=True)
class Announced:
    """What a register says of an announced absence beside a name: a hint, never an answer."""

    category: ExcuseCategory
    state: AbsenceState


def announced_at_half_day(training_session: TrainingSession) -> Mapping[int, Announced]:
    """Absences that stand and cover a half-day, by enrolment; one query."""
    asked = {
        "cohort_id": training_session.cohort_id,
        "day": training_session.held_on,
        "half_day": training_session.half_day,
    }
    return {
        enrolment_id: Announced(category, state_of(is_accepted=accepted, is_withdrawn=False))
        for enrolment_id, category, accepted in plain_rows(_announced(), asked)
    }


@cache
def _announced() -> Select[int, ExcuseCategory, bool | None]:
    """Built once: it is asked by every register that is open."""
    day = bindparam("day", type_=Date)
    return (
        select(AbsenceNotice.enrolment_id, AbsenceNotice.category, AbsenceNotice.is_accepted)
        .join(Enrolment, Enrolment.id == AbsenceNotice.enrolment_id)
        .where(
            Enrolment.cohort_id == bindparam("cohort_id"),
            *STANDS,
            AbsenceNotice.first_day <= day,
            AbsenceNotice.last_day >= day,
            or_(
                AbsenceNotice.half_day.is_(None),
                AbsenceNotice.half_day == bindparam("half_day"),
            ),
        )
    )


def deciders_of(cohort_id: int, *, today: date) -> Sequence[int]:
    """User ids of those who teach a cohort on a day: whoever decides; one query."""
    return db.session.scalars(
        select(CohortInstructor.user_id)
        .where(CohortInstructor.cohort_id == cohort_id, *runs_on(CohortInstructor, today))
        .distinct()
    ).all()
