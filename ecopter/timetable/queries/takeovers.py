"""Half-days of the whole school that an instructor may take over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.platform.clock import school_day
from ecopter.school.models import Site
from ecopter.shared.paging import Page
from ecopter.shared.text import fold
from ecopter.timetable.models import TrainingSession, TrainingSessionInstructor
from ecopter.timetable.queries.half_days import HalfDayLine, loaded, with_states
from ecopter.timetable.rules import HalfDayState
from ecopter.timetable.rules.half_days import TAKEN_OVER_AFTER, TAKEN_OVER_BEFORE

PAGE_SIZE = 30


@dataclass(frozen=True)
class Openings:
    """Half-days that are not the reader's, in order."""

    lines: Sequence[HalfDayLine]

    @property
    def sites(self) -> Sequence[Site]:
        """Where they are held, each once."""
        return list(dict.fromkeys(line.training_session.site for line in self.lines))

    def choice(
        self, *, words: Collection[str] = (), site_id: int | None = None
    ) -> list[HalfDayLine]:
        """Those at a site whose module, cohort, place or instructors hold every word."""
        return [
            line
            for line in self.lines
            if site_id in (None, line.training_session.site_id)
            and all(word in _text(line.training_session) for word in words)
        ]


def _text(training_session: TrainingSession) -> str:
    names = [f"{user.name.latin} {user.name.arabic}" for user in training_session.instructors]
    titles = (
        training_session.module.titles,
        training_session.site.names,
        training_session.cohort.names,
    )
    return fold(" ".join([*names, *(str(word) for title in titles for word in title.values())]))


def page_of(lines: Sequence[HalfDayLine], number: int) -> Page[HalfDayLine]:
    """One page of a list that is in memory."""
    first = (number - 1) * PAGE_SIZE
    return Page(lines[first : first + PAGE_SIZE], number, PAGE_SIZE, len(lines))


def list_openings(actor: Actor, now: datetime) -> Openings:
    """From a week ago to a fortnight ahead, without a closed register; three queries."""
    today = school_day(now)
    mine = select(TrainingSessionInstructor.training_session_id).where(
        TrainingSessionInstructor.user_id == actor.user_id
    )
    found = db.session.scalars(
        select(TrainingSession)
        .options(*loaded(), joinedload(TrainingSession.cohort))
        .where(
            TrainingSession.held_on.between(today - TAKEN_OVER_AFTER, today + TAKEN_OVER_BEFORE),
            TrainingSession.cancelled_at.is_(None),
            TrainingSession.id.not_in(mine),
        )
        .order_by(TrainingSession.starts_at, TrainingSession.id)
    ).all()
    lines = with_states(found, now=now)
    return Openings([line for line in lines if line.state is not HalfDayState.CLOSED])
