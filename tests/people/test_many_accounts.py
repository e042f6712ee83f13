"""Accounts made by the list are what accounts made one by one would be."""

import pytest

from ecopter.audit.queries import chain
from ecopter.audit.rules import first_break
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.models import User
from ecopter.people.rules import PersonName
from ecopter.people.services.accounts import NewPerson, create_user, create_users
from ecopter.shared.errors import Conflict
from tests.clock import NOW

OFFICE = Actor(1)
TALA = PersonName("Tala", "Aït Ali")


def names_of(ids):
    return [db.session.get_one(User, user_id).sign_in_name for user_id in ids]


def test_people_of_one_name_get_numbers_that_nobody_has(database):
    for taken in ("tala.aitali", "tala.aitali3"):
        create_user(taken, TALA, actor=OFFICE, now=NOW)

    made = create_users([NewPerson("", TALA)] * 3, actor=OFFICE, now=NOW)

    assert names_of(made) == ["tala.aitali2", "tala.aitali4", "tala.aitali5"]


def test_a_name_wanted_twice_in_one_list_minds_the_numbers_of_others(database):
    create_user("tala.aitali2", TALA, actor=OFFICE, now=NOW)

    made = create_users([NewPerson("", TALA)] * 2, actor=OFFICE, now=NOW)

    assert names_of(made) == ["tala.aitali", "tala.aitali3"]


@pytest.mark.parametrize("wanted", ["IJJA", " ijja "])
def test_a_sign_in_name_that_somebody_has_is_refused_and_nobody_is_made(database, wanted):
    create_user("ijja", TALA, actor=OFFICE, now=NOW)
    people = [NewPerson("", TALA), NewPerson(wanted, TALA)]

    with pytest.raises(Conflict):
        create_users(people, actor=OFFICE, now=NOW)

    assert db.session.query(User).count() == 1


def test_each_account_has_its_event_and_the_chain_holds(database):
    made = create_users([NewPerson("", TALA), NewPerson("ijja", TALA)], actor=OFFICE, now=NOW)

    links = list(chain())
    assert [(link.event.action, link.event.object_id) for link in links] == [
        ("user.created", user_id) for user_id in made
    ]
    assert first_break(links) is None


def test_nobody_is_nothing(database):
    assert create_users([], actor=OFFICE, now=NOW) == []
    assert list(chain()) == []
