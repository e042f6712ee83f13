"""The school describes itself, from nothing, and papers say what they still lack."""

import pytest
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.school.models import School
from ecopter.school.queries import find_school, get_school_sheet
from ecopter.school.services.details import SchoolDetails, save_school
from ecopter.shared.errors import Invalid
from tests.clock import NOW
from tests.factories.certificates import make_school
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.people import make_administrator, make_head_of_studies, make_user

OFFICE = Actor(user_id=1)
FILLED = {
    "legal_name": "École des terroirs",
    "legal_name_ar": "مدرسة المجالات",
    "address": "1 rue du Safran, Marseille",
    "declaration_number": "93 13 00000 13",
    "place": "Marseille",
    "representative": "Jeanne Aiguille",
    "representative_title": "Présidente",
    "help_telephone": "+33 (0)4 65 71 00 00",
    "messenger_link": "https://wa.me/33465710000",
}


def actions():
    return db.session.scalars(select(AuditEvent.action)).all()


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_school_from_nothing_has_a_page_that_says_what_is_missing(browser, language):
    reader = browser.as_(make_administrator()).in_(language)

    page = reader.get("school.settings.show")

    assert page.status_code == 200
    assert page.text.count("<li>") >= 6
    assert reader.get("school.settings.edit").status_code == 200
    assert reader.get("school.logo.edit").status_code == 200


def test_saving_the_first_time_makes_the_row_and_papers_lack_nothing(browser):
    reader = browser.as_(make_administrator()).in_("en")

    answer = reader.post("school.settings.update", FILLED)

    assert answer.status_code == 303
    school = find_school()
    assert {name: getattr(school, name) for name in FILLED} == FILLED
    assert get_school_sheet().lacks == ()
    page = reader.get("school.settings.show").text
    assert "Papers have all they must say" in page
    assert 'href="tel:+33465710000"' in page
    assert "مدرسة المجالات" in page


def test_saving_again_changes_one_row_and_leaves_a_trace_without_words(browser):
    make_school()
    reader = browser.as_(make_administrator())

    reader.post("school.settings.update", FILLED)
    reader.post("school.settings.update", FILLED)

    assert len(db.session.scalars(select(School)).all()) == 1
    [event] = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "school.changed")
    ).all()
    assert "legal_name" in event.details["fields"]
    assert "École" not in str(event.details)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("legal_name", "", "Write the legal name"),
        ("legal_name", "x" * 201, "at most 200"),
        ("help_telephone", "call me", "telephone number in digits"),
        ("messenger_link", "http://wa.me/1", "https://"),
        ("messenger_link", "javascript:alert(1)", "https://"),
        ("place_ar", "م" * 81, "at most 80"),
    ],
)
def test_a_refused_form_keeps_everything_and_changes_nothing(browser, field, value, says):
    reader = browser.as_(make_administrator()).in_("en")

    answer = reader.post("school.settings.update", FILLED | {field: value})

    assert answer.status_code == 422
    assert says in answer.text
    assert "Jeanne Aiguille" in answer.text
    assert find_school() is None
    assert "school.changed" not in actions()


@pytest.mark.parametrize(
    "wrong", [{"legal_name": ""}, {"help_telephone": "x"}, {"messenger_link": "ftp://x.fr"}]
)
def test_the_use_case_refuses_by_itself_what_a_form_would(database, wrong):
    with pytest.raises(Invalid):
        save_school(
            SchoolDetails(**({"legal_name": "École"} | wrong)),
            actor=OFFICE,
            now=NOW,
        )

    assert find_school() is None


def test_the_head_of_studies_reads_and_does_not_change(browser):
    make_school()
    reader = browser.as_(make_head_of_studies())

    page = reader.get("school.settings.show")

    assert page.status_code == 200
    assert browser.url("school.settings.edit") not in page.text
    assert reader.get("school.settings.edit").status_code == 403
    assert reader.post("school.settings.update", FILLED).status_code == 403
    assert reader.get("school.logo.edit").status_code == 403
    assert reader.post("school.logo.delete").status_code == 403


@pytest.mark.parametrize("role", ["trainee", "instructor"])
def test_nobody_else_enters(browser, role):
    person = make_user() if role == "trainee" else instructor_of(make_cohort())
    reader = browser.as_(person)

    assert reader.get("school.settings.show").status_code in {403, 404}
    assert reader.post("school.settings.update", FILLED).status_code in {403, 404}
    assert reader.get("school.logo.show").status_code in {403, 404}
    assert find_school() is None


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_help_is_open_to_everyone_even_without_a_school(browser, language, signed_in):
    reader = (browser.as_(make_user()) if signed_in else browser).in_(language)

    answer = reader.get("school.help.show")

    assert answer.status_code == 200
    assert browser.url("people.password.new") in answer.text
    assert "tel:" not in answer.text


def test_help_gives_the_number_to_press_and_the_link_to_write(browser):
    make_school(help_telephone="+33 (0)4 65 71 00 00", messenger_link="https://wa.me/33465710000")

    page = browser.in_("ar").get("school.help.show").text

    assert 'href="tel:+33465710000"' in page
    assert '<bdi class="number" dir="ltr">+33 (0)4 65 71 00 00</bdi>' in page
    assert 'href="https://wa.me/33465710000"' in page
    assert "المدرسة العملية" in page


def test_the_pages_cost_one_query(database, count_queries):
    make_school()
    db.session.commit()

    with count_queries() as seen:
        get_school_sheet()

    assert len(seen) == 1
