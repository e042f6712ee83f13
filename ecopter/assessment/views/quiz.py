"""The quiz of a lesson, all questions on one page."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ecopter.assessment.forms.quiz import QuizForm, control_id
from ecopter.assessment.labels.quiz import REASONS
from ecopter.assessment.models import QuizAttempt
from ecopter.assessment.queries.quiz import Quiz, get_quiz, get_quiz_to_take
from ecopter.assessment.services.quiz import has_other_answers, send_attempt
from ecopter.authorization.guard import current_actor, requires
from ecopter.authorization.policy import Permission
from ecopter.platform.clock import request_now

bp = Blueprint("quiz", __name__, url_prefix="/path/<int:enrolment_id>/lessons/<int:lesson_id>/quiz")


@bp.get("")
@requires(Permission.COURSE_VIEW, subject=get_quiz)
def show(quiz: Quiz) -> ResponseReturnValue:
    return _page(quiz, QuizForm(quiz))


@bp.post("")
@requires(Permission.QUIZ_TAKE, subject=get_quiz_to_take)
def create(quiz: Quiz) -> ResponseReturnValue:
    form = QuizForm.sent(quiz, request.form)
    earlier = quiz.attempt_sent_with(form.key)
    if earlier is None and not quiz.is_closed and not form.validate():
        return _page(quiz, form), 422
    if earlier is None and quiz.is_closed:
        return _page(quiz, form), 409
    if earlier is not None and has_other_answers(earlier, form.answers):
        return _page(quiz, form.with_new_key(), earlier=earlier), 409

    attempt = send_attempt(
        quiz, form.answers, key=form.key, actor=current_actor(), now=request_now()
    )
    flash(_("Your answers have arrived."), "success")
    return redirect(url_for("assessment.attempt.show", attempt_id=attempt.id), code=303)


def _page(quiz: Quiz, form: QuizForm, earlier: QuizAttempt | None = None) -> str:
    return render_template(
        "assessment/quiz/show.html",
        quiz=quiz,
        form=form,
        earlier=earlier,
        control_id=control_id,
        reasons=REASONS,
    )
