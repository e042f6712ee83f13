"""Every table of the school, for migrations and for nothing else."""

from ecopter.assessment import models as assessment
from ecopter.associations import models as associations
from ecopter.attendance import models as attendance
from ecopter.audit import models as audit
from ecopter.certificates import models as certificates
from ecopter.cohorts import models as cohorts
from ecopter.curricula import models as curricula
from ecopter.db import Root
from ecopter.learning import models as learning
from ecopter.notices import models as notices
from ecopter.people import models as people
from ecopter.platform import jobs
from ecopter.products import models as products
from ecopter.questions import models as questions
from ecopter.school import models as school
from ecopter.timetable import models as timetable

__all__ = [
    "METADATA",
    "assessment",
    "associations",
    "attendance",
    "audit",
    "certificates",
    "cohorts",
    "curricula",
    "jobs",
    "learning",
    "notices",
    "people",
    "products",
    "questions",
    "school",
    "timetable",
]

METADATA = Root.metadata
