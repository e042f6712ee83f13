"""The first page of someone who works for the school: registers, grading, absences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ecopter.assessment.queries.grading import WaitingWork, get_waiting
from ecopter.attendance.queries.alerts import count_undecided
from ecopter.attendance.queries.lists import Whose, get_desk, list_pending, list_today
from ecopter.authorization.policy import Actor, Role
from ecopter.home.rules import SHORT_LIST
from ecopter.shared.paging import Page
from ecopter.timetable.queries import HalfDayLine


@dataclass(frozen=True)
class Teacher:
    """Registers of today, those that are missing, and what waits for an answer."""

    today: Sequence[HalfDayLine]
    pending: Page[HalfDayLine]
    waiting: Page[WaitingWork]
    undecided: int
    grades: bool
    takes_over: bool

    @property
    def oldest_pending(self) -> Sequence[HalfDayLine]:
        return self.pending.items[:SHORT_LIST]

    @property
    def oldest_waiting(self) -> Sequence[WaitingWork]:
        return self.waiting.items[:SHORT_LIST]


def get_teacher(actor: Actor, now: datetime) -> Teacher:
    """Ten queries: one's own half-days for an instructor, everybody's for the office."""
    desk = get_desk(actor, now)
    whose = Whose.MINE if actor.has(Role.INSTRUCTOR) else Whose.ALL
    today = list_today(desk, whose=whose)
    return Teacher(
        today=today,
        pending=list_pending(desk, 1, whose=whose, without=today),
        waiting=get_waiting(actor, cohort_id=None, number=1).page,
        undecided=count_undecided(actor, now),
        grades=bool(actor.teaches) or actor.has(Role.HEAD_OF_STUDIES),
        takes_over=bool(actor.teaches),
    )
