"""Enrolling the people of a list: shown first, then all of them or nobody."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor, Role
from ecopter.cohorts import queries, services
from ecopter.cohorts.models import Enrolment, EnrolmentPeriod
from ecopter.cohorts.rules import Category
from ecopter.db import db
from ecopter.people.models import User
from ecopter.shared.errors import Conflict, Invalid
from tests.clock import NOW
from tests.factories.cohorts import STARTS, instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_head_of_studies, make_user

OFFICE = Actor(user_id=None, roles=frozenset({Role.ADMINISTRATOR}))
SIXTEEN = "Prénom\tNom\tTéléphone\tCatégorie\r\n" + "".join(
    f"Prénom{chr(97 + i)}\tNom{chr(97 + i)}\t06 00 00 00 {i:02d}\tagricultrice\r\n"
    for i in range(16)
)


def people():
    return db.session.scalar(select(func.count()).select_from(Enrolment))


def check(reader, cohort, text, **more):
    return reader.post(
        "cohorts.roster.create",
        {"text": text, "starts_on": STARTS.isoformat(), "act": "check"} | more,
        cohort_id=cohort.id,
    )


def enrol(reader, cohort, text, **more):
    """The second word: what the page of the first one would send."""
    shown = check(reader, cohort, text)
    mark = shown.text.partition('name="checked" value="')[2].partition('"')[0]
    return check(reader, cohort, text, act="enrol", checked=mark, **more)


def test_sixteen_people_are_pasted_shown_and_enrolled(browser):
    cohort, reader = make_cohort(capacity=16), browser.as_(make_administrator())

    shown = check(reader, cohort, SIXTEEN)
    assert shown.status_code == 200
    assert shown.text.count("Prénomp") >= 1
    assert people() == 0

    done = enrol(reader, cohort, SIXTEEN)
    assert done.status_code == 303
    assert people() == 16
    assert set(db.session.scalars(select(EnrolmentPeriod.starts_on))) == {STARTS}
    assert set(db.session.scalars(select(Enrolment.category))) == {Category.FARMER}
    names = set(db.session.scalars(select(User.sign_in_name).where(User.telephone != "")))
    assert len(names) == 16


def test_sending_the_list_twice_enrols_nobody_twice(browser):
    cohort, reader = make_cohort(), browser.as_(make_administrator())
    plain = "Ijja;Tazart\nOmar;Amalou"
    enrol(reader, cohort, plain)

    again = enrol(reader, cohort, plain)

    assert again.status_code == 303
    assert people() == 2
    assert db.session.scalar(select(func.count(User.id))) == 3


def test_the_button_under_another_list_enrols_nobody(browser):
    cohort, reader = make_cohort(), browser.as_(make_administrator())

    answer = check(reader, cohort, "Ijja;Tazart", act="enrol", checked="of another list")

    assert answer.status_code == 200
    assert people() == 0


def test_one_wrong_line_and_nobody_is_enrolled(browser):
    cohort, reader = make_cohort(), browser.as_(make_administrator())
    text = "Prénom;Nom;Courriel\nIjja;Tazart;\nOmar;;nobody"

    shown = check(reader, cohort, text)
    sent = enrol(reader, cohort, text)

    assert (shown.status_code, sent.status_code) == (422, 422)
    assert "Nom (lettres latines)" in shown.text
    assert "Omar;;nobody" in shown.text
    assert people() == 0
    assert db.session.scalar(select(func.count(User.id))) == 1


def test_a_sign_in_name_taken_in_the_meantime_leaves_nothing_behind(database):
    cohort = make_cohort()
    intake = queries.get_intake(cohort.id)
    plan = queries.plan_roster(
        cohort.id, "Prénom;Nom;Identifiant\nIjja;Tazart;ijja.new\nOmar;Amalou;omar.new", {}
    )
    make_user(sign_in_name="omar.new")
    db.session.commit()

    with pytest.raises(Conflict):
        services.enrol_roster(intake, plan, starts_on=STARTS, actor=OFFICE, now=NOW)
    db.session.rollback()

    assert people() == 0
    assert db.session.scalar(select(func.count(User.id))) == 1


def test_an_existing_person_is_offered_and_keeps_their_account(browser):
    cohort, reader = make_cohort(), browser.as_(make_administrator())
    known = make_user(
        given_name_lat="Ijja", family_name_lat="Aït Tata", telephone="+212 600 11 22 33"
    )
    text = "Prénom;Nom;Tél\nIJJA;Ait Tata;06 00 11 22 33"

    shown = check(reader, cohort, text)
    assert f'value="{known.id}" checked' in shown.text

    assert enrol(reader, cohort, text, **{"choice-1": str(known.id)}).status_code == 303
    assert db.session.scalars(select(Enrolment.trainee_id)).all() == [known.id]


def test_a_person_of_the_same_name_is_a_new_one_when_that_is_chosen(browser):
    cohort, reader = make_cohort(), browser.as_(make_administrator())
    known = make_user(given_name_lat="Omar", family_name_lat="Amalou")

    enrol(reader, cohort, "Omar;Amalou", **{"choice-1": "new"})

    assert db.session.scalars(select(Enrolment.trainee_id)).one() != known.id


def test_a_choice_that_was_never_offered_is_not_taken(browser):
    cohort, reader = make_cohort(), browser.as_(make_administrator())
    stranger = make_user(given_name_lat="Zineb", family_name_lat="Agdal")

    enrol(reader, cohort, "Omar;Amalou", **{"choice-1": str(stranger.id)})

    assert db.session.scalars(select(Enrolment.trainee_id)).one() != stranger.id


def test_two_lines_never_mean_one_person(database):
    cohort = make_cohort()
    known = make_user(
        given_name_lat="Omar", family_name_lat="Amalou", email="o@exemple.ma", telephone="0611"
    )
    text = "Prénom;Nom;Courriel;Tél\nOmar;Amalou;o@exemple.ma;\nOmar;Amalou;;0611"
    choices = {1: str(known.id), 2: str(known.id)}
    plan = queries.plan_roster(cohort.id, text, choices)

    with pytest.raises(Invalid):
        services.enrol_roster(
            queries.get_intake(cohort.id), plan, starts_on=STARTS, actor=OFFICE, now=NOW
        )


def test_a_full_cohort_says_how_many_places_are_left(browser):
    cohort, reader = make_cohort(trainees=1, capacity=2), browser.as_(make_administrator())
    text = "Aicha;Agdal\nOmar;Amalou"

    shown = check(reader, cohort, text)
    sent = enrol(reader, cohort, text)

    assert 'value="enrol"' not in shown.text
    assert sent.status_code == 422
    assert people() == 1


def test_someone_who_left_gives_the_place_free(database):
    cohort = make_cohort(capacity=1)
    make_enrolment(cohort, periods=((STARTS, NOW.date()),))

    assert queries.get_intake(cohort.id).left == 1


@pytest.mark.parametrize("day", ["2026-09-13", "2027-06-12", ""])
def test_the_first_day_is_a_day_of_the_cohort(browser, day):
    cohort, reader = make_cohort(), browser.as_(make_administrator())

    assert enrol(reader, cohort, "Omar;Amalou", starts_on=day).status_code == 422
    assert people() == 0


def test_a_file_of_french_excel_is_read_and_put_into_the_form(browser):
    cohort, reader = make_cohort(), browser.as_(make_administrator())
    content = "Prénom;Nom;Ville\r\nHélène;Aït Œuf;Agadir\r\n".encode("cp1252")

    shown = check(reader, cohort, "", file=(io.BytesIO(content), "liste.csv"))

    assert shown.status_code == 200
    assert "Hélène;Aït Œuf;Agadir" in shown.text


@pytest.mark.parametrize(
    "content", [b"A;B\n" * 100_000, b"PK\x03\x04 workbook"], ids=["too big", "a workbook"]
)
def test_a_file_that_is_no_list_is_refused(browser, content):
    cohort, reader = make_cohort(), browser.as_(make_administrator())

    shown = check(reader, cohort, "Omar;Amalou", file=(io.BytesIO(content), "x.csv"))

    assert shown.status_code == 422
    assert "Omar;Amalou" in shown.text


def test_ten_megabytes_of_text_are_turned_away(browser):
    cohort, reader = make_cohort(), browser.as_(make_administrator())

    answer = check(reader, cohort, "A;B\n" * 2_500_000)

    assert answer.status_code in {413, 422}
    assert len(answer.data) < 100_000
    assert people() == 0


def test_formulas_and_overrides_are_harmless_text(browser):
    cohort, reader = make_cohort(), browser.as_(make_administrator())
    text = "Prénom;Nom;Ville\nOmar\u202e;Amalou\x00;=cmd|' /C calc'!A0"

    assert enrol(reader, cohort, text).status_code == 303

    person = db.session.scalars(select(User).where(User.given_name_lat == "Omar")).one()
    assert (person.family_name_lat, person.town) == ("Amalou", "=cmd|' /C calc'!A0")


def test_someone_with_an_account_is_found_by_name_and_enrolled(browser):
    cohort, reader = make_cohort(trainees=1), browser.as_(make_administrator())
    person = make_user(given_name_lat="Rachida", family_name_lat="Tamemte")
    one = {"act": "person", "one-user_id": str(person.id), "one-starts_on": STARTS.isoformat()}

    found = reader.get("cohorts.roster.new", cohort_id=cohort.id, q="tamemte")
    first = reader.post("cohorts.roster.create", one, cohort_id=cohort.id)
    second = reader.post("cohorts.roster.create", one, cohort_id=cohort.id)

    assert "Rachida Tamemte" in found.text
    assert (first.status_code, second.status_code) == (303, 422)
    assert people() == 2


def test_only_the_office_enrols(browser):
    cohort = make_cohort(trainees=1)
    trainee = db.session.scalars(select(User)).first()
    where = {"cohort_id": cohort.id}

    assert browser.as_(make_head_of_studies()).get("cohorts.roster.new", **where).status_code == 200
    for reader, status in ((instructor_of(cohort), 403), (trainee, 404)):
        assert browser.as_(reader).get("cohorts.roster.new", **where).status_code == status
        assert browser.as_(reader).post("cohorts.roster.create", **where).status_code == status


def test_the_trail_has_ids_and_no_names(database):
    cohort = make_cohort()
    plan = queries.plan_roster(cohort.id, "Omar;Amalou", {})
    services.enrol_roster(
        queries.get_intake(cohort.id), plan, starts_on=STARTS, actor=OFFICE, now=NOW
    )

    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "enrolment.several_opened")
    ).one()
    assert "Omar" not in str(event.details)
    assert event.details["enrolment_ids"]


def test_a_list_costs_the_same_for_one_and_for_sixty(database, count_queries):
    spent = []
    for number in (1, 60):
        cohort = make_cohort()
        lines = "".join(
            f"Prénom{i};Nom{number} {i};;;;;06{number}00{i:03d}\n" for i in range(number)
        )
        db.session.commit()
        with count_queries() as reading:
            plan = queries.plan_roster(cohort.id, lines, {})
        intake = queries.get_intake(cohort.id)
        with count_queries() as writing:
            services.enrol_roster(intake, plan, starts_on=STARTS, actor=OFFICE, now=NOW)
        spent.append((len(reading), len(writing)))

    assert [reading for reading, _ in spent] == [1, 1]
    assert spent[0][1] == spent[1][1] <= 12


def test_the_tab_before_an_empty_first_cell_survives_the_form(browser):
    cohort, reader = make_cohort(), browser.as_(make_administrator()).in_("en")

    shown = check(reader, cohort, "\tTazart\t\t\tijja.t")

    assert shown.status_code == 422
    assert shown.text.count("is missing") == 1


@pytest.mark.parametrize("way", ["found by name", "in the list"])
def test_whoever_teaches_the_cohort_is_not_enrolled_in_it(browser, way):
    """They would mark their own register."""
    cohort, reader = make_cohort(), browser.as_(make_administrator())
    teacher = instructor_of(cohort, given_name_lat="Rachida", family_name_lat="Tamemte")
    one = {"act": "person", "one-user_id": str(teacher.id), "one-starts_on": STARTS.isoformat()}

    if way == "found by name":
        answer = reader.post("cohorts.roster.create", one, cohort_id=cohort.id)
    else:
        chosen = {"choice-1": str(teacher.id)}
        answer = enrol(reader, cohort, "Rachida;Tamemte", **chosen)

    assert answer.status_code == 422
    assert people() == 0


def test_whoever_taught_the_cohort_before_may_learn_in_it(browser):
    cohort, reader = make_cohort(), browser.as_(make_administrator())
    teacher = instructor_of(cohort)
    [row] = queries.list_teaching_rows(cohort.id, teacher.id)
    row.from_on = row.until_on = STARTS - timedelta(days=1)
    one = {"act": "person", "one-user_id": str(teacher.id), "one-starts_on": STARTS.isoformat()}

    assert reader.post("cohorts.roster.create", one, cohort_id=cohort.id).status_code == 303
