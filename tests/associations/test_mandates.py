"""Giving a mandate, ending it, and what it opens while it runs."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from ecopter.associations import queries, services
from ecopter.associations.models import Mandate
from ecopter.associations.rules import MandateState, Office
from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor, Role
from ecopter.cohorts.queries import roles_of as roles_in_cohorts
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.services.presence import FRESH
from ecopter.shared.dates import DateSpan
from ecopter.shared.errors import Conflict, NotFound
from tests.clock import NOW, TODAY
from tests.factories.associations import leader_of, make_association, make_mandate
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_head_of_studies, make_user

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
OFFICE = Actor(user_id=1, roles=frozenset({Role.ADMINISTRATOR}))


def give(association, user, office=Office.PRESIDENT, first=TODAY, last=None):
    return services.give_mandate(
        association, user.id, office, DateSpan(first, last), actor=OFFICE, now=NOW
    )


def sent(user, **changes):
    return {
        "q": user.family_name_lat,
        "person": user.id,
        "office": "treasurer",
        "from_on": TODAY.isoformat(),
        "until_on": "",
    } | changes


def mandates():
    return db.session.scalars(select(Mandate).order_by(Mandate.id)).all()


def last_event():
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()[-1]


class TestReading:
    def test_the_mandates_of_a_person_running_ones_first(self, database):
        user = make_user()
        ended = make_mandate(user=user, from_on=YESTERDAY, until_on=YESTERDAY)
        planned = make_mandate(user=user, from_on=TOMORROW)
        running = make_mandate(user=user, from_on=date(2020, 1, 1))
        make_mandate()

        found = queries.list_of_person(user.id, now=NOW)

        assert [held.id for held in found] == [running.id, planned.id, ended.id]
        assert [held.is_running for held in found] == [True, False, False]
        assert found[0].association.id == running.association_id
        assert found[0].association.names["fr"].startswith("Tiwizi")

    def test_whom_a_person_represents_on_a_day(self, database):
        user = make_user()
        old = make_mandate(user=user, from_on=date(2010, 3, 1), until_on=date(2020, 3, 1))
        make_mandate(user=user, office=Office.MEMBER, from_on=date(2012, 1, 1))
        new = make_mandate(user=user, from_on=date(2020, 3, 2))

        on = {
            day: queries.association_on(user.id, day)
            for day in (date(2010, 2, 28), date(2010, 3, 1), date(2020, 3, 1), TODAY)
        }

        assert [None if found is None else found.id for found in on.values()] == [
            None,
            old.association_id,
            old.association_id,
            new.association_id,
        ]

    @pytest.mark.parametrize("number", [2, 130])
    def test_one_question_whatever_their_number(self, database, count_queries, number):
        user = make_user()
        users = [make_mandate(user=user if each % 2 else None).user_id for each in range(number)]
        db.session.commit()
        db.session.expunge_all()

        with count_queries() as statements:
            queries.list_of_person(user.id, now=NOW)
            queries.associations_on(users, TODAY)
            queries.roles_of(user.id, now=NOW)

        assert len(statements) == 3


class TestGiving:
    def test_the_office_searches_a_person_and_gives_them_an_office(self, browser):
        association, user = make_association(), make_user(family_name_lat="Genévrier")
        make_user(family_name_lat="Laurier")
        reader, where = browser.as_(make_administrator()), {"association_id": association.id}

        empty = reader.get("associations.mandate.new", **where)
        page = reader.get("associations.mandate.new", q="genevrier", **where)
        response = reader.post("associations.mandate.create", sent(user), **where)

        [mandate] = mandates()
        assert 'name="person"' not in empty.text
        assert "Genévrier" in page.text
        assert "Laurier" not in page.text
        assert response.status_code == 303
        assert (mandate.user_id, mandate.office) == (user.id, Office.TREASURER)
        assert (mandate.from_on, mandate.until_on) == (TODAY, None)
        assert queries.roles_of(user.id, now=NOW).represents == {association.id}
        assert last_event().action == "mandate.given"
        assert last_event().details == {
            "association_id": association.id,
            "user_id": user.id,
            "office": "treasurer",
            "from_on": TODAY.isoformat(),
        }

    @pytest.mark.parametrize("search", ["تازارت", "tazart ijja", "TAZÂRT", "person.", "taliouine"])
    def test_a_person_is_found_in_both_scripts_by_name_account_or_town(self, database, search):
        make_user(town="Taliouine")
        make_user(given_name_lat="Lina", family_name_lat="Romarin", given_name_ar="لينا",
                  family_name_ar="روماران", sign_in_name="lina")  # fmt: skip

        found = queries.list_candidates(search.casefold().replace("â", "a").split())

        assert [one.name.family_lat for one in found.people] == ["Tazart"]

    def test_a_long_list_of_people_is_cut_and_says_so(self, browser, count_queries):
        association = make_association()
        for _ in range(15):
            make_user(family_name_lat="Mistral")
        reader = browser.as_(make_administrator()).in_("en")

        with count_queries() as statements:
            page = reader.get(
                "associations.mandate.new", q="mistral", association_id=association.id
            )

        assert page.text.count('name="person"') == 12
        assert "3 more people" in page.text
        assert len(statements) == 2 + 2

    def test_closed_accounts_lead_nothing(self, browser):
        association = make_association()
        gone = make_user(family_name_lat="Mistral", deactivated_at=NOW)

        response = browser.as_(make_administrator()).post(
            "associations.mandate.create", sent(gone), association_id=association.id
        )

        assert response.status_code == 422
        assert mandates() == []
        with pytest.raises(NotFound):
            give(association, gone)

    @pytest.mark.parametrize(
        "changes",
        [
            {"person": ""},
            {"person": "999"},
            {"person": "x"},
            {"office": "king"},
            {"from_on": ""},
            {"from_on": "demain"},
            {"until_on": YESTERDAY.isoformat()},
        ],
        ids=["nobody", "unknown", "no number", "no office", "no day", "no date", "ends before"],
    )
    def test_what_cannot_be_is_refused_and_the_search_stays(self, browser, changes):
        association, user = make_association(), make_user(family_name_lat="Genévrier")

        response = browser.as_(make_administrator()).post(
            "associations.mandate.create", sent(user, **changes), association_id=association.id
        )

        assert response.status_code == 422
        assert response.text.count("Genévrier") >= 2
        assert mandates() == []

    @pytest.mark.parametrize(
        ("first", "last"),
        [(TODAY, None), (date(2020, 1, 1), YESTERDAY), (YESTERDAY, TOMORROW)],
        ids=["after its first day", "before its last day", "within"],
    )
    def test_one_person_holds_an_office_once_at_a_time(self, browser, first, last):
        association, user = make_association(), make_user()
        held = make_mandate(association, user, from_on=date(2021, 1, 1), until_on=None)

        response = browser.as_(make_administrator()).post(
            "associations.mandate.create",
            sent(user, office="president", from_on=first, until_on=last or ""),
            association_id=association.id,
        )

        assert response.status_code == 422
        assert "1er janvier 2021" in response.text
        assert [mandate.id for mandate in mandates()] == [held.id]

    def test_another_office_another_association_or_a_later_time_is_no_overlap(self, database):
        association, user = make_association(), make_user()
        make_mandate(association, user, from_on=YESTERDAY, until_on=TODAY)

        give(association, user, Office.SECRETARY)
        give(association, user, first=TOMORROW)
        give(make_association(), user)
        give(association, make_user())

        assert len(mandates()) == 5
        assert len(queries.roles_of(user.id, now=NOW).represents) == 2

    def test_two_presidents_are_a_warning_and_no_refusal(self, browser):
        association, user = make_association(), make_user()
        reader = browser.as_(make_administrator()).in_("en")
        where = {"association_id": association.id}
        make_mandate(association)
        warning = "Two presidents are in office at once"

        before = reader.get("associations.association.show", **where).text
        reader.post("associations.mandate.create", sent(user, office="president"), **where)
        after = reader.get("associations.association.show", **where).text

        assert len(mandates()) == 2
        assert warning not in before
        assert warning in after

    def test_presidents_of_the_past_are_no_warning(self, database):
        association = make_association()
        for _ in range(2):
            make_mandate(association, from_on=date(2020, 1, 1), until_on=YESTERDAY)

        assert not queries.get_association_sheet(association.id, NOW).has_two_presidents


class TestEnding:
    @pytest.mark.parametrize(
        ("last_day", "is_leader"), [(TODAY, True), (YESTERDAY, False)], ids=["today", "yesterday"]
    )
    def test_rights_end_in_the_evening_and_the_training_stays(self, browser, last_day, is_leader):
        user = make_user()
        mandate = make_mandate(user=user, from_on=date(2020, 1, 1))
        enrolment = make_enrolment(make_cohort(), user)
        where = {"association_id": mandate.association_id, "mandate_id": mandate.id}
        reader = browser.as_(make_administrator())

        assert reader.get("associations.mandate.edit", **where).status_code == 200
        response = reader.post(
            "associations.mandate.delete", {"last_day": last_day.isoformat()}, **where
        )

        assert response.status_code == 303
        assert mandates()[0].until_on == last_day
        assert bool(queries.roles_of(user.id, now=NOW).represents) is is_leader
        assert not queries.roles_of(user.id, now=NOW + timedelta(days=1)).represents
        assert enrolment.id in roles_in_cohorts(user.id, now=NOW).enrolments
        page = browser.as_(user).get(
            "associations.association.show", association_id=mandate.association_id
        )
        assert page.status_code == (200 if is_leader else 404)

    def test_the_end_is_in_the_trail(self, database):
        mandate = make_mandate(from_on=YESTERDAY)

        assert services.end_mandate(mandate, last_day=TODAY, actor=OFFICE, now=NOW)

        event = last_event()
        assert (event.action, event.object_type) == ("mandate.ended", "mandate")
        assert event.object_id == mandate.id
        assert event.details == {
            "association_id": mandate.association_id,
            "user_id": mandate.user_id,
            "until_on": TODAY.isoformat(),
        }

    @pytest.mark.parametrize("first", [TODAY, TOMORROW], ids=["begun today", "not begun"])
    def test_a_mandate_given_by_mistake_is_taken_back_at_once(self, browser, first):
        mandate = make_mandate(from_on=first)
        where = {"association_id": mandate.association_id, "mandate_id": mandate.id}

        response = browser.as_(make_administrator()).post(
            "associations.mandate.delete", {"last_day": YESTERDAY.isoformat()}, **where
        )

        assert response.status_code == 303
        assert mandates() == []
        assert last_event().action == "mandate.withdrawn"
        assert last_event().object_id == mandate.id

    @pytest.mark.parametrize(
        ("first", "last", "wanted"),
        [
            (date(2020, 1, 1), None, date(2019, 12, 31)),
            (date(2020, 1, 1), YESTERDAY, TODAY),
            (date(2020, 1, 1), TOMORROW, date(2027, 1, 1)),
        ],
        ids=["before it began", "after its end", "later than planned"],
    )
    def test_a_day_that_cannot_be_is_refused(self, browser, first, last, wanted):
        mandate = make_mandate(from_on=first, until_on=last)
        where = {"association_id": mandate.association_id, "mandate_id": mandate.id}

        response = browser.as_(make_administrator()).post(
            "associations.mandate.delete", {"last_day": wanted.isoformat()}, **where
        )

        assert response.status_code == 422
        assert f'value="{wanted.isoformat()}"' in response.text
        assert mandates()[0].until_on == last
        with pytest.raises(Conflict):
            services.end_mandate(mandates()[0], last_day=wanted, actor=OFFICE, now=NOW)

    def test_without_a_day_nothing_ends(self, browser):
        mandate = make_mandate()
        where = {"association_id": mandate.association_id, "mandate_id": mandate.id}

        response = browser.as_(make_administrator()).post("associations.mandate.delete", **where)

        assert response.status_code == 422
        assert mandates()[0].until_on is None


class TestDoors:
    def test_only_an_administrator_gives_and_ends(self, browser):
        association, person = make_association(), make_user()
        mandate = make_mandate(association)
        where = {"association_id": association.id}
        leader, cohort = leader_of(association), make_cohort()

        for user, code in (
            (leader, 403),
            (make_head_of_studies(), 403),
            (instructor_of(cohort), 404),
            (make_user(), 404),
        ):
            reader = browser.as_(user)
            answers = [
                reader.get("associations.mandate.new", **where),
                reader.post("associations.mandate.create", sent(person), **where),
                reader.get("associations.mandate.edit", mandate_id=mandate.id, **where),
                reader.post(
                    "associations.mandate.delete",
                    {"last_day": TODAY.isoformat()},
                    mandate_id=mandate.id,
                    **where,
                ),
            ]
            assert [answer.status_code for answer in answers] == [code] * 4
        assert all(each.until_on is None for each in mandates())
        assert len(mandates()) == 2

    def test_a_mandate_of_another_association_is_not_found_under_this_one(self, browser):
        mandate, other = make_mandate(), make_association()
        reader = browser.as_(make_administrator())
        where = {"association_id": other.id, "mandate_id": mandate.id}

        assert reader.get("associations.mandate.edit", **where).status_code == 404
        response = reader.post(
            "associations.mandate.delete", {"last_day": TODAY.isoformat()}, **where
        )
        assert response.status_code == 404
        assert mandates()[0].until_on is None

    def test_changing_rights_asks_for_the_password_again(self, browser):
        mandate, person = make_mandate(), make_user()
        reader = browser.as_(make_administrator())
        where = {"association_id": mandate.association_id}
        with reader.client.session_transaction() as session:
            session[FRESH] = (NOW - timedelta(hours=3)).timestamp()

        answers = [
            reader.get("associations.mandate.new", **where),
            reader.post("associations.mandate.create", sent(person), **where),
            reader.get("associations.mandate.edit", mandate_id=mandate.id, **where),
            reader.post(
                "associations.mandate.delete",
                {"last_day": TODAY.isoformat()},
                mandate_id=mandate.id,
                **where,
            ),
        ]

        assert [answer.status_code for answer in answers] == [303] * 4
        assert all("/confirm" in answer.headers["Location"] for answer in answers)
        assert mandates()[0].until_on is None
        assert len(mandates()) == 1


class TestSeveralHats:
    def test_one_account_leads_teaches_and_learns_at_once(self, browser):
        association, taught, followed = make_association(), make_cohort(), make_cohort()
        user = instructor_of(taught)
        make_mandate(association, user)
        enrolment = make_enrolment(followed, user)
        reader = browser.as_(user)

        standings = [source(user.id, now=NOW) for source in (roles_in_cohorts, queries.roles_of)]
        roles = frozenset().union(*(standing.roles for standing in standings))
        assert roles == {Role.TRAINEE, Role.INSTRUCTOR, Role.LEADER}
        for endpoint, where in (
            ("home.show", {}),
            ("learning.path.show", {"enrolment_id": enrolment.id}),
            ("attendance.register.index", {}),
            ("cohorts.cohort.show", {"cohort_id": taught.id}),
            ("associations.association.show", {"association_id": association.id}),
            ("associations.association.edit", {"association_id": association.id}),
        ):
            assert reader.get(endpoint, **where).status_code == 200, endpoint
        # A hat opens its own area and nothing of the others'.
        assert reader.get("cohorts.cohort.show", cohort_id=followed.id).status_code == 404
        assert reader.get("associations.association.index").status_code == 403

    def test_a_mandate_that_ends_takes_one_hat_and_leaves_the_others(self, browser):
        association, cohort = make_association(), make_cohort()
        user = instructor_of(cohort)
        mandate = make_mandate(association, user, from_on=date(2020, 1, 1))
        services.end_mandate(mandate, last_day=YESTERDAY, actor=OFFICE, now=NOW)
        reader = browser.as_(db.session.get(User, user.id))

        page = reader.get("associations.association.show", association_id=association.id)

        assert page.status_code == 404
        assert reader.get("cohorts.cohort.show", cohort_id=cohort.id).status_code == 200
        assert queries.list_of_person(user.id, now=NOW)[0].state is MandateState.ENDED
