import io
import re
from dataclasses import dataclass
from decimal import Decimal

import pytest

from ecopter.assessment.models import Submission, SubmissionFile
from ecopter.assessment.queries.work import get_exercise, standing
from ecopter.assessment.services.submission import hand_in
from ecopter.audit.models import AuditEvent
from ecopter.authorization.policy import Actor
from ecopter.cohorts.models import Cohort, Enrolment
from ecopter.curricula.models import Lesson
from ecopter.db import db
from ecopter.people.models import User
from ecopter.platform.adapters import adapters
from ecopter.shared.errors import Conflict, Invalid
from tests.assessment.files import pdf, picture
from tests.clock import NOW
from tests.factories.assessment import (
    enrolments_of,
    lessons_of,
    make_grade,
    make_reopening,
    make_submission,
)
from tests.factories.cohorts import instructor_of, make_cohort, make_enrolment
from tests.factories.curricula import make_curriculum
from tests.factories.people import make_user

HTML = b"<!doctype html><script>alert(1)</script>"


@dataclass
class Place:
    cohort: Cohort
    enrolment: Enrolment
    trainee: User
    lesson: Lesson
    instructor: User

    @property
    def address(self) -> dict[str, int]:
        return {"enrolment_id": self.enrolment.id, "lesson_id": self.lesson.id}


@pytest.fixture
def place(database) -> Place:
    cohort = make_cohort(curriculum=make_curriculum(lessons=2))
    trainee = make_user(given_name_lat="Amina")
    enrolment = make_enrolment(cohort, trainee)
    return Place(cohort, enrolment, trainee, lessons_of(cohort)[0], instructor_of(cohort))


def photo(name="photo.jpg", side=64):
    return (io.BytesIO(picture("JPEG", (side, 48))), name)


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.html)[1]


def submissions():
    return list(db.session.scalars(db.select(Submission).order_by(Submission.id)))


def files_of(submission):
    chosen = db.select(SubmissionFile).where(SubmissionFile.submission_id == submission.id)
    return list(db.session.scalars(chosen.order_by(SubmissionFile.position)))


def test_text_and_photos_are_handed_in_and_a_receipt_says_so(browser, place):
    trainee = browser.as_(place.trainee)
    data = {
        "key": "k1",
        "text": "Séché à l'ombre.",
        "photos": [photo()],
        "documents": [(io.BytesIO(pdf()), "fiche.pdf")],
    }

    response = trainee.post("assessment.submission.create", data, **place.address)

    assert response.status_code == 303
    [submission] = submissions()
    assert (submission.text, submission.submitted_at) == ("Séché à l'ombre.", NOW)
    assert [file.name for file in files_of(submission)] == ["photo.jpg", "fiche.pdf"]
    trainee.fetch(response.location)
    words = " ".join(trainee.page.text)
    assert f"{place.lesson.code}-{submission.id:06d}" in words
    assert "23/11/2026" in words
    assert db.session.scalar(db.select(AuditEvent.action).order_by(AuditEvent.sequence.desc())) == (
        "submission.handed_in"
    )


def test_two_clicks_make_one_hand_in(browser, place):
    trainee = browser.as_(place.trainee)
    data = {"key": "same", "text": "Voici."}

    first = trainee.post("assessment.submission.create", data, **place.address)
    second = trainee.post("assessment.submission.create", data, **place.address)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(submissions()) == 1


def test_a_refused_file_keeps_the_text_and_the_good_files(browser, place):
    trainee = browser.as_(place.trainee)
    data = {
        "key": "k",
        "text": "Mon long travail",
        "photos": [photo("bonne.jpg"), (io.BytesIO(HTML), "fausse.jpg")],
    }

    refused = trainee.post("assessment.submission.create", data, **place.address)

    assert refused.status_code == 422
    assert submissions() == []
    assert "Mon long travail" in trainee.page.html
    assert "bonne.jpg" in trainee.page.html
    assert "fausse.jpg" in trainee.page.html
    again = {"key": "k", "text": "Mon long travail", "kept": hidden(trainee.page, "kept")}
    response = trainee.post("assessment.submission.create", again, **place.address)
    assert response.status_code == 303
    assert [file.name for file in files_of(submissions()[0])] == ["bonne.jpg"]


def test_a_kept_file_can_be_removed(browser, place):
    trainee = browser.as_(place.trainee)
    data = {
        "key": "k",
        "photos": [photo("a.jpg", 40), photo("b.jpg", 50), (io.BytesIO(HTML), "c.jpg")],
    }
    trainee.post("assessment.submission.create", data, **place.address)
    digests = re.findall(r'name="remove" value="(\w+)"', trainee.page.html)

    again = {"key": "k", "kept": hidden(trainee.page, "kept"), "remove": digests[0]}
    trainee.post("assessment.submission.create", again, **place.address)

    assert [file.name for file in files_of(submissions()[0])] == ["b.jpg"]


def test_kept_files_of_someone_else_or_another_lesson_are_not_taken(browser, place):
    trainee = browser.as_(place.trainee)
    data = {"key": "k", "text": "x", "photos": [photo(), (io.BytesIO(HTML), "c.jpg")]}
    trainee.post("assessment.submission.create", data, **place.address)
    token = hidden(trainee.page, "kept")
    other = make_user()
    elsewhere = make_enrolment(place.cohort, other)
    lessons = lessons_of(place.cohort)

    browser.as_(other).post(
        "assessment.submission.create",
        {"key": "o", "text": "moi", "kept": token},
        enrolment_id=elsewhere.id,
        lesson_id=place.lesson.id,
    )
    trainee.post(
        "assessment.submission.create",
        {"key": "p", "text": "moi", "kept": token},
        enrolment_id=place.enrolment.id,
        lesson_id=lessons[1].id,
    )
    trainee.post(
        "assessment.submission.create",
        {"key": "q", "text": "x", "kept": token + "x"},
        **place.address,
    )

    assert len(submissions()) == 3
    assert db.session.scalars(db.select(SubmissionFile)).all() == []


def test_what_is_wrong_with_a_document_is_said_beside_the_documents(browser, place):
    trainee = browser.as_(place.trainee)
    data = {"text": "", "documents": (io.BytesIO(b"not a document"), "plan.pdf")}

    page = trainee.post("assessment.submission.create", data, **place.address)

    described = {
        control["name"]: control.get("aria-describedby", "") for control in trainee.page.controls
    }
    assert page.status_code == 422
    assert "documents-error" in described["documents"]
    assert "documents-error" in trainee.page.ids
    assert "photos-error" not in trainee.page.ids


@pytest.mark.parametrize("count", [11, 12])
def test_more_than_ten_photos_are_refused_and_ten_stay(browser, place, count):
    trainee = browser.as_(place.trainee)
    data = {"key": "k", "photos": [photo(f"{n}.jpg", 40 + n) for n in range(count)]}

    assert trainee.post("assessment.submission.create", data, **place.address).status_code == 422

    assert len(re.findall(r'name="remove"', trainee.page.html)) == 10
    assert submissions() == []


def test_nothing_at_all_is_refused(browser, place):
    trainee = browser.as_(place.trainee)

    response = trainee.post(
        "assessment.submission.create", {"key": "k", "text": "  "}, **place.address
    )

    assert response.status_code == 422
    assert submissions() == []


def test_a_hand_in_is_replaced_until_it_is_graded(browser, place):
    trainee = browser.as_(place.trainee)
    data = {"key": "1", "text": "Première", "photos": [photo("une.jpg")]}
    trainee.post("assessment.submission.create", data, **place.address)
    trainee.get("assessment.submission.new", **place.address)
    assert "Première" in trainee.page.html

    again = {
        "key": hidden(trainee.page, "key"),
        "text": "Seconde",
        "kept": hidden(trainee.page, "kept"),
    }
    trainee.post("assessment.submission.create", again, **place.address)

    first, second = submissions()
    assert (first.version, first.is_current) == (1, False)
    assert (second.attempt, second.version, second.is_current) == (1, 2, True)
    assert [file.name for file in files_of(second)] == ["une.jpg"]
    assert trainee.get("assessment.submission.show", submission_id=first.id).status_code == 200
    assert "Première" in trainee.page.html, "an old receipt stays true"
    assert db.session.scalar(db.select(AuditEvent.action).order_by(AuditEvent.sequence.desc())) == (
        "submission.replaced"
    )


def test_a_graded_exercise_is_closed_and_the_page_names_whom_to_ask(browser, place):
    make_submission(place.enrolment, place.lesson)
    make_grade(place.enrolment, place.lesson, by=place.instructor)
    trainee = browser.as_(place.trainee)

    response = trainee.post(
        "assessment.submission.create", {"key": "late", "text": "Trop tard"}, **place.address
    )

    assert response.status_code == 409
    assert "Trop tard" in trainee.page.html, "what was written can still be copied"
    assert "Oumchichka" in trainee.page.html
    assert len(submissions()) == 1


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("graded", "excused")), ("fr", ("dispens",))]
)
@pytest.mark.parametrize("judged", [{}, {"excused_reason": "Certificat"}])
def test_before_publication_the_page_does_not_say_how_it_was_judged(
    browser, place, language, words, judged
):
    levels = () if judged else (3, 3, 3)
    make_grade(
        place.enrolment, place.lesson, levels, by=place.instructor, published=False, **judged
    )
    trainee = browser.as_(place.trainee).in_(language)

    shown = trainee.get("assessment.submission.new", **place.address)
    sent = trainee.post(
        "assessment.submission.create", {"key": "k", "text": "Mon texte"}, **place.address
    )

    assert shown.status_code == 200
    assert sent.status_code == 409
    assert "Mon texte" in sent.text
    for page in (shown, sent):
        banner = page.text.split('class="banner__text"')[1].split("</div>")[0]
        assert "Oumchichka" in banner
        assert not [word for word in ("graded", "excused") if word in banner]


def test_a_reopened_exercise_takes_a_second_try(browser, place):
    make_submission(place.enrolment, place.lesson)
    make_grade(place.enrolment, place.lesson, (1, 2, 2), by=place.instructor)
    make_reopening(place.enrolment, place.lesson, by=place.instructor)
    trainee = browser.as_(place.trainee)

    trainee.get("assessment.submission.new", **place.address)
    trainee.post("assessment.submission.create", {"key": "2", "text": "Mieux"}, **place.address)

    assert [(one.attempt, one.version, one.is_current) for one in submissions()] == [
        (1, 1, True),
        (2, 1, True),
    ]


def test_a_grade_that_came_meanwhile_closes_the_door(place):
    sheet = get_exercise(place.enrolment.id, place.lesson.id)
    make_grade(place.enrolment, place.lesson, by=place.instructor)

    with pytest.raises(Conflict):
        hand_in(sheet, "Texte", [], key="k", actor=Actor(place.trainee.id), now=NOW)


def test_the_service_itself_refuses_nothing_at_all(place):
    sheet = get_exercise(place.enrolment.id, place.lesson.id)

    with pytest.raises(Invalid):
        hand_in(sheet, "", [], key="k", actor=Actor(place.trainee.id), now=NOW)


def test_a_lesson_of_another_course_is_not_found(browser, place):
    stranger = lessons_of(make_cohort())[0]
    trainee = browser.as_(place.trainee)
    there = {"enrolment_id": place.enrolment.id, "lesson_id": stranger.id}

    assert trainee.get("assessment.submission.new", **there).status_code == 404
    assert trainee.post("assessment.submission.create", {"text": "x"}, **there).status_code == 404


def test_only_the_trainee_hands_in(browser, place):
    other = make_user()
    make_enrolment(place.cohort, other)
    outsider = instructor_of(make_cohort())

    def code(user):
        return browser.as_(user).get("assessment.submission.new", **place.address).status_code

    assert (code(place.instructor), code(outsider)) == (403, 404)
    assert code(other) == 404


def test_a_file_is_saved_never_shown_and_only_by_those_who_may(browser, place):
    trainee = browser.as_(place.trainee)
    data = {"key": "k", "photos": [photo("صورة.jpg")]}
    trainee.post("assessment.submission.create", data, **place.address)
    file = files_of(submissions()[0])[0]

    response = trainee.get("assessment.file.show", file_id=file.id)

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''%D8%B5" in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.content_type == "image/jpeg"
    assert len(response.data) == file.size
    assert (
        browser.as_(place.instructor).get("assessment.file.show", file_id=file.id).status_code
        == 200
    )
    for stranger in (make_user(), instructor_of(make_cohort())):
        answer = browser.as_(stranger).get("assessment.file.show", file_id=file.id)
        assert answer.status_code == 404
    assert browser.as_(None).get("assessment.file.show", file_id=file.id).status_code == 303


def test_a_file_lost_from_the_store_says_so(browser, place):
    submission = make_submission(place.enrolment, place.lesson, files=1)
    file = files_of(submission)[0]

    assert (
        browser.as_(place.trainee).get("assessment.file.show", file_id=file.id).status_code == 503
    )


def test_nothing_holds_the_database_while_files_are_checked(browser, place, monkeypatch):
    open_at_check = []
    put = adapters().files.put

    def spy(content):
        open_at_check.append(db.session().in_transaction())
        return put(content)

    monkeypatch.setattr(type(adapters().files), "put", lambda _self, content: spy(content))
    browser.as_(place.trainee).post(
        "assessment.submission.create", {"key": "k", "photos": [photo()]}, **place.address
    )

    assert open_at_check == [False]


def test_standing_shows_the_published_grade_and_nothing_newer(database):
    cohort = make_cohort(trainees=3)
    [lesson] = lessons_of(cohort)
    first, second, third = enrolments_of(cohort)
    teacher = instructor_of(cohort)
    make_submission(first, lesson)
    make_grade(first, lesson, (2, 2, 3), by=teacher, is_current=False)
    make_submission(first, lesson, attempt=2)
    make_grade(first, lesson, (3, 3, 3), by=teacher, published=False, attempt=2)
    make_grade(second, lesson, (), by=teacher)

    found = standing([first.id, second.id, third.id])

    one = found[first.id, lesson.id]
    assert (one.mark, one.levels, one.attempt) == (Decimal("11.7"), (2, 2, 3), 2)
    assert (one.graded, one.published, one.excused) == (True, True, False)
    two = found[second.id, lesson.id]
    assert (two.mark, two.levels, two.excused, two.handed_in_at) == (None, None, True, None)
    assert (third.id, lesson.id) not in found


def test_standing_costs_the_same_for_one_and_for_many(database, count_queries):
    cohort = make_cohort(trainees=20)
    ids = [one.id for one in enrolments_of(cohort)]
    with count_queries() as few:
        standing(ids[:1])
    with count_queries() as many:
        standing(ids)

    assert len(few) == len(many) == 4
