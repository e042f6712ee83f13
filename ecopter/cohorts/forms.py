"""Forms for places in a cohort."""

from wtforms import DateField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from ecopter.platform.i18n import lazy as _
from ecopter.ui.forms import PageForm


class WithdrawalForm(PageForm):
    last_day = DateField(_("Last day of training"), validators=[InputRequired(_("Choose a day."))])
    reason = StringField(
        _("Reason"), validators=[DataRequired(_("Write the reason.")), Length(max=200)]
    )


class ReturnForm(PageForm):
    first_day = DateField(
        _("First day back in training"), validators=[InputRequired(_("Choose a day."))]
    )
