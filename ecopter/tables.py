"""Every table of the school, for migrations and for nothing else."""

from ecopter.assessment import models as assessment
from ecopter.attendance import models as attendance
from ecopter.audit import models as audit
from ecopter.certificates import models as certificates
from ecopter.cohorts import models as cohorts
from ecopter.curricula import models as curricula
from ecopter.db import Root
from ecopter.learning import models as learning
from ecopter.people import models as people
from ecopter.platform import jobs
from ecopter.questions import models as questions
from ecopter.school import models as school
from ecopter.timetable import models as timetable

__all__ = [
    "METADATA",
    "assessment",
    "attendance",
    "audit",
    "certificates",
    "cohorts",
    "curricula",
    "jobs",
    "learning",
    "people",
    "questions",
    "school",
    "timetable",
]

METADATA = Root.metadata
