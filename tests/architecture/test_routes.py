"""Every door says who may enter, and every address looks like the others."""

import re

from ecopter.authorization.policy import POLICY, SEEN_BY, Permission

VIEWS = {"index", "show", "new", "create", "edit", "update", "delete"}
# Files under a hashed name, and the sign of life: not pages of the school.
PLAIN = {"asset_file", "_health"}


def rules(app):
    return list(app.url_map.iter_rules())


def test_every_route_says_who_may_enter(app):
    silent = [
        rule.endpoint
        for rule in rules(app)
        if not hasattr(app.view_functions[rule.endpoint], "permission")
    ]

    assert silent == [], "write @requires(Permission.…) or @public above these views"


def test_every_permission_has_a_rule_and_a_door(app):
    asked = {app.view_functions[rule.endpoint].permission for rule in rules(app)} - {None}

    assert set(POLICY) == set(Permission)
    assert set(SEEN_BY) <= set(Permission)
    assert asked <= set(Permission)


def test_views_are_named_after_what_they_do_to_a_resource(app):
    others = {
        rule.endpoint
        for rule in rules(app)
        if rule.endpoint not in PLAIN and rule.endpoint.rpartition(".")[2] not in VIEWS
    }

    assert others == set(), "a new verb is a new resource"


def test_addresses_are_kebab_case(app):
    odd = [
        rule.rule
        for rule in rules(app)
        if not re.fullmatch(
            r"(/|(/[a-z0-9.-]+|/<[a-z_:]+>(\.pdf|\.zip)?)+|/V/<[a-z_:]+>)", rule.rule
        )
    ]

    assert odd == []


def test_reading_and_writing_never_share_a_view(app):
    mixed = [rule.endpoint for rule in rules(app) if {"GET", "POST"} <= rule.methods]

    assert mixed == []


def test_an_unknown_visitor_is_sent_to_sign_in_from_every_guarded_page(app, browser):
    for rule in rules(app):
        view = app.view_functions[rule.endpoint]
        if view.permission is None:
            continue
        address = browser.url(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
        response = browser.fetch(address) if "GET" in rule.methods else browser.send(address)
        assert response.status_code == 303, rule.endpoint
        assert response.headers["Location"].startswith("/sign-in"), rule.endpoint


def test_no_form_is_accepted_without_its_token(app, browser):
    for rule in rules(app):
        if "POST" in rule.methods:
            address = browser.url(rule.endpoint, **dict.fromkeys(rule.arguments, 1))
            with app.app_context():
                assert browser.client.post(address).status_code == 400, rule.endpoint
