"""Sites and rooms: found, opened, corrected, closed and opened again."""

import csv
import io

import pytest
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.school.models import Room, Site
from ecopter.school.queries import get_site, list_sites
from ecopter.school.services import sites
from ecopter.school.services.sites import RoomDetails, SiteDetails
from ecopter.shared.errors import Conflict, Invalid
from ecopter.shared.text import fold
from tests.clock import NOW
from tests.factories.cohorts import instructor_of, make_cohort
from tests.factories.people import make_administrator, make_head_of_studies, make_user
from tests.factories.sites import make_room, make_site

OFFICE = Actor(user_id=1)
MARSEILLE = {"fr": "Marseille", "ar": "مرسيليا", "en": "Marseille"}
AGADIR = {"fr": "Agadir", "ar": "أكادير", "en": "Agadir"}
FORM = {
    "name_fr": "Ajaccio",
    "name_ar": "أجاكسيو",
    "name_en": "",
    "country": "FR",
    "zone": "Europe/Paris",
    "other_zone": "",
    "address": "1 cours Napoléon",
}


def found(words="", **filters):
    lines = list_sites(words=fold(words).split(), language="fr", **filters)
    return [line.names["fr"] for line in lines]


@pytest.fixture
def three(database):
    make_site(names=MARSEILLE, country="FR", zone="Europe/Paris", address="Rue d’Aix")
    make_site(names=AGADIR)
    closed = make_site(names={"fr": "Tiznit", "ar": "تيزنيت", "en": "Tiznit"}, closed_at=NOW)
    make_room(closed, capacity=30)
    db.session.commit()


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("MARSEILLE", ["Marseille"]),
        ("مرسيليا", ["Marseille"]),
        ("اكادير", ["Agadir"]),
        ("أَكادير", ["Agadir"]),
        ("casablanca", ["Agadir", "Tiznit"]),
        ("rue d'aix", ["Marseille"]),
        ("nowhere", []),
    ],
)
def test_a_site_is_found_however_it_is_typed(three, words, names):
    assert found(words) == names


def test_filters_and_sorts(three):
    assert found(country="MA") == ["Agadir", "Tiznit"]
    assert found(state="closed") == ["Tiznit"]
    assert found(sort="-places")[0] == "Tiznit"
    assert found(sort="-name") == ["Tiznit", "Marseille", "Agadir"]


def test_places_count_open_rooms_only(database):
    site = make_site()
    make_room(site, capacity=12)
    make_room(site, capacity=99, closed_at=NOW)

    [line] = list_sites(language="fr")

    assert (line.rooms, line.places) == (2, 32)


def test_the_list_costs_one_query_for_2_and_for_many(database, count_queries):
    counts = []
    for more in (2, 40):
        for _ in range(more):
            make_site()
        db.session.commit()
        with count_queries() as seen:
            list_sites(language="fr")
        counts.append(len(seen))

    assert counts == [1, 1]


def test_a_site_costs_two_queries_whatever_its_rooms(database, count_queries):
    site = make_site()
    counts = []
    for more in (1, 30):
        for _ in range(more):
            make_room(site)
        db.session.commit()
        db.session.expunge_all()
        with count_queries() as seen:
            assert get_site(site.id).rooms
        counts.append(len(seen))

    assert counts == [2, 2]


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_pages_in_every_language(browser, three, language):
    site = db.session.scalars(select(Site).where(Site.closed_at.is_not(None))).one()
    room = get_site(site.id).rooms[0]
    reader = browser.as_(make_administrator()).in_(language)

    for endpoint, where in (
        ("school.site.index", {}),
        ("school.site.index", {"q": "اكادير", "country": "MA", "state": "open"}),
        ("school.site.index", {"q": "nowhere"}),
        ("school.site.new", {}),
        ("school.site.show", {"site_id": site.id}),
        ("school.site.edit", {"site_id": site.id}),
        ("school.room.new", {"site_id": site.id}),
        ("school.room.edit", {"site_id": site.id, "room_id": room.id}),
    ):
        assert reader.get(endpoint, **where).status_code == 200, endpoint


def test_a_school_from_nothing_has_an_empty_list_and_a_way_to_begin(browser):
    page = browser.as_(make_administrator()).get("school.site.index")

    assert page.status_code == 200
    assert browser.url("school.site.new") in page.text


def test_the_file_of_sites_holds_what_is_shown_and_no_formula(browser, three):
    make_site(names={"fr": "=1+1"}, address="-2+3")

    answer = browser.as_(make_head_of_studies()).get(
        "school.site.index", country="MA", format="csv"
    )

    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 4
    assert rows[1][1] == "'=1+1"
    assert rows[1][6] == "'-2+3"


def test_the_office_opens_a_site_whose_code_is_made_of_its_name(browser):
    answer = browser.as_(make_head_of_studies()).post("school.site.create", FORM)

    site = db.session.scalars(select(Site)).one()
    assert answer.headers["Location"] == browser.url("school.site.show", site_id=site.id)
    assert (site.code, site.country, site.zone) == ("SITE-AJACCIO", "FR", "Europe/Paris")
    assert site.names == {"fr": "Ajaccio", "ar": "أجاكسيو"}


@pytest.mark.parametrize(("country", "zone"), [("FR", "Europe/Paris"), ("MA", "Africa/Casablanca")])
def test_the_usual_zone_of_the_country_is_offered_first(browser, country, zone):
    reader = browser.as_(make_administrator())
    assert 'selected value="usual"' in reader.get("school.site.new").text

    reader.post("school.site.create", FORM | {"country": country, "zone": "usual"})

    assert db.session.scalars(select(Site.zone)).one() == zone


def test_a_zone_outside_the_list_may_be_written(browser):
    form = FORM | {"zone": "", "other_zone": "Europe/Madrid", "code": "site-mad"}

    browser.as_(make_administrator()).post("school.site.create", form)

    site = db.session.scalars(select(Site)).one()
    assert (site.code, site.zone) == ("SITE-MAD", "Europe/Madrid")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name_fr": ""}, "Write the French name"),
        ({"country": "ES"}, "Choose a country"),
        ({"country": "", "zone": "usual"}, "Choose a country"),
        ({"zone": "", "other_zone": "Europe/Pari"}, "no such time zone"),
        ({"zone": "Mars/Olympus"}, "no such time zone"),
        ({"zone": "Europe/Paris", "other_zone": "Europe/Madrid"}, "not both"),
        ({"code": "a b"}, "capitals, digits and dashes"),
        ({"code": "site-taken"}, "this code already"),
        ({"name_ar": "م" * 81}, "at most 80"),
    ],
    ids=[
        "no name",
        "another country",
        "no country",
        "no such zone",
        "no such zone chosen",
        "two zones",
        "bad code",
        "taken code",
        "too long",
    ],
)
def test_a_refused_site_keeps_what_was_typed_and_changes_nothing(browser, wrong, says):
    make_site(code="SITE-TAKEN")
    reader = browser.as_(make_administrator()).in_("en")

    answer = reader.post("school.site.create", FORM | wrong)

    assert answer.status_code == 422
    assert says in answer.text
    assert "cours Napoléon" in answer.text
    assert len(db.session.scalars(select(Site)).all()) == 1


def test_a_site_is_corrected_closed_and_opened_again(browser):
    site = make_site()
    reader = browser.as_(make_administrator())

    reader.post("school.site.update", FORM | {"state": "closed"}, site_id=site.id)
    closed = db.session.get(Site, site.id)
    assert closed.names["fr"] == "Ajaccio"
    assert closed.closed_at == NOW

    reader.post("school.site.update", FORM | {"state": "open"}, site_id=site.id)
    reader.post("school.site.update", FORM | {"state": "open"}, site_id=site.id)

    assert db.session.get(Site, site.id).closed_at is None
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "site.changed")).all()
    assert [event.details["is_open"] for event in events] == [False, True]


def test_a_refused_correction_changes_nothing(browser):
    site = make_site()
    reader = browser.as_(make_administrator())

    for wrong in ({"state": ""}, {"state": "open", "name_fr": ""}):
        answer = reader.post("school.site.update", FORM | wrong, site_id=site.id)
        assert answer.status_code == 422
        assert "cours Napoléon" in answer.text
    assert db.session.get(Site, site.id).names["fr"] == "Taliouine"


def test_a_room_is_added_corrected_and_closed(browser):
    site = make_site()
    reader = browser.as_(make_administrator())

    reader.post("school.room.create", {"name": "Atelier", "capacity": "٢٤"}, site_id=site.id)
    room = db.session.scalars(select(Room).where(Room.name == "Atelier")).one()
    assert room.capacity == 24
    reader.post(
        "school.room.update",
        {"name": "Grand atelier", "capacity": "30", "state": "closed"},
        site_id=site.id,
        room_id=room.id,
    )

    changed = db.session.get(Room, room.id)
    assert (changed.name, changed.capacity, changed.closed_at) == ("Grand atelier", 30, NOW)
    assert get_site(site.id).rooms[-1].id == room.id, "closed rooms come last"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Write the name of the room"),
        ({"capacity": "0"}, "from 1 to"),
        ({"capacity": "-3"}, "from 1 to"),
        ({"capacity": ""}, "from 1 to"),
        ({"capacity": "many"}, "from 1 to"),
        ({"capacity": "2001"}, "from 1 to"),
        ({"name": "SALLE d’ete"}, "a room of this name already"),
    ],
)
def test_a_refused_room_keeps_what_was_typed_and_changes_nothing(browser, wrong, says):
    site = make_site()
    make_room(site, name="Salle d'été")
    reader = browser.as_(make_administrator()).in_("en")

    answer = reader.post(
        "school.room.create", {"name": "Atelier", "capacity": "12"} | wrong, site_id=site.id
    )

    assert answer.status_code == 422
    assert says in answer.text
    assert len(get_site(site.id).rooms) == 2


def test_a_room_keeps_its_own_name_when_it_is_corrected(browser):
    site = make_site()
    room = make_room(site, name="Atelier")

    answer = browser.as_(make_administrator()).post(
        "school.room.update",
        {"name": "ATELIER", "capacity": "5", "state": "open"},
        site_id=site.id,
        room_id=room.id,
    )

    assert answer.status_code == 303
    assert db.session.get(Room, room.id).name == "ATELIER"


def test_a_room_of_another_site_is_not_found_under_this_one(browser):
    site, other = make_site(), make_site()
    room = make_room(other)
    where = {"site_id": site.id, "room_id": room.id}
    reader = browser.as_(make_administrator())

    assert reader.get("school.room.edit", **where).status_code == 404
    sent = {"name": "Ici", "capacity": "3", "state": "open"}
    assert reader.post("school.room.update", sent, **where).status_code == 404


def test_an_instructor_reads_sites_and_does_not_change_them(browser):
    site = make_site()
    reader = browser.as_(instructor_of(make_cohort()))

    assert reader.get("school.site.index").status_code == 200
    page = reader.get("school.site.show", site_id=site.id)
    assert page.status_code == 200
    assert browser.url("school.site.edit", site_id=site.id) not in page.text
    assert reader.get("school.site.edit", site_id=site.id).status_code == 403
    assert reader.post("school.site.create", FORM).status_code == 403
    assert reader.post("school.room.create", {"name": "x"}, site_id=site.id).status_code == 403


def test_a_trainee_sees_no_site(browser):
    site = make_site()
    reader = browser.as_(make_user())

    assert reader.get("school.site.show", site_id=site.id).status_code == 404
    assert reader.get("school.site.index").status_code in {403, 404}


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ({"names": {"ar": "تالوين"}}, Invalid),
        ({"country": "ES"}, Invalid),
        ({"zone": "CET"}, Invalid),
    ],
)
def test_the_use_cases_refuse_by_themselves_what_a_form_would(database, wrong, kind):
    details = {"names": {"fr": "Nice"}, "country": "FR", "zone": "Europe/Paris"}

    with pytest.raises(kind):
        sites.open_site(SiteDetails(**(details | wrong)), actor=OFFICE, now=NOW)


def test_a_code_or_a_room_taken_meanwhile_is_a_conflict(database):
    site = make_site(code="SITE-X")
    sheet = get_site(site.id)
    details = SiteDetails(names={"fr": "Nice"}, country="FR", zone="Europe/Paris")

    with pytest.raises(Conflict):
        sites.open_site(details, code="site-x", actor=OFFICE, now=NOW)
    with pytest.raises(Conflict):
        sites.open_room(
            sheet, RoomDetails(name=sheet.rooms[0].name, capacity=3), actor=OFFICE, now=NOW
        )
