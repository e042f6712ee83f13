"""What the office does with an account: make it, mend it, close it, give rights and codes."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.db import db
from ecopter.people.models import SignIn, User, UserRole
from ecopter.people.queries.persons import get_person, get_role
from ecopter.people.rules import PersonName, SchoolRole
from ecopter.people.rules.administration import DeactivationReason
from ecopter.people.services import accounts, administration, codes, passwords, signing_in
from ecopter.people.services.presence import FRESH
from ecopter.platform.mail import Mail
from ecopter.platform.worker import run_until_idle
from ecopter.shared.errors import Conflict, Invalid
from tests.clock import NOW, TODAY
from tests.factories.people import make_administrator, make_head_of_studies, make_user

PASSWORD = "four words of mine"
OFFICE = Actor(user_id=None)
DETAILS = {
    "civility": "neutral",
    "given_name_lat": "Fatima",
    "family_name_lat": "Aït Élhaj",
    "given_name_ar": "فاطمة",
    "family_name_ar": "آيت الحاج",
    "email": "fatima@exemple.invalid",
    "telephone": "+212 600 00 00 00",
    "town": "تاليوين",
    "country": "MA",
    "language": "ar",
    "sign_in_name": "",
}


class Postbox:
    is_set_up = True

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.mails.append(mail)


@pytest.fixture
def postbox(app):
    before = app.extensions["adapters"]
    box = Postbox()
    app.extensions["adapters"] = replace(before, mail=box)
    yield box
    app.extensions["adapters"] = before


@pytest.fixture
def office(browser):
    return browser.as_(make_administrator(family_name_lat="Bureau"))


def newest():
    return db.session.scalars(select(User).order_by(User.id.desc())).first()


def actions():
    return db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()


def test_a_person_is_made_with_a_sign_in_name_of_their_own(office):
    make_user(sign_in_name="fatima.aitelhaj")

    answer = office.post("people.person.create", DETAILS)

    made = newest()
    assert answer.status_code == 303
    assert made.sign_in_name == "fatima.aitelhaj2"
    assert (made.town, made.country, made.language) == ("تاليوين", "MA", "ar")
    assert made.password_hash is None
    assert "user.created" in actions()


def test_thirty_people_of_one_name_are_made_at_once(database):
    name = PersonName("Ijja", "Tazart")
    made = [accounts.create_user("", name, actor=OFFICE, now=NOW) for _ in range(30)]

    assert len({user.sign_in_key for user in made}) == 30


def test_a_taken_sign_in_name_is_refused_beside_its_field_and_nothing_is_lost(office):
    make_user(sign_in_name="Fatima")

    answer = office.post("people.person.create", DETAILS | {"sign_in_name": " FATIMA "})

    assert answer.status_code == 422
    assert 'id="sign_in_name-error"' in answer.text
    assert "آيت الحاج" in answer.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name_lat", ""),
        ("family_name_lat", "<script>"),
        ("family_name_lat", "Taz\u202eart"),
        ("family_name_ar", "Latin"),
        ("sign_in_name", "a<b"),
        ("sign_in_name", "a\tb"),
        ("country", "XX"),
        ("language", "de"),
        ("civility", "king"),
        ("town", "a\x07b"),
        ("email", "nobody"),
    ],
)
def test_what_no_person_is_called_is_refused(office, field, value):
    before = newest().id

    answer = office.post("people.person.create", DETAILS | {field: value})

    assert answer.status_code == 422
    assert newest().id == before


def test_details_are_mended_and_a_changed_name_is_confirmed_again(office):
    user = make_user(name_confirmed_at=NOW)

    office.post("people.person.update", DETAILS | {"sign_in_name": "fatima"}, user_id=user.id)

    kept = db.session.get(User, user.id)
    assert (kept.sign_in_name, kept.sign_in_key) == ("fatima", "fatima")
    assert kept.name_confirmed_at is None
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert event.action == "account.updated"
    assert "Fatima" not in str(event.details)


def test_the_sign_in_name_of_someone_else_is_not_taken_over(office):
    make_user(sign_in_name="chama")
    user = make_user(sign_in_name="ijja")

    answer = office.post(
        "people.person.update", DETAILS | {"sign_in_name": "CHAMA"}, user_id=user.id
    )

    assert answer.status_code == 422
    assert db.session.get(User, user.id).sign_in_name == "ijja"


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_the_page_of_a_person_tells_what_the_office_asks(office, language):
    user = make_head_of_studies(password_hash="x", email="a@exemple.invalid", town="Nice")
    signing_in.open_session(user, own_phone=False, now=NOW)

    page = office.in_(language).get("people.person.show", user_id=user.id)

    assert page.status_code == 200
    assert "a@exemple.invalid" in page.text
    assert f"/people/{user.id}/roles/" in page.text


def test_one_person_is_three_queries(database, count_queries):
    user = make_head_of_studies()
    signing_in.open_session(user, own_phone=False, now=NOW)
    db.session.commit()
    db.session.remove()

    with count_queries() as statements:
        sheet = get_person(user.id, NOW)

    assert (sheet.open_sessions, sheet.last_sign_in_at) == (1, NOW)
    assert len(statements) == 3


def test_a_code_from_the_office_opens_the_account_and_is_shown_once(browser, office):
    user = make_user(sign_in_name="ijja")
    assert office.get("people.personal_code.new", user_id=user.id).status_code == 200

    page = office.post("people.personal_code.create", user_id=user.id)

    code = re.search(r"[2-9A-Z]{4} [2-9A-Z]{4}", page.text)[0]
    assert "/password" in page.text
    opened = browser.post(
        "people.password.create", {"sign_in_name": "ijja", "code": code, "password": PASSWORD}
    )
    assert opened.status_code == 303


@pytest.mark.parametrize(("has_password", "word"), [(False, "is ready"), (True, "Your code")])
def test_a_mail_invites_whoever_has_never_been_here(app, postbox, office, has_password, word):
    user = make_user(
        sign_in_name="ijja",
        email="ijja@exemple.invalid",
        language="en",
        password_hash="x" if has_password else None,
    )

    answer = office.post("people.invitation.create", user_id=user.id)
    run_until_idle(app)

    assert answer.status_code == 303
    [mail] = postbox.mails
    code = re.search(r"[2-9A-Z]{4} [2-9A-Z]{4}", mail.text)[0]
    assert word in mail.text
    assert ("ijja" in mail.text) is not has_password
    opened = codes.redeem_code("ijja", code, PASSWORD, own_phone=False, address="::1", now=NOW)
    assert opened.token


@pytest.mark.parametrize(
    ("email", "mails"), [("", True), ("ijja@exemple.invalid", False)], ids=["no address", "no mail"]
)
def test_without_mail_the_page_offers_a_code_instead(request, office, email, mails):
    if mails:
        request.getfixturevalue("postbox")
    user = make_user(email=email)

    page = office.get("people.person.show", user_id=user.id)

    assert f"/people/{user.id}/invitation" not in page.text
    assert f"/people/{user.id}/code" in page.text
    assert office.post("people.invitation.create", user_id=user.id).status_code == 409


def test_a_deactivated_person_is_out_at_once_and_codes_are_dead(browser, office):
    user = make_user(sign_in_name="ijja", password_hash=passwords.hash_password(PASSWORD))
    issued = codes.issue_code(user, actor=OFFICE, now=NOW)
    reader = browser.as_(user)

    answer = office.post("people.deactivation.create", {"reason": "left"}, user_id=user.id)

    assert answer.status_code == 303
    assert reader.get("people.account.show").status_code == 303
    for call in (
        lambda: signing_in.sign_in("ijja", PASSWORD, own_phone=False, address="::1", now=NOW),
        lambda: codes.redeem_code(
            "ijja", issued.code, PASSWORD, own_phone=False, address="::1", now=NOW
        ),
    ):
        with pytest.raises(Invalid):
            call()
    page = office.in_("en").get("people.person.show", user_id=user.id)
    assert "no longer at the school" in page.text
    assert office.post("people.personal_code.create", user_id=user.id).status_code == 409
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "user.deactivated")
    ).one()
    assert event.details == {"reason": "left"}


def test_a_reactivated_person_signs_in_as_before(office):
    user = make_user(sign_in_name="ijja", password_hash=passwords.hash_password(PASSWORD),
                     deactivated_at=NOW)  # fmt: skip
    assert office.get("people.deactivation.edit", user_id=user.id).status_code == 200

    assert office.post("people.deactivation.delete", user_id=user.id).status_code == 303

    opened = signing_in.sign_in("ijja", PASSWORD, own_phone=False, address="::1", now=NOW)
    assert opened.token


def test_an_empty_reason_is_asked_for_and_changes_nothing(office):
    user = make_user()

    answer = office.post("people.deactivation.create", {"reason": "<x>"}, user_id=user.id)

    assert answer.status_code == 422
    assert db.session.get(User, user.id).deactivated_at is None


def test_nobody_closes_their_own_account(office):
    answer = office.post("people.deactivation.create", {"reason": "left"}, user_id=office.user.id)

    assert answer.status_code == 422
    assert db.session.get(User, office.user.id).deactivated_at is None


def test_the_last_administrator_stays_whoever_asks(database):
    last = make_administrator()
    make_administrator(deactivated_at=NOW)
    head = Actor(user_id=make_head_of_studies().id)
    held = get_person(last.id, NOW).roles[0]

    with pytest.raises(Conflict):
        administration.deactivate(last, DeactivationReason.LEFT, actor=head, now=NOW)
    with pytest.raises(Conflict):
        administration.end_role(last, held, last_day=None, actor=head, now=NOW)


def test_of_two_administrators_one_may_leave(office):
    other = make_administrator()

    answer = office.post("people.deactivation.create", {"reason": "other"}, user_id=other.id)

    assert answer.status_code == 303


def test_someone_is_signed_out_on_every_device(browser, office):
    user = make_user()
    phones = [browser.as_(user), browser.as_(user)]

    office.post("people.sessions.delete", user_id=user.id)

    assert [phone.get("people.account.show").status_code for phone in phones] == [303, 303]
    assert "session.all_closed" in actions()


def test_a_role_is_given_and_ended_between_two_days(browser, office):
    user = make_user()
    assert office.get("people.role.new", user_id=user.id).status_code == 200
    assert browser.as_(user).get("people.person.index").status_code in {403, 404}
    given = {"role": "head_of_studies", "from_on": TODAY.isoformat(), "until_on": "2027-06-11"}

    assert office.post("people.role.create", given, user_id=user.id).status_code == 303

    assert browser.as_(user).get("people.person.index").status_code == 200
    [held] = get_person(user.id, NOW).roles
    assert office.get("people.role.edit", user_id=user.id, role_id=held.id).status_code == 200
    ended = office.post("people.role.delete", {}, user_id=user.id, role_id=held.id)
    assert ended.status_code == 303
    assert browser.as_(user).get("people.person.index").status_code in {403, 404}
    assert actions().count("role.given") == actions().count("role.ended") == 1


def test_a_role_may_end_later(office):
    head = make_head_of_studies()
    [held] = get_person(head.id, NOW).roles
    friday = TODAY + timedelta(days=4)

    office.post(
        "people.role.delete", {"last_day": friday.isoformat()}, user_id=head.id, role_id=held.id
    )

    assert get_role(head.id, held.id).held.term.until_on == friday


def test_one_person_holds_both_roles_and_keeps_one(office):
    both = make_head_of_studies()
    office.post(
        "people.role.create",
        {"role": "administrator", "from_on": TODAY.isoformat()},
        user_id=both.id,
    )
    held = next(r for r in get_person(both.id, NOW).roles if r.role == SchoolRole.HEAD_OF_STUDIES)

    office.post("people.role.delete", {}, user_id=both.id, role_id=held.id)

    assert [role.role for role in get_person(both.id, NOW).roles] == [SchoolRole.ADMINISTRATOR]


@pytest.mark.parametrize(
    "typed",
    [
        {"role": "administrator", "from_on": "2020-01-01"},
        {"role": "administrator", "from_on": "2026-11-24", "until_on": "2026-11-23"},
        {"role": "king", "from_on": "2026-11-23"},
        {"role": "administrator", "from_on": "tomorrow"},
        {"role": "head_of_studies", "from_on": "2026-12-01"},
    ],
    ids=["in the past", "turned round", "no such role", "no day", "held already"],
)
def test_a_role_that_cannot_be_is_refused(office, typed):
    head = make_head_of_studies()

    answer = office.post("people.role.create", typed, user_id=head.id)

    assert answer.status_code == 422
    assert len(get_person(head.id, NOW).roles) == 1


def test_nobody_gives_or_ends_their_own_role(office):
    own = office.user
    [held] = get_person(own.id, NOW).roles
    make_administrator()
    wanted = {"role": "head_of_studies", "from_on": TODAY.isoformat()}

    assert office.post("people.role.create", wanted, user_id=own.id).status_code == 422
    answer = office.post("people.role.delete", {}, user_id=own.id, role_id=held.id)

    assert answer.status_code == 422
    assert [role.term.until_on for role in get_person(own.id, NOW).roles] == [None]


def test_a_code_in_other_hands_does_not_open_new_rights(office):
    user = make_user(sign_in_name="ijja")
    instructor = make_user()
    issued = codes.issue_code(user, actor=Actor(user_id=instructor.id), now=NOW)

    office.post(
        "people.role.create",
        {"role": "administrator", "from_on": TODAY.isoformat()},
        user_id=user.id,
    )

    with pytest.raises(Invalid):
        codes.redeem_code("ijja", issued.code, PASSWORD, own_phone=False, address="", now=NOW)


def test_the_role_of_someone_else_is_not_found_here(office):
    head, other = make_head_of_studies(), make_user()
    [held] = get_person(head.id, NOW).roles

    for answer in (
        office.get("people.role.edit", user_id=other.id, role_id=held.id),
        office.post("people.role.delete", {}, user_id=other.id, role_id=held.id),
        office.get("people.person.show", user_id=999_999),
    ):
        assert answer.status_code == 404
    assert db.session.get(UserRole, held.id).until_on is None


GRAVE = (
    "people.personal_code",
    "people.deactivation",
    "people.role",
)


@pytest.mark.parametrize("endpoint", GRAVE)
def test_rights_and_codes_ask_for_the_password_again(office, endpoint):
    user = make_user()
    with office.client.session_transaction() as session:
        session[FRESH] = 0

    for answer in (
        office.get(f"{endpoint}.new", user_id=user.id),
        office.post(f"{endpoint}.create", {}, user_id=user.id),
    ):
        assert answer.headers["Location"].startswith("/confirmation")


def test_an_address_that_codes_go_to_asks_for_the_password_again(office):
    """Whoever finds the office's screen open could send themself an administrator's code."""
    user = make_administrator(email="celle@exemple.invalid")
    with office.client.session_transaction() as session:
        session[FRESH] = 0

    for answer in (
        office.get("people.person.edit", user_id=user.id),
        office.post("people.person.update", DETAILS, user_id=user.id),
    ):
        assert answer.headers["Location"].startswith("/confirmation")
    assert db.session.scalar(select(User.email).where(User.id == user.id)) == user.email


@pytest.mark.parametrize(
    ("make", "reads", "acts"),
    [(make_head_of_studies, {200}, {403}), (make_user, {404}, {404})],
    ids=["head of studies", "trainee"],
)
def test_only_administrators_act_on_accounts(browser, make, reads, acts):
    reader, user = browser.as_(make()), make_user(password_hash="x")

    assert reader.get("people.person.show", user_id=user.id).status_code in reads
    for endpoint in (
        "people.person.update",
        "people.personal_code.create",
        "people.invitation.create",
        "people.deactivation.create",
        "people.deactivation.delete",
        "people.sessions.delete",
        "people.role.create",
    ):
        assert reader.post(endpoint, {}, user_id=user.id).status_code in acts, endpoint
    assert db.session.scalars(select(SignIn).where(SignIn.user_id == user.id)).all() == []
