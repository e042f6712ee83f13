"""Forms of an administrator: a role for the whole school, its end, closing an account."""

from wtforms import DateField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from ecopter.people.labels import REASON, ROLE
from ecopter.people.rules import SchoolRole
from ecopter.people.rules.administration import DeactivationReason
from ecopter.platform.i18n import lazy as _
from ecopter.ui.forms import PageForm


class RoleForm(PageForm):
    role = RadioField(
        _("Role"),
        choices=[SelectChoice(value.value, text) for value, text in ROLE.items()],
        coerce=SchoolRole,
        validators=[InputRequired(_("Choose a role."))],
    )
    from_on = DateField(_("From"), validators=[InputRequired(_("Choose a day."))])
    until_on = DateField(_("Last day (empty: no end)"), validators=[Optional()])


class RoleEndForm(PageForm):
    last_day = DateField(_("Last day (empty: at once)"), validators=[Optional()])


class DeactivationForm(PageForm):
    reason = RadioField(
        _("Reason"),
        choices=[SelectChoice(value.value, text) for value, text in REASON.items()],
        coerce=DeactivationReason,
        validators=[InputRequired(_("Choose a reason."))],
    )
