"""Finding people in either script, and taking the list away without harm."""

import csv
import io

import pytest
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.db import db
from ecopter.people.queries.persons import Search, list_people, list_records
from ecopter.people.rules import SchoolRole
from ecopter.people.rules.administration import PersonState
from ecopter.people.services.presence import FRESH
from tests.clock import NOW
from tests.factories.people import make_administrator, make_head_of_studies, make_user


def names(search, number=1):
    page = list_people(search, number, now=NOW)
    return [item.line.name.family_lat for item in page.items]


@pytest.fixture
def school(database):
    make_user(given_name_lat="Fatima", family_name_lat="Aït Élhaj", given_name_ar="فاطمة",
              family_name_ar="آيت الحاج", town="Taliouine", sign_in_name="fatima.a",
              password_hash="x", name_confirmed_at=NOW)  # fmt: skip
    make_user(family_name_lat="Zaki", given_name_ar="", family_name_ar="", town="Nice")
    make_user(family_name_lat="Oubella", deactivated_at=NOW, password_hash="x")
    make_head_of_studies(family_name_lat="Élan", password_hash="x")
    db.session.commit()


@pytest.mark.parametrize(
    "typed",
    ["fatima", "AIT elhaj", "ايت الحاج", "فاطمه", "taliouine", "fatima.a", "elhaj taliou"],
)
def test_someone_is_found_in_both_scripts_by_name_town_and_sign_in_name(school, typed):
    from ecopter.shared.text import fold

    assert names(Search(words=tuple(fold(typed).split()))) == ["Aït Élhaj"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (Search(), ["Aït Élhaj", "Élan", "Oubella", "Zaki"]),
        (Search(is_descending=True), ["Zaki", "Oubella", "Élan", "Aït Élhaj"]),
        (Search(state=PersonState.ACTIVE), ["Aït Élhaj", "Élan", "Zaki"]),
        (Search(state=PersonState.DEACTIVATED), ["Oubella"]),
        (Search(state=PersonState.NEVER_SIGNED_IN), ["Zaki"]),
        (Search(state=PersonState.UNCONFIRMED), ["Élan", "Oubella", "Zaki"]),
        (Search(role=SchoolRole.HEAD_OF_STUDIES), ["Élan"]),
        (Search(role=SchoolRole.ADMINISTRATOR), []),
    ],
)
def test_the_office_filters_and_sorts(school, search, found):
    assert names(search) == found


@pytest.mark.parametrize("people", [2, 120])
def test_a_list_of_any_length_is_two_queries(database, count_queries, people):
    for _ in range(people):
        make_user()
    db.session.commit()

    with count_queries() as statements:
        page = list_people(Search(), 1, now=NOW)

    assert len(page.items) == min(people, 25)
    assert page.total == people
    assert len(statements) == 2
    with count_queries() as statements:
        assert len(list_records(Search(), now=NOW)) == people
    assert len(statements) == 3


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_list_keeps_search_filters_and_order_in_its_address(browser, school, language):
    reader = browser.as_(make_administrator()).in_(language)

    page = reader.get("people.person.index", q="i", state="active", sort="-created", page=1)

    assert page.status_code == 200
    assert "q=i" in page.text
    assert "state=active" in page.text
    assert "Oubella" not in page.text


@pytest.mark.parametrize(
    "hostile", ["%", "_", "'; DROP TABLE users --", "<b>", "\x00", "a" * 500, "\u202e"]
)
def test_hostile_searches_find_nobody_and_break_nothing(browser, school, hostile):
    reader = browser.as_(make_administrator())

    page = reader.get("people.person.index", q=hostile, state="<x>", role="root", page="-1")

    assert page.status_code == 200
    assert "<b>" not in page.text.replace("<bdi>", "")


def test_a_page_that_does_not_exist_is_empty_and_says_so(browser, school):
    page = browser.as_(make_administrator()).get("people.person.index", page=99999)

    assert page.status_code == 200
    assert "Zaki" not in page.text


def export(reader, **search):
    answer = reader.post("people.person_export.create", **search)
    assert answer.status_code == 200
    rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    return list(rows)


def test_the_file_holds_what_the_list_shows_and_nothing_secret(browser, database):
    make_user(family_name_lat="=HYPERLINK(1)", given_name_lat="@cmd", town="-2+3",
              password_hash="SECRETHASH", email="ijja@exemple.invalid")  # fmt: skip
    make_user(family_name_lat="Oubella", deactivated_at=NOW)
    administrator = make_administrator()

    headings, *rows = (
        export(browser.as_(administrator), q="hyperlink", state="never_signed_in")
        + export(browser.as_(administrator), q="hyperlink", state="active")[1:]
    )

    [row] = rows
    assert row[0] == "'=HYPERLINK(1)"
    assert row[1] == "'@cmd"
    assert "'-2+3" in row
    assert "ijja@exemple.invalid" in row
    assert "SECRETHASH" not in ";".join(row)
    assert len(headings) == len(row)


def test_taking_the_list_away_is_in_the_trail_without_a_name(browser, database):
    administrator = make_administrator()

    export(browser.as_(administrator), q="")

    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "people.exported")
    ).one()
    assert event.actor_id == administrator.id
    assert event.details == {"count": 1}


def test_taking_the_list_away_asks_for_the_password_again(browser, database):
    reader = browser.as_(make_administrator())
    with reader.client.session_transaction() as session:
        session[FRESH] = 0

    for answer in (
        reader.get("people.person_export.new", state="active"),
        reader.post("people.person_export.create", state="active"),
    ):
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/confirmation")


def test_the_head_of_studies_reads_the_list_and_takes_nothing_away(browser, school):
    reader = browser.as_(make_head_of_studies())

    page = reader.get("people.person.index")

    assert page.status_code == 200
    assert "/people/export" not in page.text
    assert "/people/new" not in page.text
    assert reader.get("people.person_export.new").status_code == 403
    assert reader.post("people.person_export.create").status_code == 403


def test_a_trainee_sees_no_list(browser, school):
    assert browser.as_(make_user()).get("people.person.index").status_code in {403, 404}
