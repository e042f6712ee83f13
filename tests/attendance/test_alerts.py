"""Who is about to lose the course, and how many absences wait."""

from datetime import timedelta
from decimal import Decimal

from ecopter.attendance.queries import summaries
from ecopter.attendance.queries.alerts import count_undecided, list_low_attendance
from ecopter.authorization.policy import Actor, Role
from ecopter.cohorts.queries import list_enrolments
from ecopter.db import db
from tests.clock import NOW, TODAY
from tests.factories.attendance import (
    ABSENT,
    EXCUSED,
    PRESENT,
    decided,
    enrolments_of,
    late,
    make_absence,
    make_register,
)
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_user
from tests.factories.timetable import make_training_session

DAY = timedelta(days=1)
OFFICE = Actor(user_id=1, roles=frozenset({Role.HEAD_OF_STUDIES}))


def teach(cohort):
    return Actor(user_id=1, teaches=frozenset({cohort.id}))


def hold(cohort, teacher, *columns):
    """One closed register a day, the last one yesterday: the answers of each person in order."""
    places = None
    for ago, answers in zip(range(len(columns), 0, -1), columns, strict=True):
        session = make_training_session(cohort, TODAY - ago * DAY)
        places = enrolments_of(session)
        pairs = zip(places, answers, strict=True)
        make_register(session, teacher, {p.id: e for p, e in pairs if e is not None})
    return [place.id for place in places]


def found(actor):
    return [low.enrolment_id for low in list_low_attendance(actor, NOW)]


def test_whoever_is_under_the_share_of_the_course_is_named_with_both_figures(database):
    cohort = make_cohort(trainees=4)
    teacher = instructor_of(cohort)
    rows = [
        (PRESENT, ABSENT, late(60), EXCUSED),
        (PRESENT, PRESENT, PRESENT, PRESENT),
        (PRESENT, ABSENT, PRESENT, PRESENT),
        (PRESENT, PRESENT, late(30), None),
    ]
    good, bad, _, away = hold(cohort, teacher, *rows)
    db.session.commit()

    lows = list_low_attendance(teach(cohort), NOW)

    sums = summaries(cohort.id, list_enrolments(cohort.id), now=NOW)
    threshold = cohort.curriculum_id and lows[0].threshold
    assert [low.enrolment_id for low in lows] == [
        key for key in sorted(sums, key=lambda key: sums[key].rate) if sums[key].rate < threshold
    ]
    assert bad in [low.enrolment_id for low in lows]
    assert good not in [low.enrolment_id for low in lows]
    for low in lows:
        assert low.rate == sums[low.enrolment_id].rate
        assert (low.cohort_id, low.cohort["fr"]) == (cohort.id, cohort.name)
        assert low.name.latin.startswith("Ijja Tazart")
        assert low.name.arabic
        assert not low.misses_in_a_row
    assert away in sums


def test_three_absences_in_a_row_are_told_whatever_the_share(database):
    cohort = make_cohort(trainees=1)
    teacher = instructor_of(cohort)
    columns = [(PRESENT,)] * 60 + [(ABSENT,)] * 3

    [key] = hold(cohort, teacher, *columns)

    [low] = list_low_attendance(teach(cohort), NOW)
    assert (low.enrolment_id, low.misses_in_a_row) == (key, True)
    assert low.rate == Decimal("95.2")
    assert low.rate > low.threshold


def test_only_people_of_today_in_running_cohorts_one_works_with(database):
    mine, other = make_cohort(trainees=1), make_cohort(trainees=1)
    over = make_cohort(trainees=1, ends_on=TODAY - DAY)
    gone = make_enrolment(mine, periods=((mine.starts_on, TODAY - 2 * DAY),))
    keys = []
    for cohort in (mine, other, over):
        teacher = instructor_of(cohort)
        session = make_training_session(cohort, TODAY - 3 * DAY)
        people = [place.id for place in enrolments_of(session)]
        make_register(session, teacher, dict.fromkeys(people, ABSENT))
        keys.append(people[0])

    assert found(teach(mine)) == [keys[0]]
    assert set(found(OFFICE)) == {keys[0], keys[1]}
    assert gone.id not in found(OFFICE)
    assert found(Actor(user_id=2)) == []


def test_half_days_before_someone_came_or_while_away_do_not_count(database):
    cohort = make_cohort()
    teacher = instructor_of(cohort)
    back = make_enrolment(
        cohort,
        make_user(),
        periods=((TODAY - 20 * DAY, TODAY - 10 * DAY), (TODAY - 2 * DAY, None)),
    )
    for ago in (30, 15, 8, 5):
        make_register(make_training_session(cohort, TODAY - ago * DAY), teacher, {})
    yesterday = make_training_session(cohort, TODAY - DAY)
    make_register(yesterday, teacher, {back.id: PRESENT})
    draft = make_training_session(cohort, TODAY - 2 * DAY)
    make_register(draft, teacher, {back.id: ABSENT}, closed=False)

    assert found(teach(cohort)) == []


def test_it_takes_two_queries_whatever_the_size(database, count_queries):
    for trainees, days in ((2, 2), (60, 12)):
        cohort = make_cohort(trainees=trainees)
        hold(cohort, instructor_of(cohort), *[(ABSENT,) * trainees] * days)
        db.session.commit()
        db.session.expunge_all()
        with count_queries() as seen:
            lows = list_low_attendance(teach(cohort), NOW)
        assert len(lows) == trainees
        assert len(seen) == 2


def test_how_many_absences_wait(database, count_queries):
    cohort, other = make_cohort(trainees=2), make_cohort(trainees=1)
    over = make_cohort(ends_on=TODAY - DAY)
    teacher = instructor_of(cohort)
    first, second = (make_enrolment(cohort) for _ in range(2))
    make_absence(first)
    make_absence(second, withdrawn_at=NOW)
    make_absence(second, **decided(teacher))
    make_absence(make_enrolment(other))
    make_absence(make_enrolment(over), TODAY - 3 * DAY)

    with count_queries() as seen:
        assert count_undecided(teach(cohort), NOW) == 1
    assert len(seen) == 1
    assert count_undecided(OFFICE, NOW) == 2
    assert count_undecided(Actor(user_id=5), NOW) == 0
