"""Slips for a whole cohort: who gets one, who never does, and how many fit on a sheet."""

import re
from io import BytesIO

import pypdf
import pytest
from playwright.sync_api import Route
from sqlalchemy import func, select

from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.cohorts.models import CohortInstructor
from ecopter.cohorts.queries.slips import get_slip_sheet
from ecopter.db import db
from ecopter.people.models import OneTimeCode, UserRole
from ecopter.people.rules import SchoolRole
from ecopter.people.services import codes
from ecopter.shared.errors import Invalid
from tests.clock import NOW, TODAY
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.people import make_administrator, make_user

PASSWORD = "four words of mine"
HOME = "http://localhost"


def places(cohort):
    return [line.enrolment_id for line in get_slip_sheet(cohort.id, NOW).lines]


def read_slips(page):
    """Sign-in name and code, slip after slip."""
    found = re.findall(r'class="slip__code">([^<]+)<', page.text)
    return list(zip(found[::2], found[1::2], strict=True))


def redeem(name, code):
    return codes.redeem_code(name, code, PASSWORD, own_phone=False, address="::1", now=NOW)


def test_those_without_a_password_are_ticked_already(browser):
    cohort = make_cohort()
    new, old = make_user(family_name_lat="Anza"), make_user(password_hash="x")
    first, second = make_enrolment(cohort, new), make_enrolment(cohort, old)
    left = make_enrolment(cohort, make_user(), periods=((cohort.starts_on, cohort.starts_on),))

    page = browser.as_(instructor_of(cohort)).get("cohorts.slip.new", cohort_id=cohort.id)

    def ticked(enrolment):
        return bool(re.search(rf'id="person-{enrolment.id}" checked', page.text))

    assert [ticked(one) for one in (first, second, left)] == [True, False, False]


def test_every_slip_opens_its_own_account(browser):
    cohort = make_cohort(3)

    page = browser.as_(instructor_of(cohort)).post(
        "cohorts.slip.create", {"people": places(cohort)}, cohort_id=cohort.id
    )

    slips = read_slips(page)
    assert page.status_code == 200
    assert len({code for _, code in slips}) == 3
    assert f"{HOME}/password" in page.text
    db.session.commit()
    for name, code in slips:
        assert redeem(name, code).token
        db.session.commit()


@pytest.mark.parametrize("trainees", [2, 40])
def test_many_codes_cost_as_many_statements_as_two(database, count_queries, trainees):
    cohort = make_cohort(trainees)
    users = [line.user for line in get_slip_sheet(cohort.id, NOW).lines]
    db.session.commit()

    with count_queries() as statements:
        issued = codes.issue_codes(users, about=("cohort", cohort.id), actor=Actor(), now=NOW)

    assert len(issued) == trainees
    assert len(statements) <= 6
    event = db.session.scalars(select(AuditEvent)).one()
    assert event.details == {"users": [user.id for user in users]}


@pytest.mark.parametrize("trainees", [2, 40])
def test_the_list_to_tick_is_five_queries(database, count_queries, trainees):
    cohort = make_cohort(trainees)
    db.session.commit()

    with count_queries() as statements:
        get_slip_sheet(cohort.id, NOW)

    assert len(statements) == 5


def test_codes_given_before_stop_working(browser):
    cohort = make_cohort()
    user = make_user(sign_in_name="ijja")
    make_enrolment(cohort, user)
    before = codes.issue_code(user, actor=Actor(), now=NOW)

    browser.as_(instructor_of(cohort)).post(
        "cohorts.slip.create", {"people": places(cohort)}, cohort_id=cohort.id
    )

    with pytest.raises(Invalid):
        redeem("ijja", before.code)


def a_colleague(cohort, kind):
    user = make_user()
    if kind == "instructor elsewhere":
        other = make_cohort()
        db.session.add(CohortInstructor(cohort_id=other.id, user_id=user.id, from_on=TODAY))
    elif kind == "deactivated":
        user.deactivated_at = NOW
    else:
        db.session.add(UserRole(user_id=user.id, role=SchoolRole.ADMINISTRATOR, from_on=TODAY))
    db.session.flush()
    return make_enrolment(cohort, user)


@pytest.mark.parametrize("kind", ["instructor elsewhere", "administrator", "deactivated"])
def test_there_is_never_a_slip_for_a_colleague_or_a_closed_account(browser, kind):
    cohort = make_cohort(1)
    barred = a_colleague(cohort, kind)
    reader = browser.as_(instructor_of(cohort))

    page = reader.get("cohorts.slip.new", cohort_id=cohort.id)
    answer = reader.post("cohorts.slip.create", {"people": places(cohort)}, cohort_id=cohort.id)

    assert f'id="person-{barred.id}"' not in page.text
    assert answer.status_code == 422
    assert db.session.scalar(select(func.count(OneTimeCode.id))) == 0


@pytest.mark.parametrize(
    "sent", [{}, {"people": ["x"]}, {"people": ["-1"]}, {"people": ["999999999999999999"]}]
)
def test_hostile_and_empty_choices_give_no_code(browser, sent):
    cohort = make_cohort(2)

    answer = browser.as_(instructor_of(cohort)).post(
        "cohorts.slip.create", sent, cohort_id=cohort.id
    )

    assert answer.status_code == 422
    assert db.session.scalar(select(func.count(OneTimeCode.id))) == 0


def test_a_place_of_another_cohort_gets_nothing_here(browser):
    ours, theirs = make_cohort(1), make_cohort(1)

    answer = browser.as_(instructor_of(ours)).post(
        "cohorts.slip.create", {"people": places(theirs)}, cohort_id=ours.id
    )

    assert answer.status_code == 422


def test_the_instructor_of_another_cohort_finds_no_such_page(browser):
    ours, theirs = make_cohort(1), make_cohort(1)
    reader = browser.as_(instructor_of(theirs))

    assert reader.get("cohorts.slip.new", cohort_id=ours.id).status_code == 404
    assert reader.post("cohorts.slip.create", {}, cohort_id=ours.id).status_code == 404


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_a_cohort_without_anyone_says_so(browser, language):
    reader = browser.as_(make_administrator()).in_(language)

    page = reader.get("cohorts.slip.new", cohort_id=make_cohort().id)

    assert page.status_code == 200
    assert 'type="checkbox"' not in page.text


LONGEST = {
    "given_name_lat": "Fatima-Zahra Khadija",
    "family_name_lat": "Aït Abdellah Oubella El Idrissi",
    "given_name_ar": "فاطمة الزهراء خديجة",
    "family_name_ar": "آيت عبد الله أوبلا الإدريسي",
}


@pytest.mark.browser
@pytest.mark.parametrize(("people", "sheets"), [(16, 1), (17, 2)])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_sixteen_slips_are_one_sheet_and_seventeen_two(chromium, browser, language, people, sheets):
    cohort = make_cohort()
    for number in range(people):
        name = f"fatimazahra.aitabdellahoubellaelid{number}"
        make_enrolment(cohort, make_user(**LONGEST, sign_in_name=name))
    reader = browser.as_(instructor_of(cohort)).in_(language)
    page = reader.post("cohorts.slip.create", {"people": places(cohort)}, cohort_id=cohort.id)

    pdf, cut = printed(chromium, reader, page.text)

    assert len(pypdf.PdfReader(BytesIO(pdf)).pages) == sheets
    assert cut == [], "every word of a slip is inside its border"


def printed(chromium, reader, html):
    """The page as Chromium prints it, and the slips whose words do not fit."""

    def answer(route: Route) -> None:
        address = route.request.url.removeprefix(HOME)
        if address == "/slips":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
            return
        with reader.app.app_context():
            found = reader.client.get(address)
        route.fulfill(status=found.status_code, body=found.data, headers=dict(found.headers))

    page = chromium.new_page()
    page.route("**/*", answer)
    page.goto(f"{HOME}/slips")
    page.emulate_media(media="print")
    page.evaluate("document.fonts.ready")
    cut = page.evaluate(
        "[...document.querySelectorAll('.slip')]"
        ".filter(s => s.scrollHeight > s.clientHeight + 1 || s.scrollWidth > s.clientWidth + 1)"
        ".map(s => s.innerText)"
    )
    pdf = page.pdf(prefer_css_page_size=True)
    page.close()
    return pdf, cut
