"""Work done after the answer: rows written with the act, leased and run by `ecopter worker`."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from flask import Flask, current_app, g
from sqlalchemy import ColumnElement, String, Text, and_, false, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from ecopter.db import Entity, db, text_enum

LEASE = timedelta(minutes=2)
# How far the clocks of two machines with workers may be apart.
CLOCK_DOUBT = timedelta(minutes=2)
MOST_ATTEMPTS = 5
# With the pauses between them about a day: a mail server is back by then.
PATIENT_ATTEMPTS = 30
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
EXTENSION = "job_handlers"

Handler = Callable[[Mapping[str, Any], datetime], None]


class JobState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Job(Entity):
    """One piece of work. A handler may run twice, so it must come to the same end twice."""

    __tablename__ = "jobs"

    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    arguments: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(text_enum(JobState), default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    run_after: Mapped[datetime] = mapped_column(index=True)
    leased_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


class LeaseLost(Exception):
    """The work took so long that another worker has begun it anew: nothing more is done here."""


@dataclass(frozen=True)
class Held:
    """A job in hand. Every worker that leases it counts `attempts` up: so it knows its own."""

    id: int
    key: str
    attempts: int


@dataclass(frozen=True)
class Trade:
    """How work of one kind is done, and how often it is begun before it is given up."""

    handler: Handler
    most_attempts: int


def register(
    app: Flask, kind: str, handler: Handler, *, most_attempts: int = MOST_ATTEMPTS
) -> None:
    app.extensions.setdefault(EXTENSION, {})[kind] = Trade(handler, most_attempts)


def leave_waiting(app: Flask, kind: str) -> None:
    """Take no work of this kind: it waits for a worker that can do it."""
    app.extensions[EXTENSION].pop(kind, None)


def _trades() -> dict[str, Trade]:
    return cast("dict[str, Trade]", current_app.extensions.get(EXTENSION, {}))


def enqueue(kind: str, key: str, arguments: Mapping[str, Any], *, now: datetime) -> None:
    """Ask for a piece of work in the transaction of the act; asking twice is asking once."""
    if db.session.scalar(select(Job.id).where(Job.key == key)) is None:
        db.session.add(
            Job(
                kind=kind, key=key, arguments=dict(arguments), state=JobState.WAITING, run_after=now
            )
        )
        db.session.flush()


def lease(now: datetime) -> Job | None:
    """Take the oldest piece of work that nobody holds; commit before doing it."""
    _give_up_on_killers(now)
    # No lease and no pause is this long: the clock was ahead when they were written. Only
    # work that failed waits for its time; what nobody has begun or ended is due at once.
    free = or_(
        Job.leased_until.is_(None),
        Job.leased_until < now,
        Job.leased_until > now + LEASE + CLOCK_DOUBT,
    )
    due = or_(
        Job.attempts == 0,
        Job.leased_until.is_not(None),
        Job.run_after <= now,
        Job.run_after > now + LONGEST_PAUSE,
    )
    oldest = (
        select(Job.id)
        .where(
            Job.state == JobState.WAITING,
            due,
            Job.kind.in_(sorted(_trades())),
            free,
        )
        .order_by(Job.run_after, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = db.session.scalar(
        update(Job)
        .where(Job.id == oldest.scalar_subquery())
        .values(leased_until=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return db.session.get(Job, taken, populate_existing=True) if taken else None


def _give_up_on_killers(now: datetime) -> None:
    """Work that was begun again and again and never came back would kill every worker."""
    db.session.execute(
        update(Job)
        .where(
            Job.state == JobState.WAITING,
            or_(false(), *_begun_too_often()),
            Job.leased_until < now,
        )
        .values(state=JobState.FAILED, leased_until=None, error="never came back")
        .execution_options(synchronize_session=False)
    )


def _begun_too_often() -> list[ColumnElement[bool]]:
    return [
        and_(Job.kind == kind, Job.attempts >= trade.most_attempts)
        for kind, trade in sorted(_trades().items())
    ]


def renew(now: datetime) -> None:
    """Keep the job in hand for another lease, before each slow step of a long one.

    Commits. Raises LeaseLost when it took too long and another worker has it.
    """
    held: Held | None = g.get("job")
    if held is not None:  # else called outside a worker
        _note(held, leased_until=now + LEASE)
        db.session.commit()


def _note(held: Held, **values: object) -> None:
    """Write how a job stands, if it is still this worker's. Raises LeaseLost."""
    written = db.session.scalar(
        update(Job)
        .where(Job.id == held.id, Job.attempts == held.attempts, Job.state == JobState.WAITING)
        .values(**values)
        .returning(Job.id)
    )
    if written is None:
        raise LeaseLost(held.key)


def run_next(clock: Callable[[], datetime]) -> bool:
    """Lease one job, run it, note how it ended. False when nothing waits."""
    job = lease(clock())
    db.session.commit()
    if job is None:
        return False
    held = g.job = Held(job.id, job.key, job.attempts)
    trade = _trades()[job.kind]
    try:
        trade.handler(job.arguments, clock())
        _note(held, state=JobState.DONE, leased_until=None, error="")
        db.session.commit()
    except LeaseLost:
        db.session.rollback()
        current_app.logger.warning("job taken over", extra={"job": held.key})
    except Exception as problem:
        db.session.rollback()
        current_app.logger.exception("job failed", extra={"job": held.key})
        _note_failure(held, trade, f"{type(problem).__name__}: {problem}", clock())
        db.session.commit()
    finally:
        g.pop("job", None)
    return True


def _note_failure(held: Held, trade: Trade, problem: str, now: datetime) -> None:
    is_given_up = held.attempts >= trade.most_attempts
    with contextlib.suppress(LeaseLost):
        _note(
            held,
            state=JobState.FAILED if is_given_up else JobState.WAITING,
            leased_until=None,
            error=problem[:2000],
            run_after=now + min(FIRST_PAUSE * 2**held.attempts, LONGEST_PAUSE),
        )
