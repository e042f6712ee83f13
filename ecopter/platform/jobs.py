"""Work done after the answer: rows written with the act, leased and run by `ecopter worker`."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import String, Text, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from ecopter.db import Entity, db, text_enum

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 5
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


def register(app: Flask, kind: str, handler: Handler) -> None:
    app.extensions.setdefault(EXTENSION, {})[kind] = handler


def leave_waiting(app: Flask, kind: str) -> None:
    """Take no work of this kind: it waits for a worker that can do it."""
    app.extensions[EXTENSION].pop(kind, None)


def _handlers() -> dict[str, Handler]:
    return cast("dict[str, Handler]", current_app.extensions.get(EXTENSION, {}))


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
    free = or_(Job.leased_until.is_(None), Job.leased_until < now)
    oldest = (
        select(Job.id)
        .where(
            Job.state == JobState.WAITING,
            Job.run_after <= now,
            Job.kind.in_(sorted(_handlers())),
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
            Job.attempts >= MOST_ATTEMPTS,
            Job.leased_until < now,
        )
        .values(state=JobState.FAILED, leased_until=None, error="never came back")
        .execution_options(synchronize_session=False)
    )


def run_next(clock: Callable[[], datetime]) -> bool:
    """Lease one job, run it, note how it ended. False when nothing waits."""
    job = lease(clock())
    db.session.commit()
    if job is None:
        return False
    try:
        _handlers()[job.kind](job.arguments, clock())
    except Exception as problem:
        db.session.rollback()
        current_app.logger.exception("job failed", extra={"job": job.key})
        _note_failure(job.id, f"{type(problem).__name__}: {problem}", clock())
    else:
        _finish(job.id)
    db.session.commit()
    return True


def _finish(job_id: int) -> None:
    job = db.session.get_one(Job, job_id)
    job.state, job.leased_until, job.error = JobState.DONE, None, ""


def _note_failure(job_id: int, problem: str, now: datetime) -> None:
    job = db.session.get_one(Job, job_id)
    job.error, job.leased_until = problem[:2000], None
    job.run_after = now + timedelta(seconds=10 * 2**job.attempts)
    if job.attempts >= MOST_ATTEMPTS:
        job.state = JobState.FAILED
