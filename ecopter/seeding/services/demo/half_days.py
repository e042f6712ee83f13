"""Writing half-days in the local hours of their site."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from ecopter.curricula.models import Curriculum
from ecopter.school.models import Site
from ecopter.seeding.rules.demo_files import HalfDayFile, Hours
from ecopter.seeding.services.demo.places import HeldHalfDay
from ecopter.seeding.services.demo.rows import add_all, put_all
from ecopter.shared.dates import HalfDay, instant, local
from ecopter.timetable.models import TrainingSession, TrainingSessionInstructor


def put_half_days(
    half_days: Sequence[HalfDayFile],
    *,
    cohort_id: int,
    curriculum: Curriculum,
    sites: Mapping[str, Site],
    hours: Mapping[str, Hours],
    teachers: Mapping[str, Sequence[int]],
    now: datetime,
    is_make_up: bool = False,
) -> tuple[HeldHalfDay, ...]:
    """Half-days of one cohort with who teaches them, by module; those before today are done."""
    modules = {module.code: module.id for module in curriculum.modules}
    held = [_bounds(half_day, sites, hours) for half_day in half_days]
    ids = add_all(
        TrainingSession,
        [
            {
                "cohort_id": cohort_id,
                "module_id": modules[half_day.module],
                "site_id": sites[half_day.site].id,
                "room_id": sites[half_day.site].rooms[0].id,
                "held_on": half_day.held_on,
                "half_day": half_day.half_day,
                "starts_at": starts_at,
                "ends_at": ends_at,
                "is_make_up": is_make_up,
            }
            for half_day, (starts_at, ends_at) in zip(half_days, held, strict=True)
        ],
    )
    put_all(
        TrainingSessionInstructor,
        [
            {"training_session_id": session_id, "user_id": user_id}
            for session_id, half_day in zip(ids, half_days, strict=True)
            for user_id in teachers[half_day.module]
        ],
    )
    return tuple(
        HeldHalfDay(
            id=session_id,
            module=half_day.module,
            is_morning=half_day.half_day is HalfDay.MORNING,
            starts_at=starts_at,
            ends_at=ends_at,
            teacher_id=teachers[half_day.module][0],
            is_done=half_day.held_on < local(now, sites[half_day.site].zone).date(),
        )
        for session_id, half_day, (starts_at, ends_at) in zip(ids, half_days, held, strict=True)
    )


def _bounds(
    half_day: HalfDayFile, sites: Mapping[str, Site], hours: Mapping[str, Hours]
) -> tuple[datetime, datetime]:
    start, end = hours[half_day.hours][half_day.half_day]
    zone = sites[half_day.site].zone
    return instant(half_day.held_on, start, zone), instant(half_day.held_on, end, zone)
