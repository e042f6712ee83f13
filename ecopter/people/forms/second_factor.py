"""Forms of the second step: six digits of the phone, or a recovery code."""

from typing import Any

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from ecopter.people.forms.entering import PLAIN
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import say
from ecopter.shared.text import N_
from ecopter.ui.forms import PageForm

ONE_TIME: dict[str, Any] = {"autocomplete": "one-time-code", "inputmode": "numeric", **PLAIN}


class StepForm(PageForm):
    """The second step of signing in.

    Two fields, because a keypad of digits has no letters; either takes either kind of code.
    """

    step_code = StringField(
        _("The six digits that the phone shows"), validators=[Length(max=80)], render_kw=ONE_TIME
    )
    recovery_code = StringField(
        _("Phone lost, or not here? One of your recovery codes instead"),
        validators=[Length(max=80)],
        render_kw={"autocomplete": "off", **PLAIN},
    )
    next = HiddenField()

    @property
    def used(self) -> str:
        """The name of the field that was written in; its error stands there."""
        return "recovery_code" if self.recovery_code.data else "step_code"

    def typed(self) -> str:
        return self[self.used].data or ""

    def validate_step_code(self, field: StringField) -> None:
        if not self.typed():
            raise ValidationError(say(N_("Write the code of your phone.")))


class FirstCodeForm(PageForm):
    """The first code that a phone shows, which proves that it was given the key."""

    step_code = StringField(
        _("The six digits that the phone shows"),
        validators=[InputRequired(_("Write the code of your phone.")), Length(max=80)],
        render_kw=ONE_TIME,
    )
