"""The second factor: set up, used, lost, taken off, and never walked around."""

import re
import threading
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask_migrate import upgrade
from sqlalchemy import func, select, update

from ecopter.app import create_app, outside_world, with_clock
from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.backup.services import make_backup, restore
from ecopter.db import db
from ecopter.notices.models import Notice
from ecopter.people.models import (
    FailedSignIn,
    HalfOpenSignIn,
    RecoveryCode,
    SecondFactor,
    SignIn,
    User,
    UserRole,
)
from ecopter.people.queries import find_user, get_user
from ecopter.people.queries.second_factor import count_codes, find_factor
from ecopter.people.rules.administration import DeactivationReason
from ecopter.people.services import (
    administration,
    codes,
    passwords,
    second_factor,
    second_step,
    signing_in,
)
from ecopter.people.services.presence import FRESH, HALF_OPEN, SALT, SEEN
from ecopter.platform import database as migrations
from ecopter.platform.mail import Mail
from ecopter.platform.worker import run_until_idle
from ecopter.seeding.queries.demo_rows import DemoRows
from ecopter.settings import Settings
from ecopter.shared.errors import Conflict, Invalid, TooMany
from ecopter.tables import METADATA
from tests.browser import Browser
from tests.clock import NOW, TODAY
from tests.factories.people import make_administrator, make_head_of_studies, make_user

PASSWORD = "four words of mine"
SALT_OF_PHONE = "the salt that a page proposed"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WRONG = "n’est pas le bon"


@pytest.fixture
def clock(app):
    """Move the school's time: `clock(minutes=5)`."""
    before = app.extensions["adapters"]

    def move(**by):
        app.extensions["adapters"] = replace(before, clock=lambda: NOW + timedelta(**by))

    yield move
    app.extensions["adapters"] = before


class Phone:
    """The app on somebody's phone, given the key once."""

    def __init__(self, user: User, salt: str = SALT_OF_PHONE) -> None:
        self.codes = pyotp.TOTP(second_factor.propose(user, salt).secret)

    def shows(self, now=NOW) -> str:
        return self.codes.at(now)


def protected(make=make_administrator, **changes):
    """Somebody with a second factor since an hour: the person, their phone, recovery codes."""
    user = make(
        **({"sign_in_name": "hajja", "password_hash": passwords.hash_password(PASSWORD)} | changes)
    )
    phone, before = Phone(user), NOW - timedelta(hours=1)
    actor = Actor(user_id=user.id)
    spare = second_factor.set_up(user, SALT_OF_PHONE, phone.shows(before), actor=actor, now=before)
    db.session.commit()
    return user, phone, spare


def give_password(browser, name="hajja", password=PASSWORD, **more):
    return browser.post(
        "people.sign_in.create", {"sign_in_name": name, "password": password} | more
    )


def give_step(browser, typed, **more):
    return browser.post("people.second_step.create", {"step_code": typed} | more)


def is_in(browser):
    return browser.get("people.account.show").status_code == 200


def actions(of="second_factor"):
    wanted = AuditEvent.action.contains(of)
    return db.session.scalars(
        select(AuditEvent.action).where(wanted).order_by(AuditEvent.sequence)
    ).all()


# Setting it up


def test_an_administrator_sets_it_up_and_prints_recovery_codes(browser):
    user = make_administrator()
    reader = browser.as_(user)

    page = reader.get("people.second_factor.new")
    with reader.client.session_transaction() as session:
        phone = Phone(user, session[SALT])
    answer = reader.post("people.second_factor.create", {"step_code": phone.shows()})

    assert "<path" in page.text
    assert second_factor.in_groups(phone.codes.secret) in page.text
    assert "<img" not in page.text, "nothing is fetched to draw the square"
    shown = re.findall(r"[2-9A-Z]{4}(?: [2-9A-Z]{4}){3}", answer.text)
    assert answer.status_code == 200
    assert len(set(shown)) == 10
    assert count_codes(user.id) == 10
    assert actions() == ["second_factor.set_up"]
    assert actions("recovery") == ["recovery_codes.made"]


def test_reloading_the_page_shows_the_same_square_and_a_wrong_code_keeps_it(browser):
    reader = browser.as_(make_head_of_studies())
    drawn = re.compile(r'd="(M4[^"]+)"')

    first = drawn.search(reader.get("people.second_factor.new").text)
    again = drawn.search(reader.get("people.second_factor.new").text)
    refused = reader.post("people.second_factor.create", {"step_code": "000000"})

    assert first[1] == again[1] == drawn.search(refused.text)[1]
    assert refused.status_code == 422
    assert db.session.scalar(select(func.count(SecondFactor.id))) == 0


def test_neither_the_key_nor_a_recovery_code_is_in_the_database(browser):
    _, phone, spare = protected()
    give_password(browser)
    give_step(browser, phone.shows())
    stored = "\n".join(
        repr(row) for table in METADATA.sorted_tables for row in db.session.execute(select(table))
    )

    assert phone.codes.secret not in stored
    assert phone.codes.byte_secret().hex() not in stored
    assert not [code for code in spare if code in stored or code.replace(" ", "") in stored]
    assert SALT_OF_PHONE in stored, "this is how they would be found"


def test_another_signing_key_makes_other_codes(app, database):
    user = make_administrator()
    before = second_factor.propose(user, SALT_OF_PHONE).secret

    app.config["SECRET_KEY"], kept = "the key of another school altogether", app.secret_key
    try:
        assert second_factor.propose(user, SALT_OF_PHONE).secret != before
    finally:
        app.config["SECRET_KEY"] = kept
    assert second_factor.propose(make_user(), SALT_OF_PHONE).secret != before


def test_the_code_that_set_it_up_does_not_sign_in(browser, clock):
    _, phone, _ = protected()
    clock(hours=-1)
    give_password(browser)

    assert give_step(browser, phone.shows(NOW - timedelta(hours=1))).status_code == 422
    assert not is_in(browser)


def test_only_those_who_work_for_the_whole_school_see_it(browser):
    trainee, office = browser.as_(make_user()), browser.as_(make_administrator())

    assert "second-factor" not in trainee.get("people.account.show").text
    assert "second-factor" in office.get("people.account.show").text
    for page in ("show", "new", "edit"):
        assert trainee.get(f"people.second_factor.{page}").status_code == 404
    assert trainee.post("people.second_factor.create", {"step_code": "1"}).status_code == 404


def test_it_is_set_up_once(browser):
    user, phone, _ = protected()
    reader = browser.as_(user)
    before = find_factor(user.id).salt

    answer = reader.post("people.second_factor.create", {"step_code": phone.shows()})

    assert answer.headers["Location"] == "/account/second-factor"
    assert find_factor(user.id).salt == before
    with pytest.raises(Conflict):
        second_factor.set_up(user, "x", phone.shows(), actor=Actor(user_id=user.id), now=NOW)


# Signing in


def test_the_password_leads_to_the_second_step_and_the_phone_in(browser):
    _, phone, _ = protected()

    asked = give_password(browser, next="/people?page=2")
    page = browser.fetch(asked.headers["Location"])
    answer = give_step(browser, phone.shows(), next="/people?page=2")

    assert asked.headers["Location"] == "/sign-in/second-step?next=/people?page%3D2"
    assert 'autocomplete="one-time-code"' in page.text
    assert 'inputmode="numeric"' in page.text
    assert "hajja" in page.text, "whose account it is"
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people?page=2")
    assert is_in(browser)
    assert db.session.scalar(select(func.count(HalfOpenSignIn.id))) == 0


@pytest.mark.parametrize("own_phone", [True, False])
def test_ones_own_phone_is_remembered_over_the_second_step(browser, own_phone):
    _, phone, _ = protected()

    give_password(browser, **({"own_phone": "y"} if own_phone else {}))
    give_step(browser, phone.shows())

    assert db.session.scalars(select(SignIn.own_phone)).one() is own_phone


def test_the_half_open_door_opens_no_other(app, browser):
    """Every page of the school, with the right password alone."""
    protected()
    give_password(browser)
    guarded = [
        rule
        for rule in app.url_map.iter_rules()
        if app.view_functions[rule.endpoint].permission is not None
    ]

    opened = [
        f"{method} {rule.rule}"
        for rule in guarded
        for method in rule.methods & {"GET", "POST"}
        for address in [browser.url(rule.endpoint, **dict.fromkeys(rule.arguments, 1))]
        for answer in [browser.fetch(address) if method == "GET" else browser.send(address)]
        if answer.status_code != 303 or not answer.headers["Location"].startswith("/sign-in?")
    ]

    assert opened == []
    assert len(guarded) > 100
    assert db.session.scalar(select(func.count(SignIn.id))) == 0


def test_its_token_in_the_place_of_a_session_is_worth_nothing(browser):
    protected()
    give_password(browser)
    with browser.client.session_transaction() as session:
        session["_user_id"] = session[HALF_OPEN]
        session[SEEN] = session[FRESH] = NOW.timestamp()

    assert not is_in(browser)


def test_after_ten_minutes_it_begins_anew(browser, clock):
    _, phone, _ = protected()
    give_password(browser)
    clock(minutes=10)

    answer = give_step(browser, phone.shows(NOW + timedelta(minutes=10)))

    assert answer.headers["Location"] == "/sign-in"
    assert not is_in(browser)


def test_without_a_password_there_is_no_second_step(browser):
    _, phone, _ = protected()

    assert browser.get("people.second_step.new").headers["Location"] == "/sign-in"
    assert give_step(browser, phone.shows()).headers["Location"] == "/sign-in"
    assert not is_in(browser)


def test_a_wrong_password_says_the_same_with_and_without_a_second_factor(browser):
    protected()
    make_administrator(sign_in_name="other", password_hash=passwords.hash_password(PASSWORD))

    seen = {
        re.sub(r'csrf_token" value="[^"]+"', "", answer.text).replace(name, "…")
        for name in ("hajja", "other", "nobody")
        for answer in [give_password(browser, name, "wrong")]
    }

    assert len(seen) == 1


def test_what_was_wrong_with_the_second_step_is_not_told(browser):
    """A wrong code, one used before, a used recovery code, and nonsense."""
    _, phone, spare = protected()
    give_password(browser)
    give_step(browser, phone.shows())
    give_password(browser)
    give_step(browser, spare[0])
    give_password(browser)

    answers = [
        give_step(browser, typed)
        for typed in ("000000", phone.shows(), spare[0], "ABCD EFGH JKMN PQRS", "x" * 70)
    ]

    assert {answer.status_code for answer in answers} == {422}
    assert all(WRONG in answer.text for answer in answers)
    same = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(same) == 1


# Replay


@pytest.mark.parametrize(
    "again",
    [str, " ".join, "-".join, lambda c: c.translate(ARABIC), lambda c: f"\u200e{c}\u00a0"],
    ids=["the same", "with spaces", "with dashes", "in Arabic digits", "with signs unseen"],
)
@pytest.mark.parametrize("seconds", [0, 29, 59])
def test_a_code_seen_over_a_shoulder_does_not_work_again(browser, clock, again, seconds):
    _, phone, _ = protected()
    code = phone.shows()
    give_password(browser)
    assert give_step(browser, code).status_code == 303
    thief = type(browser)(browser.app)

    clock(seconds=seconds)
    give_password(thief)

    assert give_step(thief, again(code)).status_code == 422
    assert not is_in(thief)


def test_the_code_before_an_accepted_one_is_dead_too(browser):
    _, phone, _ = protected()
    give_password(browser)
    give_step(browser, phone.shows())
    thief = type(browser)(browser.app)
    give_password(thief)

    assert give_step(thief, phone.shows(NOW - timedelta(seconds=30))).status_code == 422


@pytest.mark.parametrize("by", ["phone", "recovery code"])
def test_of_fifty_at_once_one_comes_in(app, database, by):
    user, phone, spare = protected()
    typed = phone.shows() if by == "phone" else spare[3]

    outcomes = at_once(app, [(half_open(), typed) for _ in range(50)])

    assert len(outcomes) == 50
    assert outcomes.count("in") == 1
    assert db.session.scalar(select(func.count(SignIn.id))) == 1
    assert count_codes(user.id) == (10 if by == "phone" else 9)


def test_one_password_opens_one_session_however_many_codes_follow(app, database):
    """Ten recovery codes at once for one half-open sign-in: one is let in, nine stay good."""
    user, _, spare = protected()
    token = half_open()

    outcomes = at_once(app, [(token, code) for code in spare])

    assert outcomes.count("in") == 1
    assert db.session.scalar(select(func.count(SignIn.id))) == 1
    assert count_codes(user.id) == 9


def half_open(now=NOW):
    """The token of a right password given just now."""
    opened = signing_in.let_in(find_user("hajja"), own_phone=False, now=now)
    db.session.commit()
    return opened.token


def at_once(app, tries):
    """Send second steps from as many threads; what became of each."""
    outcomes, ready = [], threading.Barrier(len(tries))

    def send(token, typed, address):
        with app.app_context():
            found = second_step.find_waiting(token, now=NOW)
            ready.wait(timeout=60)
            try:
                second_step.finish(found, typed, address=address, now=NOW)
                db.session.commit()
                outcomes.append("in")
            except (Invalid, TooMany):
                db.session.rollback()
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [
        threading.Thread(target=send, args=(*one, f"10.0.0.{number}"))
        for number, one in enumerate(tries)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


# Mistakes


def test_ten_wrong_codes_block_the_second_step_for_a_quarter_of_an_hour(browser, clock):
    _, phone, spare = protected()
    give_password(browser)
    for _ in range(10):
        assert give_step(browser, "000000").status_code == 422

    blocked = give_step(browser, phone.shows())
    assert give_step(browser, spare[0]).status_code == 429
    clock(minutes=16)
    give_password(browser)
    later = give_step(browser, phone.shows(NOW + timedelta(minutes=16)))

    assert blocked.status_code == 429
    assert later.status_code == 303
    assert is_in(browser)


def test_who_knows_the_password_does_not_try_codes_all_day(database):
    protected()
    wrong, blocked = 0, 0
    for number in range(60):
        now = NOW + timedelta(minutes=16 * (number // 10))
        waiting = second_step.find_waiting(half_open(now), now=now)
        try:
            second_step.finish(waiting, "000000", address=f"10.0.0.{number}", now=now)
        except Invalid:
            wrong += 1
        except TooMany:
            blocked += 1

    assert (wrong, blocked) == (30, 30)


def test_right_steps_are_not_counted_and_wrong_ones_do_not_block_the_password(browser):
    _, phone, _ = protected()
    give_password(browser)
    give_step(browser, "000000")
    give_step(browser, phone.shows())

    keys = db.session.scalars(select(FailedSignIn.account_key)).all()
    assert keys == ["STEP:hajja"]


# Recovery codes


@pytest.mark.parametrize(
    "write", [str, str.lower, lambda c: c.replace(" ", "-"), lambda c: f" {c} "]
)
@pytest.mark.parametrize("field", ["step_code", "recovery_code"])
def test_a_recovery_code_opens_once_however_it_is_written(browser, write, field):
    user, _, spare = protected()
    give_password(browser)

    answer = browser.post("people.second_step.create", {field: write(spare[7])})

    assert answer.status_code == 303
    assert is_in(browser)
    assert count_codes(user.id) == 9
    assert actions("recovery_code.used") == ["recovery_code.used"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "step_code"),
        ({"step_code": "1"}, "step_code"),
        ({"recovery_code": "1"}, "recovery_code"),
    ],
)
def test_a_mistake_is_told_beside_the_field_that_was_written_in(browser, sent, field):
    protected()
    give_password(browser)

    answer = browser.post("people.second_step.create", sent)

    assert answer.status_code == 422
    assert re.findall(r'id="(\w+)-error"', answer.text) == [field]


def test_somebody_elses_recovery_code_opens_nothing(browser):
    _, _, theirs = protected(sign_in_name="other")
    protected()
    give_password(browser)

    assert give_step(browser, theirs[0]).status_code == 422


def test_new_recovery_codes_end_the_old_ones_and_ask_for_the_password(browser):
    user, _, old = protected()
    reader = browser.as_(user)

    made = reader.post("people.recovery_codes.create")
    fresh = re.findall(r"[2-9A-Z]{4}(?: [2-9A-Z]{4}){3}", made.text)
    give_password(browser)

    assert made.status_code == 200
    assert give_step(browser, old[0]).status_code == 422
    assert give_step(browser, fresh[0]).status_code == 303


def test_the_page_says_when_few_codes_are_left(browser):
    user, _, _ = protected()
    reader = browser.as_(user)
    assert "Il reste peu" not in reader.get("people.second_factor.show").text

    last = db.session.scalars(select(RecoveryCode.id).order_by(RecoveryCode.id)).all()[3:]
    used = update(RecoveryCode).where(RecoveryCode.id.in_(last)).values(used_at=NOW)
    db.session.execute(used)

    assert "Il reste peu" in reader.get("people.second_factor.show").text


# Ending it


@pytest.mark.parametrize(
    "endpoint",
    ["people.second_factor.new", "people.second_factor.edit", "people.recovery_codes.new"],
)
def test_an_open_phone_is_not_enough(browser, endpoint):
    user, _, _ = protected()
    reader = browser.as_(user)
    with reader.client.session_transaction() as session:
        session[FRESH] = (NOW - timedelta(hours=2)).timestamp()

    for answer in (reader.get(endpoint), reader.send(reader.url(endpoint))):
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/confirmation?next=/account/second-factor")
    assert find_factor(user.id) is not None
    assert count_codes(user.id) == 10


def test_who_turns_it_off_signs_in_with_the_password_alone(browser):
    user, _, _ = protected()

    browser.as_(user).post("people.second_factor.delete")
    give_password(browser)

    assert is_in(browser)
    assert count_codes(user.id) == 0
    assert actions() == ["second_factor.set_up", "second_factor.removed"]


def test_who_lost_the_role_is_still_asked_and_may_turn_it_off(browser):
    user, phone, _ = protected()
    db.session.execute(
        update(UserRole).values(from_on=TODAY - timedelta(9), until_on=TODAY - timedelta(2))
    )
    give_password(browser)
    assert not is_in(browser)
    give_step(browser, phone.shows())

    assert "second-factor" in browser.get("people.account.show").text
    assert browser.get("people.second_factor.edit").status_code == 200
    assert browser.post("people.second_factor.delete").status_code == 303
    assert browser.get("people.second_factor.new").status_code == 404
    assert find_factor(user.id) is None


def test_an_administrator_helps_who_lost_the_phone_and_the_person_is_told(browser):
    user, _, _ = protected(make_head_of_studies)
    office = browser.as_(make_administrator())
    give_password(browser)

    assert "second-factor" in office.get("people.person.show", user_id=user.id).text
    assert office.get("people.lost_phone.edit", user_id=user.id).status_code == 200
    assert office.post("people.lost_phone.delete", user_id=user.id).status_code == 303

    assert db.session.scalars(select(Notice.event)).one() == "second_factor_removed"
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "second_factor.removed")
    ).one()
    assert (event.actor_id, event.object_id) == (office.user.id, user.id)
    assert event.details == {"by": "office"}
    assert give_step(browser, "000000").headers["Location"] == "/sign-in", "begun before, void now"
    give_password(browser)
    assert is_in(browser)
    assert "retirée" in browser.get("notices.notice.index").text


def test_it_is_told_by_mail_as_well(app, database):
    class Postbox:
        is_set_up = True
        mails: list[Mail] = []

        def send(self, mail):
            self.mails.append(mail)

    user, _, _ = protected(email="hajja@exemple.invalid", language="ar")
    before = app.extensions["adapters"]
    app.extensions["adapters"] = replace(before, mail=Postbox())
    try:
        second_factor.take_off(user, actor=Actor(user_id=make_administrator().id), now=NOW)
        db.session.commit()
        run_until_idle(app)
    finally:
        app.extensions["adapters"] = before

    [mail] = Postbox.mails
    assert mail.recipient == "hajja@exemple.invalid"
    assert "الخطوة الثانية" in mail.text


def test_nobody_takes_their_own_off_that_way(browser):
    user, _, _ = protected()
    reader = browser.as_(user)

    assert "second-factor" not in re.sub(
        r"/account/\S+", "", reader.get("people.person.show", user_id=user.id).text
    )
    assert reader.post("people.lost_phone.delete", user_id=user.id).status_code == 409
    assert find_factor(user.id) is not None


def test_the_head_of_studies_takes_nobodys_off(browser):
    user, _, _ = protected()
    reader = browser.as_(make_head_of_studies())

    assert reader.post("people.lost_phone.delete", user_id=user.id).status_code == 403
    assert find_factor(user.id) is not None


def test_the_last_administrator_is_helped_from_the_command_line(app, database):
    user, _, _ = protected()
    runner = app.test_cli_runner()
    from ecopter.people.cli import remove_second_factor

    done = runner.invoke(remove_second_factor, ["HAJJA"])
    again = runner.invoke(remove_second_factor, ["hajja"])
    unknown = runner.invoke(remove_second_factor, ["nobody"])

    assert (done.exit_code, again.exit_code, unknown.exit_code) == (0, 1, 1)
    assert find_factor(user.id) is None
    assert actions() == ["second_factor.set_up", "second_factor.removed"]
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert (last.actor_id, last.details) == (None, {"by": "command"})
    assert db.session.scalar(select(func.count(Notice.id))) == 1


# No way around


def test_a_code_for_a_forgotten_password_does_not_pass_the_second_step_by(browser):
    user, phone, _ = protected()
    issued = codes.issue_code(user, actor=Actor(), now=NOW)

    answer = browser.post(
        "people.password.create",
        {"sign_in_name": "hajja", "code": issued.code, "password": "another four words"},
    )

    assert answer.headers["Location"] == "/sign-in/second-step?next=/"
    assert not is_in(browser)
    assert give_step(browser, phone.shows()).status_code == 303
    assert is_in(browser)


@pytest.mark.parametrize("event", ["signed out everywhere", "new password", "deactivated"])
def test_what_ends_sessions_ends_a_half_open_sign_in(browser, event):
    user, phone, _ = protected()
    stolen = browser.as_(user)
    give_password(browser)
    office = Actor(user_id=make_administrator().id)
    user = get_user(user.id)

    if event == "signed out everywhere":
        signing_in.sign_out_everywhere(user, actor=office, now=NOW)
    elif event == "new password":
        issued = codes.issue_code(user, actor=office, now=NOW)
        db.session.commit()
        codes.redeem_code(
            "hajja", issued.code, "another four words", own_phone=False, address="", now=NOW
        )
    else:
        administration.deactivate(user, DeactivationReason.SECURITY, actor=office, now=NOW)

    assert give_step(browser, phone.shows()).headers["Location"] == "/sign-in"
    assert not is_in(browser)
    assert not is_in(stolen)


def test_who_begins_to_sign_in_leaves_the_session_before(browser):
    protected()
    other = browser.as_(make_user())
    kept = other.client.get_cookie("ecopter").value

    give_password(other)
    other.client.set_cookie("ecopter", kept)

    assert not is_in(other)


def test_everybody_else_signs_in_as_before(browser):
    make_administrator(sign_in_name="other", password_hash=passwords.hash_password(PASSWORD))

    assert give_password(browser, "other").headers["Location"] == "/"
    assert is_in(browser)


def test_half_open_sign_ins_are_forgotten(database):
    protected()
    for minutes in (0, 1, 30):
        half_open(NOW + timedelta(minutes=minutes))

    assert db.session.scalar(select(func.count(HalfOpenSignIn.id))) == 1


# The reminder


def test_the_home_page_reminds_and_can_be_told_to_wait(browser, clock):
    reader = browser.as_(make_head_of_studies())
    reminder = "/account/second-factor/reminder"
    assert reminder in reader.get("home.show").text

    reader.post("people.second_factor_reminder.update")
    assert reminder not in reader.get("home.show").text

    clock(days=29)
    assert reminder not in reader.get("home.show").text
    clock(days=30)
    # Nobody stays signed in as long: they have to come in again.
    db.session.execute(update(SignIn).values(expires_at=NOW + timedelta(days=60)))
    assert reminder in reader.get("home.show").text
    assert actions() == ["second_factor.put_off"]


@pytest.mark.parametrize("who", ["trainee", "protected"])
def test_nobody_else_is_reminded(browser, who):
    user = make_user() if who == "trainee" else protected()[0]

    assert "/second-factor" not in browser.as_(user).get("home.show").text


# Keeping and bringing back


def test_an_archive_brings_it_back(tmp_path):
    settings = Settings(data=tmp_path / "data", testing=True, secret_key="k" * 40)
    app = create_app(settings, with_clock(outside_world(settings), lambda: NOW))
    migrations.init_app(app)
    with app.app_context():
        upgrade()
        user, phone, spare = protected()
        make_backup(tmp_path / "school.zip", now=NOW, progress=lambda *_: None)
        second_factor.turn_off(get_user(user.id), actor=Actor(user_id=user.id), now=NOW)
        db.session.commit()

        restore(tmp_path / "school.zip", now=NOW, progress=lambda *_: None)
        db.session.commit()

        first, second = Browser(app), Browser(app)
        give_password(first)
        assert not is_in(first)
        assert give_step(first, phone.shows()).status_code == 303
        give_password(second)
        assert give_step(second, spare[0]).status_code == 303
        assert is_in(first)
        assert is_in(second)
        db.session.remove()
        db.engine.dispose()


def test_it_goes_with_the_people_of_the_demonstration(database):
    user, _, _ = protected(is_demo=True)
    half_open()
    protected(sign_in_name="real")
    rows = DemoRows(METADATA)

    gone = {
        table: db.session.scalars(select(METADATA.tables[table].c.user_id).where(
            METADATA.tables[table].c.id.in_(rows.ids(table)))).all()
        for table in ("second_factors", "recovery_codes", "half_open_sign_ins")
    }  # fmt: skip

    assert [set(of) for of in gone.values()] == [{user.id}] * 3
    assert not [tie for tie in rows.ties() if tie.table in gone]
