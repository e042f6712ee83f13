"""The registers of the half-days that are done, closed by their instructors."""

from collections.abc import Mapping

from ecopter.attendance.models import AttendanceRecord, AttendanceRevision, Register
from ecopter.seeding.rules.demo_attendance import Line, Place, Slot, plan
from ecopter.seeding.rules.demo_draw import Draw
from ecopter.seeding.services.demo.places import HeldHalfDay, LoadedCohort, Loading
from ecopter.seeding.services.demo.rows import Values, put_all

ON_TIME = Line()


def load_registers(loading: Loading) -> None:
    """A closed register with every line for each half-day before the loading day."""
    registers: list[Values] = []
    records: list[Values] = []
    revisions: list[Values] = []
    for cohort in loading.cohorts.values():
        lines = planned_lines(loading.files.seed, cohort)
        for index, half_day in enumerate(cohort.half_days):
            if not half_day.is_done:
                continue
            registers.append(_register(half_day))
            for person, enrolment_id in cohort.enrolments.items():
                line = lines.get((person, index), ON_TIME)
                said = {
                    "training_session_id": half_day.id,
                    "enrolment_id": enrolment_id,
                    "status": line.status,
                    "minutes_late": line.minutes_late,
                    "excuse_category": line.excuse_category,
                }
                by, at = half_day.teacher_id, half_day.ends_at
                records.append({**said, "updated_by_id": by, "updated_at": at})
                revisions.append({**said, "number": 1, "written_by_id": by, "written_at": at})
    put_all(Register, registers)
    put_all(AttendanceRecord, records)
    put_all(AttendanceRevision, revisions)


def planned_lines(seed: str, cohort: LoadedCohort) -> Mapping[Place, Line]:
    """What is not "present on time" in the whole course, by person and index of the half-day."""
    file, people = cohort.dated.file, tuple(cohort.enrolments)
    slots = [Slot(half_day.module, half_day.is_morning) for half_day in cohort.half_days]
    counted, later = slots[: file.counted], slots[file.counted :]
    draw = Draw(f"{seed}/{file.code}")
    lines = plan(draw, people, counted, file.totals, file.habits)
    if later:
        draw = Draw(f"{seed}/{file.code}/later")
        for (person, index), line in plan(draw, people, later, file.later, file.habits).items():
            lines[person, index + file.counted] = line
    return lines


def _register(half_day: HeldHalfDay) -> Values:
    return {
        "training_session_id": half_day.id,
        "actual_starts_at": half_day.starts_at,
        "actual_ends_at": half_day.ends_at,
        "closed_at": half_day.ends_at,
        "closed_by_id": half_day.teacher_id,
    }
