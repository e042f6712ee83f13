"""Who was there in the demonstration school: exact totals, spread as life spreads them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecopter.attendance.rules import AttendanceStatus, ExcuseCategory
from ecopter.seeding.rules.demo_draw import Draw

LATE_FROM, LATE_TO = 5, 40
# Nobody else misses so much of a module that its attendance would fall under 80 %.
MODULE_MISSES = 5
MOST_AWAY = 3
MOST_MISSES = 6
MOST_LATE = 3
CATEGORIES = (
    ExcuseCategory.ILLNESS,
    ExcuseCategory.ILLNESS,
    ExcuseCategory.FAMILY,
    ExcuseCategory.TRANSPORT,
    ExcuseCategory.WORK,
)


@dataclass(frozen=True)
class Totals:
    """Lines of a register that are not "present on time"."""

    excused: int = 0
    unexcused: int = 0
    late: int = 0


@dataclass(frozen=True)
class Habit:
    """Someone's own share of the totals, and of the quizzes and lessons they do, in per cent.

    `leaves` names lessons that they leave for later.
    """

    excused: int = 0
    unexcused: int = 0
    late: int = 0
    share_of_work: int = 95
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slot:
    """A half-day as far as attendance goes."""

    module: str
    is_morning: bool


@dataclass(frozen=True)
class Line:
    status: AttendanceStatus = AttendanceStatus.PRESENT
    minutes_late: int = 0
    excuse_category: ExcuseCategory | None = None


Place = tuple[str, int]
"""A person's code and the index of a half-day."""


def plan(
    draw: Draw,
    people: Sequence[str],
    slots: Sequence[Slot],
    totals: Totals,
    habits: Mapping[str, Habit],
) -> dict[Place, Line]:
    """The lines that are not "present on time", by person and half-day; they add up exactly.

    People with a habit have what it says; the rest is drawn for the others, one half-day here and
    there, so that nobody misses a fifth of a module. Raises ValueError when it cannot be done.
    """
    places = draw.shuffled(
        [(person, index) for person in people for index in range(len(slots))], "absence"
    )
    excused, unexcused = _absences(places, slots, totals, habits)
    missed = {(person, slots[index].module) for person, index in excused | unexcused}
    late = _latenesses(draw, places, slots, totals=totals, habits=habits, missed=missed)
    lines = {place: _excused(draw, place) for place in excused}
    lines |= {place: Line(AttendanceStatus.ABSENT) for place in unexcused}
    lines |= {place: _late(draw, place) for place in late}
    return lines


def _absences(
    places: Sequence[Place], slots: Sequence[Slot], totals: Totals, habits: Mapping[str, Habit]
) -> tuple[set[Place], set[Place]]:
    excused: set[Place] = set()
    unexcused: set[Place] = set()
    for person, habit in habits.items():
        own = [place for place in places if place[0] == person]
        excused.update(own[: habit.excused])
        unexcused.update(own[habit.excused : habit.excused + habit.unexcused])
    lasting = Counter(slot.module for slot in slots)
    away = Counter(index for _, index in excused | unexcused)
    misses: Counter[str] = Counter()
    of_module: Counter[tuple[str, str]] = Counter()
    for person, index in places:
        module = (person, slots[index].module)
        if person in habits or away[index] >= MOST_AWAY or misses[person] >= MOST_MISSES:
            continue
        if (of_module[module] + 1) * MODULE_MISSES > lasting[module[1]]:
            continue
        target = excused if len(excused) < totals.excused else unexcused
        if len(excused) + len(unexcused) >= totals.excused + totals.unexcused:
            break
        target.add((person, index))
        away[index] += 1
        misses[person] += 1
        of_module[module] += 1
    if (len(excused), len(unexcused)) != (totals.excused, totals.unexcused):
        raise ValueError(f"{totals} does not fit in {len(slots)} half-days")
    return excused, unexcused


def _latenesses(
    draw: Draw,
    places: Sequence[Place],
    slots: Sequence[Slot],
    *,
    totals: Totals,
    habits: Mapping[str, Habit],
    missed: set[tuple[str, str]],
) -> set[Place]:
    """Mornings first: two of three who come late do so then; never where a module is short."""
    free = [place for place in places if (place[0], slots[place[1]].module) not in missed]
    free.sort(key=lambda place: not (slots[place[1]].is_morning or draw.happens(20, "late", place)))
    late: set[Place] = set()
    for person, habit in habits.items():
        late.update([place for place in free if place[0] == person][: habit.late])
    times = Counter(person for person, _ in late)
    for place in draw.shuffled(free[: len(free) * 2 // 3], "late"):
        if len(late) >= totals.late:
            break
        if place[0] not in habits and times[place[0]] < MOST_LATE:
            late.add(place)
            times[place[0]] += 1
    if len(late) != totals.late:
        raise ValueError(f"{totals} does not fit in {len(slots)} half-days")
    return late


def _excused(draw: Draw, place: Place) -> Line:
    return Line(
        AttendanceStatus.EXCUSED, excuse_category=draw.one_of(CATEGORIES, "category", *place)
    )


def _late(draw: Draw, place: Place) -> Line:
    minutes = LATE_FROM + draw.below(LATE_TO - LATE_FROM + 1, "minutes", *place)
    return Line(AttendanceStatus.LATE, minutes_late=minutes)
