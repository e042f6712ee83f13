from datetime import date
from decimal import Decimal

import pytest

from ecopter.certificates.rules.codes import LENGTH, LETTERS, draw_code, read_code, with_dashes
from ecopter.certificates.rules.eligibility import (
    Ask,
    Competence,
    HalfDayOn,
    Obstacle,
    ObstacleKind,
    Requirements,
    Standing,
    kinds_for,
    obstacles,
    planned_minutes,
    stays,
)
from ecopter.certificates.rules.numbering import number_in, series_of
from ecopter.certificates.rules.words import CredentialKind, Period
from ecopter.curricula.rules import Track
from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.shared.dates import DateSpan, HalfDay

COMPLETION, ATTESTATION = CredentialKind.COMPLETION, CredentialKind.ATTESTATION
LEADERSHIP, TRANSCRIPT = CredentialKind.LEADERSHIP, CredentialKind.TRANSCRIPT
ACQUIRED, IN_PROGRESS = CompetenceOutcome.ACQUIRED, CompetenceOutcome.IN_PROGRESS
NOT_ACQUIRED, NOT_ASSESSED = CompetenceOutcome.NOT_ACQUIRED, CompetenceOutcome.NOT_ASSESSED

END = date(2026, 11, 20)
REQUIRED = Requirements(Decimal(85), Decimal(80), planned_minutes=10_000)
FILE = Competence("C11", ACQUIRED, is_capstone=True)
MORNING = HalfDayOn(END, HalfDay.MORNING)


def standing(**changes: object) -> Standing:
    values = {
        "ends_on": END,
        "is_over": True,
        "attended_minutes": 9_500,
        "expected_minutes": 10_000,
        "competences": (Competence("C1", ACQUIRED), FILE),
    } | changes
    return Standing(**values)


def kinds(kind: CredentialKind, what: Standing) -> list[str]:
    return [found.kind.value for found in obstacles(kind, what, REQUIRED)]


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        (ATTESTATION, {}, []),
        (ATTESTATION, {"competences": (Competence("C1", IN_PROGRESS), FILE)}, []),
        (ATTESTATION, {"attended_minutes": 8_500}, []),
        (ATTESTATION, {"attended_minutes": 8_499}, ["rate_too_low"]),
        (
            ATTESTATION,
            {"attended_minutes": 5_000, "expected_minutes": 5_000},
            ["hours_too_few"],
        ),
        (ATTESTATION, {"is_over": False}, ["not_ended"]),
        (ATTESTATION, {"unregistered": (MORNING,)}, ["register_missing"]),
        (ATTESTATION, {"unwritten": 1}, ["line_missing"]),
        (ATTESTATION, {"competences": ()}, ["nothing_assessed", "capstone_not_defended"]),
        (ATTESTATION, {"competences": (Competence("C1", ACQUIRED),)}, ["capstone_not_defended"]),
        (
            ATTESTATION,
            {"competences": (FILE, Competence("C2", NOT_ASSESSED))},
            ["competence_not_assessed"],
        ),
        (
            ATTESTATION,
            {"competences": (Competence("C11", NOT_ASSESSED, is_capstone=True),)},
            ["capstone_not_defended"],
        ),
        (
            ATTESTATION,
            {"competences": (Competence("C11", NOT_ACQUIRED, is_capstone=True),)},
            ["competence_not_acquired"],
        ),
        (ATTESTATION, {"attended_minutes": 0, "expected_minutes": 0}, ["hours_too_few"]),
        (LEADERSHIP, {"competences": (Competence("D1", ACQUIRED),)}, []),
        (
            LEADERSHIP,
            {"competences": (Competence("D1", NOT_ACQUIRED),)},
            ["competence_not_acquired"],
        ),
        (COMPLETION, {"attended_minutes": 1, "competences": (Competence("C1", NOT_ACQUIRED),)}, []),
        (COMPLETION, {"attended_minutes": 0}, ["no_attendance"]),
        (COMPLETION, {"unregistered": (MORNING,)}, ["register_missing"]),
        (COMPLETION, {"is_over": False}, ["not_ended"]),
        (TRANSCRIPT, {"competences": (Competence("C1", NOT_ACQUIRED),)}, []),
        (TRANSCRIPT, {"attended_minutes": 1, "competences": ()}, []),
        (TRANSCRIPT, {"attended_minutes": 0}, []),
        (
            TRANSCRIPT,
            {"attended_minutes": 0, "competences": (Competence("C1", NOT_ASSESSED),)},
            ["no_attendance"],
        ),
        (TRANSCRIPT, {"is_over": False}, ["not_ended"]),
        (TRANSCRIPT, {"unregistered": (MORNING,)}, ["register_missing"]),
    ],
    ids=[
        "all there",
        "in progress is enough",
        "presence just enough",
        "presence one minute short",
        "half a course at 100 %",
        "still running",
        "a half-day without a register",
        "a line missing on a closed register",
        "nothing assessed",
        "a course without its project",
        "one not assessed",
        "project not defended is said once",
        "project defended and not acquired",
        "never expected anywhere",
        "leaders have no project",
        "leaders need their competences",
        "a leaver with one minute and no marks",
        "never there",
        "registers count for hours too",
        "a running place has no end to state",
        "a low mark is stated",
        "hours without a mark are stated",
        "marks without hours are stated",
        "nothing at all to state",
        "marks wait for the end",
        "marks wait for registers",
    ],
)
def test_obstacles(kind, changes, expected):
    assert kinds(kind, standing(**changes)) == expected


def test_everything_is_said_at_once_with_its_amounts():
    found = obstacles(
        ATTESTATION,
        standing(
            is_over=False,
            unregistered=(MORNING, HalfDayOn(END, HalfDay.AFTERNOON)),
            attended_minutes=7_750,
            competences=(Competence("C1", NOT_ACQUIRED), Competence("C2", NOT_ASSESSED)),
        ),
        REQUIRED,
    )

    assert [one.kind for one in found] == [
        ObstacleKind.NOT_ENDED,
        ObstacleKind.REGISTER_MISSING,
        ObstacleKind.RATE_TOO_LOW,
        ObstacleKind.HOURS_TOO_FEW,
        ObstacleKind.COMPETENCE_NOT_ACQUIRED,
        ObstacleKind.COMPETENCE_NOT_ASSESSED,
        ObstacleKind.CAPSTONE_NOT_DEFENDED,
    ]
    assert found[0].on == END
    assert found[1].count == 2
    assert (found[2].minutes, found[3].minutes) == (750, 250)
    assert (found[2].reached, found[2].asked) == (Decimal("77.5"), Decimal(85))
    assert (found[4].competence, found[5].competence) == ("C1", "C2")


def test_everything_but_time_has_someone_to_ask():
    found = obstacles(ATTESTATION, standing(is_over=False, competences=()), REQUIRED)

    assert [one.ask for one in found] == [Ask.NOBODY, Ask.INSTRUCTORS, Ask.INSTRUCTORS]


def test_a_share_is_compared_before_it_is_rounded():
    found = obstacles(
        LEADERSHIP,
        standing(attended_minutes=8_496, competences=(Competence("D1", ACQUIRED),)),
        REQUIRED,
    )

    assert found == (
        Obstacle(
            ObstacleKind.RATE_TOO_LOW,
            Ask.OFFICE,
            minutes=4,
            reached=Decimal("84.96"),
            asked=Decimal(85),
        ),
    )


@pytest.mark.parametrize(
    ("track", "ends_on", "expected"),
    [
        (Track.TERROIR, date(2010, 11, 26), (ATTESTATION, TRANSCRIPT)),
        (Track.TERROIR, date(2020, 5, 31), (ATTESTATION, TRANSCRIPT)),
        (Track.TERROIR, date(2020, 6, 1), (COMPLETION, ATTESTATION, TRANSCRIPT)),
        (Track.TERROIR, date(2027, 6, 11), (COMPLETION, ATTESTATION, TRANSCRIPT)),
        (Track.LEADERSHIP, date(2012, 3, 1), (LEADERSHIP, TRANSCRIPT)),
        (Track.LEADERSHIP, date(2026, 3, 1), (LEADERSHIP, COMPLETION, TRANSCRIPT)),
    ],
)
def test_a_course_gives_the_papers_of_its_time(track, ends_on, expected):
    assert kinds_for(track, ends_on) == expected


@pytest.mark.parametrize(
    ("course", "cancelled", "made_up", "expected"),
    [(1000, 0, 0, 1000), (1000, 210, 0, 790), (1000, 210, 210, 1000), (1000, 0, 210, 1000)],
)
def test_a_cancelled_half_day_leaves_the_hours_asked_unless_made_up(
    course, cancelled, made_up, expected
):
    assert planned_minutes(course, cancelled, made_up) == expected


def test_periods_stay_inside_the_course():
    spans = [
        DateSpan(date(2026, 10, 1), None),
        DateSpan(date(2026, 1, 1), date(2026, 9, 20)),
        DateSpan(date(2027, 1, 1), None),
    ]

    assert stays(spans, date(2026, 9, 14), END) == (
        Period(date(2026, 9, 14), date(2026, 9, 20)),
        Period(date(2026, 10, 1), END),
    )


def test_numbers_name_their_series():
    series = series_of(ATTESTATION, END, is_demo=False)

    assert number_in(series, 1) == "ATT-2026-0001"
    assert number_in(series, 12_345) == "ATT-2026-12345"
    assert series_of(COMPLETION, END, is_demo=True) == "DEMO-REA-2026"
    assert series_of(LEADERSHIP, END, is_demo=False) == "DIR-2026"


def test_codes_are_long_and_without_lookalikes():
    codes = {draw_code() for _ in range(200)}

    assert len(codes) == 200
    assert {len(code) for code in codes} == {LENGTH}
    assert len(set(LETTERS)) == 32
    assert not set("ILOU") & set(LETTERS)


@pytest.mark.parametrize(
    "typed",
    [
        "0123-ABCD-EFGH-JKMN",
        "0123ABCDEFGHJKMN",
        " 0123 abcd efgh jkmn ",
        "O123-ABCD-EFGH-JKMN",
        "oi23-abcd-efgh-jkmn",
        "0l23\u2013abcd\u2011efgh\u00a0jkmn",
        "\u200e٠١٢٣-ABCD-EFGH-JKMN\u200f",
        "https://school.example/verify/0123-ABCD-EFGH-JKMN",
        "HTTPS://SCHOOL.EXAMPLE/V/0123ABCDEFGHJKMN",
    ],
    ids=[
        "as printed",
        "without dashes",
        "small letters and spaces",
        "O for 0",
        "I for 1",
        "other dashes, L for 1",
        "Arabic digits",
        "the whole address",
        "the address of the QR code",
    ],
)
def test_codes_are_read_as_people_type_them(typed):
    assert read_code(typed) == "0123ABCDEFGHJKMN"


@pytest.mark.parametrize(
    "typed",
    ["", "0123", "0123-ABCD-EFGH-JKMNP", "0123-ABCD-EFGH-JKM!", "U123-ABCD-EFGH-JKMN", "0" * 5000],
)
def test_what_cannot_be_a_code_is_none(typed):
    assert read_code(typed) is None


def test_dashes_stand_after_every_fourth_letter():
    assert with_dashes("0123ABCDEFGHJKMN") == "0123-ABCD-EFGH-JKMN"
