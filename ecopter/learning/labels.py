"""The words readers see for where they stand."""

from ecopter.learning.rules import Condition, StepState, WorkState
from ecopter.platform.i18n import lazy as _

STATE = {
    StepState.DONE: _("Finished"),
    StepState.NOW: _("Now"),
    StepState.TODO: _("To do"),
}

TONE = {StepState.DONE: "done", StepState.NOW: "late", StepState.TODO: "neutral"}

CONDITION = {
    Condition.QUIZZES: _("Quizzes passed"),
    Condition.EXERCISES: _("Exercises handed in"),
    Condition.ATTENDANCE: _("Attendance"),
}

WORK = {
    WorkState.HANDED_IN: _("Exercise handed in"),
    WorkState.MARKED: _("Exercise marked"),
}
