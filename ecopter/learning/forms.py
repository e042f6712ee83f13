"""What is written on the way through a course."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from ecopter.platform.i18n import lazy as _
from ecopter.ui.forms import PageForm


class WaiverForm(PageForm):
    """Opens a module before its prerequisites; the reason is shown to the trainee."""

    reason = StringField(
        _("Reason"),
        validators=[
            DataRequired(_("Write why this module may be opened already.")),
            Length(max=200, message=_("Use at most %(max)d characters.")),
        ],
    )
