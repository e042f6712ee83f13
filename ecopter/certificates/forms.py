"""Forms for issuing, revoking and replacing papers."""

from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from ecopter.platform.i18n import lazy as _
from ecopter.ui.forms import PageForm

REASON_LENGTH = 300


class IssueForm(PageForm):
    """Who gets a paper, by enrolment. Whether they may is asked of the school's data, not here."""

    people = SelectMultipleField(
        _("People"),
        coerce=int,
        validate_choice=False,
        validators=[InputRequired(_("Choose at least one person."))],
    )


class RevocationForm(PageForm):
    reason = StringField(
        _("Reason"), validators=[InputRequired(_("Write the reason.")), Length(max=REASON_LENGTH)]
    )


class ReissueForm(PageForm):
    reason = StringField(
        _("What is corrected"),
        validators=[InputRequired(_("Write the reason.")), Length(max=REASON_LENGTH)],
    )


class CodeForm(PageForm):
    """Typed by anyone who holds a paper; sent by GET, so that the answer has an address."""

    code = StringField(_("Verification code"))
