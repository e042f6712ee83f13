"""Names to sign in with, terms of office, and passwords nobody has to think of."""

import random
from datetime import date, timedelta

import pytest

from ecopter.people.rules import PersonName, needs_notice, password_fault
from ecopter.people.rules.administration import (
    BEGINS_IN_PAST,
    ENDS_BEFORE_BEGIN,
    ENDS_EARLIER,
    ENDS_IN_PAST,
    HOLDS_ROLE,
    ROLE_OVER,
    Term,
    end_fault,
    ended,
    leaves_an_administrator,
    term_fault,
)
from ecopter.people.rules.passphrases import LISTS, passphrase
from ecopter.people.rules.sign_in_names import first_free, proposed_sign_in_name

TODAY = date(2026, 11, 23)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
LATER = date(2027, 6, 11)
FOREVER = Term(date(2026, 9, 1))


@pytest.mark.parametrize(
    ("given", "family", "proposed"),
    [
        ("Ijja", "Tazart", "ijja.tazart"),
        ("Fatima-Zahra", "Aït El Haj", "fatimazahra.aitelhaj"),
        ("Élodie", "D’Œuvre", "elodie.doeuvre"),
        ("ⴰⵎⵏⴰⵢ", "ⵜⴰⵣⴰⵔⵜ", "person"),
        ("A" * 60, "B", "a" * 40),
    ],
    ids=["plain", "hyphens and spaces", "accents", "no Latin letter", "long"],
)
def test_a_sign_in_name_is_typed_on_any_keyboard(given, family, proposed):
    assert proposed_sign_in_name(PersonName(given, family)) == proposed


def test_the_third_of_one_name_gets_a_number():
    assert first_free("ijja.tazart", {"ijja.tazart", "ijja.tazart2"}) == "ijja.tazart3"


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_four_words_make_a_password_in_every_language(language):
    drawn = {passphrase(language, random.Random(seed).choice) for seed in range(50)}

    assert len(drawn) == 50
    assert {password_fault(words, "ijja.tazart") for words in drawn} == {None}
    assert all(len(words.split()) == 4 for words in drawn)


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_words_are_many_and_have_plain_letters_only(language):
    words = LISTS[language]

    assert len(set(words)) == len(words) > 256, "four of them are 32 bits"
    assert [word for word in words if not (word.isascii() and word.isalpha())] == []


@pytest.mark.parametrize(
    ("wanted", "held", "fault"),
    [
        (Term(TODAY), [], None),
        (Term(TOMORROW, LATER), [Term(date(2026, 1, 1), TODAY)], None),
        (Term(YESTERDAY), [], BEGINS_IN_PAST),
        (Term(TOMORROW, TODAY), [], ENDS_BEFORE_BEGIN),
        (Term(TODAY), [FOREVER], HOLDS_ROLE),
        (Term(TODAY), [Term(LATER)], HOLDS_ROLE),
    ],
    ids=["from today", "after an earlier one", "past", "turned round", "held", "planned already"],
)
def test_a_role_is_given_from_today_on_and_once(wanted, held, fault):
    assert term_fault(wanted, held, TODAY) == fault


@pytest.mark.parametrize(
    ("term", "last_day", "fault"),
    [
        (FOREVER, None, None),
        (FOREVER, TODAY, None),
        (FOREVER, YESTERDAY, ENDS_IN_PAST),
        (Term(YESTERDAY, TODAY), LATER, ENDS_EARLIER),
        (Term(YESTERDAY, YESTERDAY), None, ROLE_OVER),
        (Term(LATER), TOMORROW, ENDS_BEFORE_BEGIN),
    ],
    ids=["at once", "this evening", "in the past", "longer", "over", "before it begins"],
)
def test_a_role_ends_now_or_later_and_never_longer(term, last_day, fault):
    assert end_fault(term, last_day, TODAY) == fault


def test_a_role_ended_at_once_does_not_run_today():
    assert ended(FOREVER, None, TODAY) == Term(FOREVER.from_on, YESTERDAY)
    assert ended(Term(TODAY), None, TODAY) is None, "it never had a day"


@pytest.mark.parametrize(
    ("others", "remains"),
    [
        ([], False),
        ([FOREVER], True),
        ([Term(TOMORROW)], False),
        ([Term(date(2026, 1, 1), LATER)], False),
        ([Term(date(2026, 1, 1), YESTERDAY)], False),
    ],
    ids=["nobody", "another", "one who comes later", "one who leaves earlier", "one who left"],
)
def test_the_school_is_never_left_without_an_administrator(others, remains):
    assert leaves_an_administrator(FOREVER, others, TODAY) is remains


def test_a_newer_notice_is_read_again():
    assert needs_notice(None)
    assert needs_notice(date(2020, 1, 1))
    assert not needs_notice(date(2026, 11, 23))
