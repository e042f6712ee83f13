"""Forms for issuing, revoking and replacing papers."""

from wtforms import HiddenField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from ecopter.people.forms.details import ARABIC, LATIN
from ecopter.people.rules import PersonName
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


class NameCorrectionForm(PageForm):
    """A name as papers print it; `confirmed` comes from the page that shows before and after."""

    given_name_lat = StringField(
        _("Given name (Latin letters)"),
        validators=[
            InputRequired(_("Write the given name.")),
            Length(max=80),
            Regexp(LATIN, message=_("Use Latin letters here.")),
        ],
        render_kw={"dir": "ltr", "lang": "fr", "autocomplete": "off"},
    )
    family_name_lat = StringField(
        _("Family name (Latin letters)"),
        validators=[
            InputRequired(_("Write the family name.")),
            Length(max=80),
            Regexp(LATIN, message=_("Use Latin letters here.")),
        ],
        render_kw={"dir": "ltr", "lang": "fr", "autocomplete": "off"},
    )
    given_name_ar = StringField(
        _("Given name (Arabic letters)"),
        validators=[Length(max=80), Regexp(ARABIC, message=_("Use Arabic letters here."))],
        render_kw={"dir": "rtl", "lang": "ar", "autocomplete": "off"},
    )
    family_name_ar = StringField(
        _("Family name (Arabic letters)"),
        validators=[Length(max=80), Regexp(ARABIC, message=_("Use Arabic letters here."))],
        render_kw={"dir": "rtl", "lang": "ar", "autocomplete": "off"},
    )
    confirmed = HiddenField()

    def name(self) -> PersonName:
        return PersonName(
            self.given_name_lat.data or "",
            self.family_name_lat.data or "",
            self.given_name_ar.data or "",
            self.family_name_ar.data or "",
        )


class CodeForm(PageForm):
    """Typed by anyone who holds a paper; sent by GET, so that the answer has an address."""

    code = StringField(_("Verification code"))
