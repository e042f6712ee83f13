"""Answers outlive a lost network: the real page and script, in a real browser."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright
from sqlalchemy import func, select
from werkzeug.serving import make_server

from ecopter.assessment.models import QuizAttempt
from ecopter.db import db
from ecopter.people.models import User
from tests.browser import Browser
from tests.factories.cohorts import make_enrolment
from tests.factories.people import make_user
from tests.factories.quiz import make_quiz_place

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("database")]
ANSWERS = "[...new FormData(document.querySelector('.quiz__form'))].filter(([n]) => n[0] == 'q')"
KEPT = "Object.keys(localStorage).length"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def drive(script: Callable[[BrowserContext], None]) -> None:
    """Run a script in a thread of its own: Playwright allows one driver per thread."""

    def run() -> None:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
            context.set_default_timeout(15_000)
            script(context)
            chromium.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(run).result()


def session_of(app: Flask, user: User) -> dict[str, str]:
    cookie = Browser(app).as_(user).client.get_cookie("ecopter")
    return {"name": cookie.key, "value": cookie.value, "domain": "127.0.0.1", "path": "/"}


def answer_all(page: Page) -> None:
    for question in page.locator(".quiz__question").all():
        boxes = question.locator("[type=radio], [type=checkbox]")
        if boxes.count():
            boxes.first.check()
        else:
            question.locator("[type=text]").fill("٣")


def send(page: Page) -> None:
    page.locator(".quiz__form .button--primary").click()


def attempts() -> int:
    return db.session.scalar(select(func.count(QuizAttempt.id))) or 0


def test_answers_outlive_a_reload_a_lost_network_and_a_lost_reply(app, address):
    place = make_quiz_place()
    where = address + Browser(app).url("assessment.quiz.show", **place.address)
    session = session_of(app, place.trainee)
    db.session.remove()

    def script(context: BrowserContext) -> None:
        context.add_cookies([session])
        page = context.new_page()
        page.goto(where)
        answer_all(page)
        given, key = page.evaluate(ANSWERS), page.input_value("[name=key]")

        page.reload()
        assert page.evaluate(ANSWERS) == given
        assert page.input_value("[name=key]") == key

        context.set_offline(True)
        send(page)
        assert page.inner_text(".quiz__kept") == page.get_attribute(".quiz__kept", "data-offline")
        assert page.evaluate(ANSWERS) == given
        context.set_offline(False)

        def lose_the_reply(route: Route) -> None:
            route.fetch(max_redirects=0)
            route.abort()

        page.route(where, lose_the_reply, times=1)
        send(page)
        page.wait_for_url("chrome-error://**")
        page.goto(where)
        assert page.locator(".quiz__attempt").count() == 1
        assert page.evaluate(ANSWERS) == [[name, ""] for name, value in given if value == "٣"]
        assert page.evaluate(KEPT) == 0

    drive(script)

    assert attempts() == 1


def test_a_double_click_is_one_attempt_and_the_copy_goes(app, address):
    place = make_quiz_place()
    where = address + Browser(app).url("assessment.quiz.show", **place.address)
    session = session_of(app, place.trainee)
    db.session.remove()

    def script(context: BrowserContext) -> None:
        context.add_cookies([session])
        page = context.new_page()
        page.goto(where)
        answer_all(page)
        assert page.evaluate(KEPT) == 1
        page.locator(".quiz__form .button--primary").dblclick()
        page.wait_for_url("**/attempts/*")
        assert page.evaluate(KEPT) == 0

    drive(script)

    assert attempts() == 1


def test_another_account_on_the_same_device_sees_nothing(app, address):
    place = make_quiz_place()
    sister = make_user()
    hers = {"enrolment_id": make_enrolment(place.cohort, sister).id, "lesson_id": place.lesson.id}
    first = address + Browser(app).url("assessment.quiz.show", **place.address)
    second = address + Browser(app).url("assessment.quiz.show", **hers)
    sessions = [session_of(app, place.trainee), session_of(app, sister)]
    db.session.remove()

    def script(context: BrowserContext) -> None:
        page = context.new_page()
        for session, where, checked in (
            (sessions[0], first, 0),
            (sessions[1], second, 0),
            (sessions[0], first, 2),
        ):
            context.clear_cookies()
            context.add_cookies([session])
            page.goto(where)
            assert page.locator(".quiz__form :checked").count() == checked
            if session is sessions[0]:
                answer_all(page)

    drive(script)


def test_a_quiz_is_taken_without_scripts(app, address):
    place = make_quiz_place()
    where = address + Browser(app).url("assessment.quiz.show", **place.address)
    session = session_of(app, place.trainee)
    db.session.remove()

    def script(context: BrowserContext) -> None:
        plain = context.browser.new_context(java_script_enabled=False, locale="fr-FR")
        plain.add_cookies([session])
        page = plain.new_page()
        page.goto(where)
        page.locator("[type=radio]").first.check()
        send(page)
        page.wait_for_selector(".error-summary")
        page.locator("[name=anyway]").click()
        page.wait_for_url("**/attempts/*")

    drive(script)

    assert attempts() == 1
