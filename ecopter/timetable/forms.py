"""Forms of the timetable."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from ecopter.platform.i18n import lazy as _
from ecopter.ui.forms import PageForm


class CancellationForm(PageForm):
    reason = StringField(
        _("Reason"),
        validators=[
            DataRequired(_("Write why the half-day is cancelled.")),
            Length(max=200, message=_("Write at most %(max)d characters.")),
        ],
    )
