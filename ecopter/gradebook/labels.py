"""The words and tones of competences and of cells in the gradebook."""

from ecopter.gradebook.rules import CompetenceOutcome
from ecopter.platform.i18n import lazy

OUTCOME: dict[CompetenceOutcome, str] = {
    CompetenceOutcome.ACQUIRED: lazy("Competence acquired"),
    CompetenceOutcome.IN_PROGRESS: lazy("Competence being acquired"),
    CompetenceOutcome.NOT_ACQUIRED: lazy("Competence not acquired"),
    CompetenceOutcome.NOT_ASSESSED: lazy("Competence not assessed yet"),
}
OUTCOME_SHORT: dict[CompetenceOutcome, str] = {
    CompetenceOutcome.ACQUIRED: lazy("Acquired"),
    CompetenceOutcome.IN_PROGRESS: lazy("Being acquired"),
    CompetenceOutcome.NOT_ACQUIRED: lazy("Not acquired"),
    CompetenceOutcome.NOT_ASSESSED: lazy("Not assessed"),
}
TONE: dict[CompetenceOutcome, str] = {
    CompetenceOutcome.ACQUIRED: "done",
    CompetenceOutcome.IN_PROGRESS: "late",
    CompetenceOutcome.NOT_ACQUIRED: "absent",
    CompetenceOutcome.NOT_ASSESSED: "neutral",
}
TO_GRADE = lazy("To grade")
EXCUSED = lazy("Exempted")
# What a gradebook is ordered by.
ORDER: dict[str, str] = {
    "name": lazy("Trainee"),
    "mean": lazy("Mean of the marks"),
    "judged": lazy("Graded exercises"),
}
