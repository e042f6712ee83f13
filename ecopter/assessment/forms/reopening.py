"""Why one more attempt is given: one of the usual reasons in one tap, or a sentence."""

from wtforms import HiddenField, StringField
from wtforms.validators import Length

from ecopter.assessment.models import ReopenedWork
from ecopter.assessment.services.reopening import LONGEST_REASON, NO_REASON
from ecopter.platform.i18n import lazy as _
from ecopter.ui.forms import PageForm


class ReopeningForm(PageForm):
    work = HiddenField(default=ReopenedWork.QUIZ.value)
    next = HiddenField()
    # A button carries its words; what is written counts when no such button was pressed.
    usual = HiddenField()
    reason = StringField(_("Another reason"), validators=[Length(max=LONGEST_REASON)])

    def validate(self, extra_validators: object = None) -> bool:
        valid = super().validate()
        if not self.given_reason:
            self.reason.errors = (*self.reason.errors, _(NO_REASON))
            return False
        return valid

    @property
    def given_reason(self) -> str:
        return (self.usual.data or self.reason.data or "").strip()

    @property
    def chosen_work(self) -> ReopenedWork:
        """The exercise when it is named; otherwise the quiz."""
        return ReopenedWork.EXERCISE if self.work.data == "exercise" else ReopenedWork.QUIZ
