"""The form of the slips: for whom a code is made."""

from wtforms import SelectMultipleField
from wtforms.validators import InputRequired

from ecopter.platform.i18n import lazy as _
from ecopter.ui.forms import PageForm


class SlipsForm(PageForm):
    """Places in a cohort. Whether a code may be given is asked of the school's data, not here."""

    people = SelectMultipleField(
        _("People"),
        coerce=int,
        validate_choice=False,
        validators=[InputRequired(_("Choose at least one person."))],
    )
