"""Registers and the ledger of hours are read in a constant number of statements."""

from dataclasses import astuple
from datetime import timedelta
from random import Random

import pytest

from ecopter.attendance.models import Register
from ecopter.attendance.queries import (
    Desk,
    Whose,
    get_day_sheet,
    get_record,
    get_register,
    hours_of,
    list_closed,
    list_pending,
    list_today,
    summaries,
    without_register,
)
from ecopter.attendance.rules import AttendanceStatus, Entry, ExcuseCategory, summarise
from ecopter.authorization.policy import Actor, Role
from ecopter.cohorts.queries import get_enrolment, list_enrolments
from ecopter.db import db
from ecopter.shared.dates import HalfDay
from ecopter.shared.errors import NotFound
from tests.clock import NOW, TODAY
from tests.factories.attendance import (
    ABSENT,
    EXCUSED,
    PRESENT,
    enrolments_of,
    late,
    make_register,
)
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum, make_module
from tests.factories.people import make_administrator, make_user
from tests.factories.timetable import make_training_session

WEEK = timedelta(days=7)


def make_room(trainees=3, held_on=TODAY, **changes):
    cohort = make_cohort(trainees=trainees)
    teacher = instructor_of(cohort)
    return make_training_session(cohort, held_on, instructors=(teacher,), **changes), teacher


def forget():
    """Read from the database what the factories have left in memory."""
    db.session.commit()
    db.session.expunge_all()


def summaries_of(cohort_id):
    return summaries(cohort_id, list_enrolments(cohort_id), now=NOW)


def hours(enrolment_id):
    return hours_of(get_enrolment(enrolment_id), now=NOW)


def queries_of(count_queries, read, *arguments, **more):
    forget()
    with count_queries() as seen:
        read(*arguments, **more)
    return len(seen)


def test_a_register_of_five_hundred_takes_as_many_queries_as_one_of_sixteen(
    database, count_queries
):
    open_, closed = [], []
    for trainees in (16, 500):
        training_session, teacher = make_room(trainees, TODAY - WEEK)
        key = training_session.id
        register_id = make_register(training_session, teacher, closed=False).id
        open_.append(queries_of(count_queries, get_register, key, NOW))
        register = db.session.get_one(Register, register_id)
        register.closed_at, register.closed_by_id = NOW, teacher.id
        closed.append(queries_of(count_queries, get_register, key, NOW))

    assert open_ == [4, 4]
    assert closed == [4, 4]


def test_sums_of_a_large_cohort_take_as_many_queries_as_those_of_a_small_one(
    database, count_queries
):
    counts = []
    for trainees, days in ((2, 2), (40, 20)):
        cohort = make_cohort(trainees=trainees)
        teacher = instructor_of(cohort)
        for past in range(1, days + 1):
            training_session = make_training_session(cohort, TODAY - timedelta(days=past))
            make_register(training_session, teacher)
        enrolment_id = enrolments_of(training_session)[0].id
        counts.append(
            [
                queries_of(count_queries, summaries_of, cohort.id),
                queries_of(count_queries, hours, enrolment_id),
                queries_of(count_queries, get_record, enrolment_id, NOW),
                queries_of(count_queries, get_day_sheet, training_session.id),
                queries_of(count_queries, without_register, cohort.id, now=NOW),
            ]
        )

    few, many = counts
    assert few[:-1] == many[:-1]
    # Two of the first two are for the places themselves, which their callers have already.
    assert many[:-1] == [4, 3, 6, 7]
    assert max(few[-1], many[-1]) <= 2


def test_lists_take_as_many_queries_whatever_they_hold(database, count_queries):
    counts = []
    for days in (2, 30):
        cohort = make_cohort(trainees=1)
        teacher = instructor_of(cohort)
        for past in range(days):
            training_session = make_training_session(cohort, TODAY - timedelta(days=past))
            if past % 2:
                make_register(training_session, teacher)
        make_training_session(cohort, TODAY - timedelta(days=99), instructors=(teacher,))
        desk = Desk(Actor(user_id=teacher.id, teaches=frozenset({cohort.id})), NOW)
        counts.append(
            [
                queries_of(count_queries, list_today, desk, whose=Whose.MINE),
                queries_of(count_queries, list_pending, desk, 1, whose=Whose.MINE),
                queries_of(count_queries, list_closed, desk, 1, whose=Whose.MINE),
            ]
        )

    assert counts[0] == counts[1]
    assert max(counts[0]) <= 4


def test_periods_decide_who_is_expected(database):
    training_session, _ = make_room(trainees=1)
    cohort = db.session.get_one(type(make_cohort()), training_session.cohort_id)
    gone = make_enrolment(cohort, make_user(), ((cohort.starts_on, TODAY - WEEK),))
    back = make_enrolment(
        cohort, make_user(), ((cohort.starts_on, TODAY - 3 * WEEK), (TODAY, None))
    )
    last_day = make_enrolment(cohort, make_user(), ((cohort.starts_on, TODAY),))
    later = make_enrolment(cohort, make_user(), ((TODAY + timedelta(days=1), None),))

    expected = {line.enrolment_id for line in get_register(training_session.id, NOW).lines}

    assert {back.id, last_day.id} <= expected
    assert not expected & {gone.id, later.id}
    assert len(expected) == 3


def test_an_unknown_half_day_is_not_found(database):
    with pytest.raises(NotFound):
        get_register(999, NOW)
    with pytest.raises(NotFound):
        get_day_sheet(999)


def test_the_ledger_counts_closed_registers_in_actual_minutes(database):
    cohort = make_cohort(trainees=1)
    teacher = instructor_of(cohort)
    closed, draft, missing, cancelled = (
        make_training_session(cohort, TODAY - timedelta(days=days), **changes)
        for days, changes in (
            (9, {}),
            (8, {}),
            (7, {}),
            (6, {"cancelled_at": NOW, "cancel_reason": "Neige"}),
        )
    )
    make_training_session(cohort, TODAY + WEEK)
    (enrolment,) = enrolments_of(closed)
    make_register(
        closed,
        teacher,
        {enrolment.id: late(30)},
        actual_ends_at=closed.ends_at - timedelta(minutes=30),
    )
    make_register(draft, teacher, closed=False)
    make_register(cancelled, teacher, closed=False)
    forget()

    summary = hours(enrolment.id).total

    assert (summary.expected_minutes, summary.attended_minutes) == (180, 150)
    assert (summary.half_days, summary.half_days_unwritten) == (3, 2)
    assert [s.id for s in without_register(cohort.id, now=NOW)] == [draft.id, missing.id]


def test_a_half_day_that_is_going_on_is_not_missing_yet(database):
    training_session, teacher = make_room(trainees=1)
    cohort_id, (enrolment,) = training_session.cohort_id, enrolments_of(training_session)
    forget()

    assert hours(enrolment.id).total.half_days == 0
    assert without_register(cohort_id, now=NOW) == []

    make_register(training_session, teacher)
    assert hours(enrolment.id).total.half_days == 1


def random_entry(random: Random) -> Entry:
    status = random.choice(list(AttendanceStatus))
    if status is AttendanceStatus.EXCUSED:
        return Entry(status, excuse_category=random.choice(list(ExcuseCategory)))
    if status is AttendanceStatus.LATE:
        return Entry(status, random.randint(1, 60), random.choice([0, 0, random.randint(1, 60)]))
    return Entry(status)


@pytest.mark.parametrize("seed", range(6))
def test_half_days_modules_and_sums_agree_to_the_minute(database, seed):
    random = Random(seed)
    curriculum = make_curriculum(modules=0)
    modules = [make_module(curriculum, position=position) for position in range(4)]
    cohort = make_cohort(curriculum=curriculum)
    teacher = instructor_of(cohort)
    enrolments = [make_enrolment(cohort, make_user(), random_periods(random)) for _ in range(5)]
    for days in range(1, 25):
        training_session = make_training_session(
            cohort,
            TODAY - timedelta(days=days),
            random.choice(list(HalfDay)),
            module=random.choice(modules),
        )
        if random.random() < 0.8:
            make_register(
                training_session,
                teacher,
                {e.id: random_entry(random) for e in enrolments if random.random() < 0.95},
                closed=random.random() < 0.9,
                actual_ends_at=training_session.ends_at
                + timedelta(minutes=random.randint(-60, 60)),
            )
        elif random.random() < 0.5:
            training_session.cancelled_at, training_session.cancel_reason = NOW, "Neige"
    forget()

    of_cohort = summaries_of(cohort.id)

    for enrolment in enrolments:
        record = get_record(enrolment.id, NOW)
        own = hours(enrolment.id)
        parts = list(own.modules.values())
        assert record.summary == of_cohort[enrolment.id] == own.total
        assert record.summary == summarise(line.line for line in record.lines)
        assert sum(line.line.minutes for line in record.lines) == record.summary.attended_minutes
        added = [sum(column) for column in zip(*map(astuple, parts), strict=True)]
        assert tuple(added or [0] * 9) == astuple(record.summary)
        assert [astuple(s) for _, s in record.modules] == [
            astuple(own.modules[module.id]) for module, _ in record.modules
        ]


def random_periods(random: Random):
    """One period, or two with a gap between them."""
    first = TODAY - timedelta(days=random.randint(10, 40))
    if random.random() < 0.5:
        return ((first, None),)
    gap = first + timedelta(days=random.randint(1, 8))
    return ((first, gap), (gap + timedelta(days=random.randint(2, 5)), None))


def test_the_record_shows_corrections_and_never_the_private_note(database):
    training_session, teacher = make_room(1, TODAY - WEEK)
    (enrolment,) = enrolments_of(training_session)
    noted = Entry(
        AttendanceStatus.EXCUSED,
        excuse_category=ExcuseCategory.ILLNESS,
        excuse_note="opération du genou",
    )
    make_register(training_session, teacher, {enrolment.id: noted})
    forget()

    (line,) = get_record(enrolment.id, NOW).lines

    assert line.entry == EXCUSED
    assert "genou" not in repr(line)


def test_the_figures_of_the_record_open_the_lines_they_add_up_from(database):
    cohort = make_cohort(trainees=1)
    teacher = instructor_of(cohort)
    sessions = [make_training_session(cohort, TODAY - timedelta(days=days)) for days in (3, 2, 1)]
    (enrolment,) = enrolments_of(sessions[0])
    make_register(sessions[0], teacher, {enrolment.id: PRESENT})
    make_register(sessions[1], teacher, {enrolment.id: ABSENT})
    forget()

    record = get_record(enrolment.id, NOW)

    assert len(record.lines_of("all", None)) == record.summary.half_days == 3
    attended = record.lines_of("attended", None)
    assert sum(line.line.minutes for line in attended) == record.summary.attended_minutes
    written = record.lines_of("written", None)
    assert sum(line.line.duration for line in written) == record.summary.expected_minutes
    assert record.lines_of("all", 0) == []


def test_the_sheet_of_a_day_has_both_halves_everyone_and_who_taught(database):
    morning, teacher = make_room(16, TODAY - WEEK)
    cohort_id = morning.cohort_id
    cohort = db.session.get_one(type(make_cohort()), cohort_id)
    afternoon = make_training_session(cohort, TODAY - WEEK, HalfDay.AFTERNOON)
    first = enrolments_of(morning)[0]
    make_register(morning, teacher, {first.id: EXCUSED})
    make_register(afternoon, teacher, {first.id: PRESENT}, closed=False)

    sheet = get_day_sheet(afternoon.id)

    assert [half.training_session.id for half in sheet.halves] == [morning.id, afternoon.id]
    assert len(sheet.rows) == 16
    excused, not_closed = sheet.rows[0].marks
    assert excused == Entry(AttendanceStatus.EXCUSED)  # and not why
    assert not_closed is None
    (taught,) = sheet.instructors
    assert taught.name == teacher.name
    assert [taught.teaches(half) for half in sheet.halves] == [True, False]


def ids(lines):
    return [line.training_session.id for line in lines]


def test_whose_registers_wait(database):
    cohort = make_cohort(trainees=1)
    teacher, colleague = instructor_of(cohort), instructor_of(cohort)
    mine = make_training_session(cohort, instructors=(teacher,))
    theirs = make_training_session(cohort, TODAY - WEEK, instructors=(colleague,))
    nobodys = make_training_session(cohort, TODAY - 2 * WEEK)
    closed = make_training_session(cohort, TODAY - 3 * WEEK, instructors=(teacher,))
    make_register(closed, teacher)
    cancelled = {"cancelled_at": NOW, "cancel_reason": "Neige"}
    make_training_session(cohort, TODAY - 4 * WEEK, instructors=(teacher,), **cancelled)
    elsewhere = make_training_session(make_cohort(), TODAY - WEEK)
    desk = Desk(Actor(user_id=teacher.id, teaches=frozenset({cohort.id})), NOW)
    office = Desk(
        Actor(user_id=make_administrator().id, roles=frozenset({Role.ADMINISTRATOR})), NOW
    )

    assert ids(list_today(desk, whose=Whose.MINE)) == [mine.id]
    assert ids(list_pending(desk, 1, whose=Whose.MINE).items) == [nobodys.id]
    assert ids(list_pending(desk, 1, whose=Whose.ALL).items) == [nobodys.id, theirs.id]
    assert ids(list_closed(desk, 1, whose=Whose.MINE).items) == [closed.id]
    assert set(ids(list_pending(office, 1, whose=Whose.ALL).items)) == {
        nobodys.id,
        theirs.id,
        elsewhere.id,
    }


def test_long_lists_come_in_pages(database):
    cohort = make_cohort(trainees=1)
    for days in range(1, 26):
        make_training_session(cohort, TODAY - timedelta(days=days))
    desk = Desk(Actor(user_id=1, teaches=frozenset({cohort.id})), NOW)

    first = list_pending(desk, 1, whose=Whose.MINE)
    second = list_pending(desk, 2, whose=Whose.MINE)

    assert (first.total, len(first.items), len(second.items)) == (25, 20, 5)
    assert first.items[0].training_session.held_on == TODAY - timedelta(days=25)


def test_a_register_lists_names_in_the_order_of_the_cohort(database):
    cohort = make_cohort()
    for family in ("Amrani", "Aït Ali"):
        make_enrolment(cohort, make_user(family_name_lat=family))
    half_day = make_training_session(cohort)

    lines = get_register(half_day.id, NOW).lines

    assert [line.name.family_lat for line in lines] == ["Aït Ali", "Amrani"]
