"""Saving, closing and correcting registers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from ecopter.attendance.models import AttendanceRecord, AttendanceRevision, Register
from ecopter.attendance.queries import get_correction, get_register
from ecopter.attendance.rules import AttendanceStatus, Entry
from ecopter.attendance.services import Writing, correct_line, save_register
from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.shared.dates import HalfDay
from ecopter.shared.errors import Conflict, Invalid
from tests.clock import NOW, TODAY
from tests.factories.attendance import ABSENT, EXCUSED, PRESENT, late, make_register
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.timetable import make_training_session


def make_room(trainees=3, **changes):
    cohort = make_cohort(trainees=trainees)
    teacher = instructor_of(cohort)
    return make_training_session(cohort, **changes), teacher, Actor(user_id=teacher.id)


def everyone(sheet, entry=PRESENT):
    return {line.enrolment_id: entry for line in sheet.lines}


def save(training_session, actor, entries=None, *, now=NOW, **changes):
    sheet = get_register(training_session.id, NOW)
    writing = Writing(
        **{
            "entries": everyone(sheet) if entries is None else entries,
            "starts_at": sheet.starts_at,
            "ends_at": sheet.ends_at,
            "version": sheet.version,
            "closing": False,
        }
        | changes
    )
    save_register(sheet, writing, actor=actor, now=now)


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def test_a_closed_register_says_who_was_there_and_who_closed_it(database):
    training_session, teacher, actor = make_room()
    first, second, third = (
        line.enrolment_id for line in get_register(training_session.id, NOW).lines
    )

    save(
        training_session,
        actor,
        {first: PRESENT, second: late(20), third: EXCUSED},
        closing=True,
    )

    sheet = get_register(training_session.id, NOW)
    assert sheet.is_closed
    assert sheet.entries == {first: PRESENT, second: late(20), third: EXCUSED}
    assert (sheet.register.closed_by_id, sheet.register.closed_at) == (teacher.id, NOW)
    assert count(AttendanceRevision) == 3


def test_a_draft_may_be_partial_and_closing_may_not(database):
    training_session, _, actor = make_room()
    one = {get_register(training_session.id, NOW).lines[0].enrolment_id: ABSENT}

    save(training_session, actor, one)

    assert get_register(training_session.id, NOW).entries == one
    with pytest.raises(Invalid):
        save(training_session, actor, one, closing=True)


def test_only_changed_lines_make_a_revision(database):
    training_session, _, actor = make_room()
    save(training_session, actor)
    entries = everyone(get_register(training_session.id, NOW))
    first = next(iter(entries))

    save(training_session, actor, entries | {first: ABSENT}, closing=True)

    assert count(AttendanceRevision) == 4
    numbers = db.session.scalars(
        select(AttendanceRevision.number).where(AttendanceRevision.enrolment_id == first)
    ).all()
    assert numbers == [1, 2]


def test_saving_the_same_again_is_no_conflict_and_leaves_no_trace(database):
    training_session, _, actor = make_room()

    save(training_session, actor, closing=True)
    save(training_session, actor, closing=True, version=0)

    assert get_register(training_session.id, NOW).version == 1
    assert count(AuditEvent) == 1
    assert count(AttendanceRevision) == 3


def test_one_event_tells_counts_and_ids(database):
    training_session, _, actor = make_room()

    save(training_session, actor, closing=True)

    event_ = db.session.scalars(select(AuditEvent)).one()
    assert event_.action == "register.closed"
    assert (event_.object_type, event_.object_id) == ("register", training_session.id)
    assert event_.details == {"version": 1, "changed": 3, "answers": {"present": 3}}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"now": NOW - timedelta(hours=1)}, Conflict),
        ({"version": 7}, Conflict),
        ({"entries": {99999: PRESENT}}, Invalid),
        ({"ends_at": NOW - timedelta(hours=3)}, Invalid),
    ],
    ids=["too early", "another version", "a stranger", "ends before it starts"],
)
def test_refused(database, changes, error):
    training_session, _, actor = make_room()

    with pytest.raises(error):
        save(training_session, actor, **changes)

    assert count(Register) == count(AttendanceRecord) == 0


def test_a_late_line_needs_its_minutes(database):
    training_session, _, actor = make_room()
    entries = everyone(get_register(training_session.id, NOW), Entry(AttendanceStatus.LATE))

    with pytest.raises(Invalid):
        save(training_session, actor, entries)


def test_a_register_opens_a_quarter_of_an_hour_before(database):
    training_session, _, actor = make_room(half_day=HalfDay.AFTERNOON)

    save(training_session, actor, now=training_session.starts_at - timedelta(minutes=15))

    assert get_register(training_session.id, NOW).version == 1


def test_a_cancelled_half_day_has_no_register(database):
    training_session, _, actor = make_room(cancelled_at=NOW, cancel_reason="Neige")

    with pytest.raises(Conflict):
        save(training_session, actor)


def test_a_closed_register_refuses_another_save(database):
    training_session, teacher, actor = make_room()
    make_register(training_session, teacher)

    with pytest.raises(Conflict):
        save(training_session, actor, everyone(get_register(training_session.id, NOW), ABSENT))


def test_saving_five_hundred_takes_as_many_statements_as_saving_sixteen(database, count_queries):
    def statements(trainees):
        training_session, _, actor = make_room(trainees)
        with count_queries() as seen:
            save(training_session, actor, closing=True)
        assert len(get_register(training_session.id, NOW).entries) == trainees
        return seen.seen

    few, many = statements(16), statements(500)

    assert len(few) == len(many) <= 9
    writes = [line.split()[0] for line in many if not line.startswith("SELECT")]
    assert writes == ["INSERT"] * 4  # head, lines, revisions, event


def test_lines_are_sent_as_one_value_whatever_their_number(database):
    """Bound one by one, the values of five hundred took longer than all the database did."""

    def values(trainees):
        training_session, _, actor = make_room(trainees)
        bound = []

        def note(_conn, _cursor, statement, parameters, _context, executemany):
            if statement.startswith(("INSERT INTO attendance", "INSERT INTO registers")):
                bound.append((statement.split()[2], executemany, len(parameters)))

        event.listen(db.engine, "before_cursor_execute", note)
        save(training_session, actor)
        event.remove(db.engine, "before_cursor_execute", note)
        return bound

    few, many = values(2), values(16)

    assert few == many
    assert [(table, bulk) for table, bulk, _ in many] == [
        ("registers", False),
        ("attendance_records", False),
        ("attendance_revisions", False),
    ]


def test_a_note_is_kept_letter_by_letter(database):
    note = "Il a dit : \"non\" \\ {'a': 1} \u2028 … غياب بعذر 🌿 %s ? :x"
    training_session, _, actor = make_room(1)
    entry = replace(EXCUSED, excuse_note=note)

    save(training_session, actor, everyone(get_register(training_session.id, NOW), entry))

    (line,) = get_register(training_session.id, NOW).lines
    assert line.entry == entry


def correct(training_session, actor, entry, *, reason="Carte de bus", position=0):
    enrolment_id = get_register(training_session.id, NOW).lines[position].enrolment_id
    correct_line(
        get_correction(training_session.id, enrolment_id, actor, NOW),
        entry,
        reason=reason,
        actor=actor,
        now=NOW,
    )


def test_a_correction_keeps_the_old_line_and_the_register_closed(database):
    training_session, teacher, actor = make_room(held_on=TODAY - timedelta(days=7))
    make_register(training_session, teacher)

    correct(training_session, actor, late(30))

    sheet = get_register(training_session.id, NOW)
    line = sheet.lines[0]
    (change,) = sheet.changes_of(line.enrolment_id)
    assert sheet.is_closed
    assert (line.entry, line.revision) == (late(30), 2)
    assert (change.before, change.after, change.reason) == (PRESENT, late(30), "Carte de bus")
    assert (change.by, change.at) == (teacher.name, NOW)
    assert sheet.changes_of(sheet.lines[1].enrolment_id) == []


def test_a_correction_needs_a_reason_and_a_closed_register(database):
    training_session, teacher, actor = make_room()
    make_register(training_session, teacher, closed=False)
    with pytest.raises(Conflict):
        correct(training_session, actor, ABSENT)

    other, teacher, actor = make_room()
    make_register(other, teacher)
    with pytest.raises(Invalid):
        correct(other, actor, ABSENT, reason="")


def test_correcting_to_what_the_line_says_changes_nothing(database):
    training_session, teacher, actor = make_room()
    make_register(training_session, teacher)

    correct(training_session, actor, PRESENT)

    assert count(AuditEvent) == 0
    assert get_register(training_session.id, NOW).lines[0].revision == 1
