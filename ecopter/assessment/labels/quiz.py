"""The words for what is missing in an answer, and for why a quiz is opened again."""

from collections.abc import Mapping, Sequence

from ecopter.assessment.models import ReopenedWork
from ecopter.assessment.rules.quiz import Gap
from ecopter.platform.i18n import lazy as _

GAPS: Mapping[Gap, str] = {
    Gap.UNANSWERED: _("no answer yet"),
    Gap.UNREADABLE: _("write a number only, for example 12.5"),
}

WORKS: Mapping[ReopenedWork, str] = {
    ReopenedWork.QUIZ: _("Quiz"),
    ReopenedWork.EXERCISE: _("Exercise"),
}

# One tap each; whatever else there is to say is written.
REASONS: Sequence[str] = (
    _("Network or power cut"),
    _("Lesson gone through again together"),
    _("Absent or ill"),
)
