"""What may be typed about attendance."""

from ecopter.attendance.forms.absence import AbsenceForm, DecisionForm
from ecopter.attendance.forms.correction import CorrectionForm
from ecopter.attendance.forms.register import RegisterForm, Row

__all__ = ["AbsenceForm", "CorrectionForm", "DecisionForm", "RegisterForm", "Row"]
