"""Pages of quizzes, exercises, grades and their publication."""

from flask import Blueprint

from ecopter.assessment.views import (
    attempt,
    file,
    grading,
    observation,
    publication,
    quiz,
    reopening,
    submission,
)

bp = Blueprint("assessment", __name__)
for _resource in (quiz, attempt, reopening, submission, file, grading, observation, publication):
    bp.register_blueprint(_resource.bp)
