"""The list of associations and the page of one: who sees them, and who changes what."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from ecopter.associations import queries
from ecopter.associations.models import Association
from ecopter.associations.rules import Activity, AssociationStatus, Office
from ecopter.audit.models import AuditEvent
from ecopter.db import db
from tests.clock import NOW, TODAY
from tests.factories.associations import leader_of, make_association, make_mandate
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_head_of_studies, make_user

YESTERDAY = TODAY - timedelta(days=1)
PAGES = ("associations.association.show", "associations.association.edit")
GOOD = {
    "name": "Pont sur l’Assif",
    "name_ar": "جسر على الأسيف",
    "department": "84",
    "town": "Avignon",
    "rna": "w84 1001234",
    "founded_in": "1998",
    "member_count": "12",
    "activity": "water",
    "commune": "Taliouine",
    "website": "pont.example.org",
    "status": "followed",
}


def found(response):
    """Names of the list, in its order."""
    return re.findall(r'<th scope="row"><a [^>]+><bdi lang="fr">([^<]+)</bdi>', response.text)


class TestList:
    @pytest.mark.parametrize("language", ["fr", "ar", "en"])
    def test_the_office_reads_it_in_every_language(self, browser, language):
        make_association(activity=Activity.WATER, member_count=1200)

        for office in (make_administrator(), make_head_of_studies()):
            reader = browser.as_(office).in_(language)
            assert reader.get("associations.association.index").status_code == 200

    def test_it_is_closed_to_everybody_else(self, browser):
        association = make_association()
        cohort = make_cohort()
        trainee = make_user()
        make_enrolment(cohort, trainee)

        for user in (leader_of(association), instructor_of(cohort), trainee):
            assert browser.as_(user).get("associations.association.index").status_code == 403

    @pytest.mark.parametrize(
        "search",
        [
            "racines",
            "RÂCINES",
            "جذور",
            "جُذور",
            "martigues",
            "W131000001",
            "bouches rhone",
            "taliouine",
        ],
        ids=["small", "accent", "Arabic", "vowelled", "town", "number", "department", "commune"],
    )
    def test_a_search_forgives_script_accents_and_order(self, browser, search):
        make_association(
            name="Racines et Sources",
            name_ar="جذور وينابيع",
            town="Martigues",
            rna="W131000001",
            commune="Taliouine",
        )
        make_association(name="Pont sur l’Assif", name_ar="جسر", department="84")

        page = browser.as_(make_administrator()).get("associations.association.index", q=search)

        assert found(page) == ["Racines et Sources"]

    @pytest.mark.parametrize(
        ("name", "value"),
        [("department", "2A"), ("status", "contact"), ("activity", "health")],
    )
    def test_filters_leave_only_their_own(self, browser, name, value):
        make_association(
            name="Amud",
            department="2A",
            status=AssociationStatus.CONTACT,
            activity=Activity.HEALTH,
        )
        make_association(name="Pont", activity=Activity.WATER)
        reader = browser.as_(make_administrator())

        assert found(reader.get("associations.association.index", **{name: value})) == ["Amud"]
        assert len(found(reader.get("associations.association.index", **{name: "nothing"}))) == 2

    @pytest.mark.parametrize(
        ("sort", "names"),
        [
            ("name", ["Amud", "Pont", "Racines"]),
            ("-name", ["Racines", "Pont", "Amud"]),
            ("members", ["Racines", "Amud", "Pont"]),
            ("-members", ["Pont", "Amud", "Racines"]),
            ("department", ["Racines", "Pont", "Amud"]),
            ("status", ["Pont", "Amud", "Racines"]),
        ],
    )
    def test_it_is_sorted_both_ways(self, browser, sort, names):
        make_association(name="Pont", department="13", member_count=12)
        make_association(
            name="Amud", department="84", member_count=9, status=AssociationStatus.FOLLOWED
        )
        make_association(name="Racines", department="06", status=AssociationStatus.CONTACT)

        page = browser.as_(make_administrator()).get("associations.association.index", sort=sort)

        assert found(page) == names

    def test_a_hundred_and_thirty_come_in_pages_and_a_page_past_the_end_is_the_last(self, browser):
        for _ in range(130):
            make_association()
        reader = browser.as_(make_administrator())

        assert len(found(reader.get("associations.association.index"))) == 20
        assert len(found(reader.get("associations.association.index", page=7))) == 10
        assert len(found(reader.get("associations.association.index", page=99))) == 10

    def test_the_file_holds_every_page_of_what_is_shown(self, browser):
        for _ in range(40):
            make_association()
        make_mandate(make_association(name="=Amud", department="06", website="https://a.example"))

        response = browser.as_(make_administrator()).get(
            "associations.association.index", format="csv"
        )
        filtered = browser.as_(make_administrator()).get(
            "associations.association.index", format="csv", department="06"
        )

        rows = list(csv.reader(io.StringIO(response.text.lstrip("\ufeff")), delimiter=";"))
        [line] = list(csv.reader(io.StringIO(filtered.text), delimiter=";"))[1:]
        assert len(rows) == 42
        assert line[0] == "'=Amud"
        assert line[-1] == "1"

    def test_an_empty_list_says_what_comes_here(self, browser):
        reader = browser.as_(make_administrator()).in_("en")

        assert "No association yet" in reader.get("associations.association.index").text
        nothing = reader.get("associations.association.index", q="nothing")
        assert "No association is found" in nothing.text

    def test_it_costs_the_same_for_2_and_for_130(self, browser, count_queries):
        costs = []
        for number in (2, 128):
            for _ in range(number):
                make_mandate(make_association())
            reader = browser.as_(make_administrator())
            with count_queries() as statements:
                reader.get("associations.association.index")
            costs.append(len(statements))

        # Two of them are the door's.
        assert costs == [2 + 2, 2 + 2]


class TestPage:
    @pytest.mark.parametrize("language", ["fr", "ar", "en"])
    def test_in_every_language(self, browser, language):
        association = make_association(
            activity=Activity.INCOME, website="https://tiwizi.example", founded_in=1998
        )
        make_mandate(association, from_on=YESTERDAY, until_on=YESTERDAY)
        leader = leader_of(association)

        for user in (make_administrator(), make_head_of_studies(), leader):
            reader = browser.as_(user).in_(language)
            page = reader.get("associations.association.show", association_id=association.id)
            assert page.status_code == 200
            assert "tiwizi.example" in page.text

    def test_running_mandates_come_first_then_those_to_come_then_past_ones(self, database):
        association = make_association()
        past = make_mandate(association, from_on=YESTERDAY, until_on=YESTERDAY)
        planned = make_mandate(association, from_on=TODAY + timedelta(days=3))
        member = make_mandate(association, office=Office.MEMBER)
        treasurer = make_mandate(association, office=Office.TREASURER, from_on=YESTERDAY)

        sheet = queries.get_association_sheet(association.id, NOW)

        assert [line.id for line in sheet.mandates] == [
            treasurer.id,
            member.id,
            planned.id,
            past.id,
        ]

    @pytest.mark.parametrize("page", PAGES)
    def test_a_leader_sees_their_own_and_no_other(self, browser, page):
        association, other = make_association(), make_association()
        reader = browser.as_(leader_of(association))

        assert reader.get(page, association_id=association.id).status_code == 200
        assert reader.get(page, association_id=other.id).status_code == 404
        assert reader.get(page, association_id=999).status_code == 404

    @pytest.mark.parametrize("page", PAGES)
    def test_rights_end_in_the_evening_of_the_last_day(self, browser, page):
        association = make_association()
        today, yesterday, tomorrow = make_user(), make_user(), make_user()
        make_mandate(association, today, from_on=YESTERDAY, until_on=TODAY)
        make_mandate(association, yesterday, from_on=YESTERDAY, until_on=YESTERDAY)
        make_mandate(association, tomorrow, from_on=TODAY + timedelta(days=1))

        answers = [
            browser.as_(user).get(page, association_id=association.id).status_code
            for user in (today, yesterday, tomorrow)
        ]

        assert answers == [200, 404, 404]

    @pytest.mark.parametrize("page", PAGES)
    def test_whoever_teaches_or_learns_does_not_see_it(self, browser, page):
        association, cohort, trainee = make_association(), make_cohort(), make_user()
        make_enrolment(cohort, trainee)

        for user in (instructor_of(cohort), trainee, make_user()):
            assert browser.as_(user).get(page, association_id=association.id).status_code == 404

    def test_the_head_of_studies_reads_and_does_not_write(self, browser):
        association = make_association()
        reader = browser.as_(make_head_of_studies())
        where = {"association_id": association.id}

        assert reader.get("associations.association.show", **where).status_code == 200
        assert reader.get("associations.association.edit", **where).status_code == 403
        assert reader.post("associations.association.update", GOOD, **where).status_code == 403
        assert reader.get("associations.association.new").status_code == 403
        assert reader.post("associations.association.create", GOOD).status_code == 403
        assert reader.get("associations.mandate.new", **where).status_code == 403
        assert [row.name for row in db.session.scalars(select(Association))] != [GOOD["name"]]

    def test_a_leader_is_not_offered_what_is_the_offices(self, browser):
        association = make_association()

        reader = browser.as_(leader_of(association))
        reader.get("associations.association.show", association_id=association.id)

        # The menu may lead to the page itself.
        page = f"/associations/{association.id}"
        own = {link for link in reader.page.links if link.startswith("/associations")}
        assert own - {page} == {f"{page}/facts"}

    def test_it_costs_the_same_for_1_and_for_60_mandates(self, browser, count_queries):
        association = make_association()
        where, costs = {"association_id": association.id}, []
        for number in (1, 59):
            for _ in range(number):
                make_mandate(association)
            reader = browser.as_(make_administrator())
            with count_queries() as statements:
                reader.get("associations.association.show", **where)
            costs.append(len(statements))

        assert costs == [2 + 2, 2 + 2]


class TestWriting:
    def test_the_office_puts_an_association_on_the_list(self, browser):
        reader = browser.as_(make_administrator())

        assert reader.get("associations.association.new").status_code == 200
        response = reader.post("associations.association.create", GOOD)

        row = db.session.scalars(select(Association)).one()
        assert response.status_code == 303
        assert response.headers["Location"] == f"/associations/{row.id}"
        assert (row.name, row.rna, row.website) == (
            GOOD["name"],
            "W841001234",
            "https://pont.example.org",
        )
        assert (row.status, row.activity) == (AssociationStatus.FOLLOWED, Activity.WATER)
        assert (row.founded_in, row.member_count, row.is_demo) == (1998, 12, False)
        event = db.session.scalars(select(AuditEvent)).all()[-1]
        assert (event.action, event.object_id) == ("association.created", row.id)
        assert GOOD["name"] not in str(event.details)

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("name", ""),
            ("name", "x" * 161),
            ("name_ar", "Pont"),
            ("department", "75"),
            ("rna", "W13200123"),
            ("rna", "W84DEMO001"),
            ("founded_in", "1900"),
            ("founded_in", "2027"),
            ("founded_in", "hier"),
            ("member_count", "-1"),
            ("activity", "sport"),
            ("website", "http://pont.example.org"),
            ("website", "javascript:alert(1)"),
            ("status", "friend"),
            ("status", ""),
        ],
    )
    def test_what_cannot_be_is_refused_and_everything_typed_stays(self, browser, field, typed):
        sent = GOOD | {"commune": "Arbaa Sahel", field: typed}

        response = browser.as_(make_administrator()).post("associations.association.create", sent)

        assert response.status_code == 422
        assert "Arbaa Sahel" in response.text
        assert f'href="#{field}' in response.text
        assert db.session.scalars(select(Association)).all() == []

    def test_a_bare_name_and_department_are_enough(self, browser):
        sent = {"name": "Amud", "department": "2B", "status": "contact", "activity": ""}

        response = browser.as_(make_administrator()).post("associations.association.create", sent)

        row = db.session.scalars(select(Association)).one()
        assert response.status_code == 303
        assert (row.founded_in, row.member_count, row.activity, row.rna) == (None, None, None, "")

    @pytest.mark.parametrize(
        ("kept", "field"),
        [({"name": "PONT sur l'assif"}, "name"), ({"rna": "W841001234"}, "rna")],
        ids=["same name", "same number"],
    )
    def test_an_association_is_not_on_the_list_twice(self, browser, kept, field):
        make_association(**kept)

        response = browser.as_(make_administrator()).post("associations.association.create", GOOD)

        assert response.status_code == 422
        assert f'href="#{field}"' in response.text
        assert len(db.session.scalars(select(Association)).all()) == 1

    def test_a_leader_changes_the_public_facts_and_nothing_of_the_offices(self, browser):
        association = make_association(name="Amud", rna="W131000001")
        leader = leader_of(association)
        where = {"association_id": association.id}
        reader = browser.as_(leader)

        form = reader.get("associations.association.edit", **where).text
        response = reader.post("associations.association.update", GOOD, **where)

        row = db.session.get(Association, association.id)
        assert 'name="rna"' not in form
        assert 'name="status"' not in form
        assert response.status_code == 303
        assert (row.name, row.rna, row.status) == (
            "Amud",
            "W131000001",
            AssociationStatus.PARTNER,
        )
        assert (row.town, row.member_count, row.activity) == ("Avignon", 12, Activity.WATER)
        event = db.session.scalars(select(AuditEvent)).all()[-1]
        assert event.action == "association.updated"
        assert event.actor_id == leader.id
        assert set(event.details["fields"]) == {
            "activity",
            "commune",
            "department",
            "founded_in",
            "member_count",
            "town",
            "website",
        }

    def test_the_office_changes_all_of_it(self, browser):
        association = make_association()
        where = {"association_id": association.id}

        response = browser.as_(make_administrator()).post(
            "associations.association.update", GOOD, **where
        )

        row = db.session.get(Association, association.id)
        assert response.status_code == 303
        assert (row.name, row.status) == (GOOD["name"], AssociationStatus.FOLLOWED)

    def test_saving_what_is_kept_already_leaves_no_event(self, browser):
        reader = browser.as_(make_administrator())
        reader.post("associations.association.create", GOOD)
        before = len(db.session.scalars(select(AuditEvent)).all())
        association_id = db.session.scalars(select(Association.id)).one()

        reader.post("associations.association.update", GOOD, association_id=association_id)

        assert len(db.session.scalars(select(AuditEvent)).all()) == before

    def test_an_invented_number_of_the_demonstration_may_stay(self, browser):
        demo = make_association(rna="W13DEMO001", is_demo=True)
        real = make_association(rna="W13DEMO002")
        reader = browser.as_(make_administrator())

        answers = [
            reader.post(
                "associations.association.update",
                GOOD | {"name": f"Amud {row.id}", "rna": rna},
                association_id=row.id,
            ).status_code
            for row, rna in ((demo, "W13DEMO001"), (demo, "W13DEMO009"), (real, "W13DEMO002"))
        ]

        assert answers == [303, 422, 422]

    def test_a_leader_of_yesterday_changes_nothing(self, browser):
        association, former = make_association(town="Arles"), make_user()
        make_mandate(association, former, from_on=YESTERDAY, until_on=YESTERDAY)

        response = browser.as_(former).post(
            "associations.association.update", GOOD, association_id=association.id
        )

        assert response.status_code == 404
        assert db.session.get(Association, association.id).town == "Arles"
