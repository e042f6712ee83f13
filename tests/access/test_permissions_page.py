"""`docs/permissions.md` is written by the policy itself and says what it says today."""

from pathlib import Path

from ecopter.authorization.page import permissions_page
from ecopter.authorization.policy import POLICY

PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"


def test_the_page_is_the_policy(app):
    assert PAGE.read_text("utf-8") == permissions_page(app), "write it again: ./dev permissions"


def test_every_rule_says_in_a_sentence_whom_it_lets_in():
    silent = {rule.__name__ for rules in POLICY.values() for rule in rules if not rule.__doc__}

    assert silent == set()


def test_every_address_of_the_school_is_on_the_page(app):
    page = permissions_page(app)

    assert [rule.rule for rule in app.url_map.iter_rules() if f"`{rule.rule}`" not in page] == []
