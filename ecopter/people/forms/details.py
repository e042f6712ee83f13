"""Forms for the details of a person: one's own, and anyone's for the office."""

from typing import Any

from flask_babel import gettext
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from ecopter.people.forms.entering import PLAIN
from ecopter.people.labels import CIVILITY, countries
from ecopter.people.models import User
from ecopter.people.rules import Civility, PersonName
from ecopter.people.rules.sign_in_names import LONGEST, is_sign_in_name
from ecopter.platform.i18n import lazy as _
from ecopter.shared.languages import LANGUAGES
from ecopter.ui.forms import PageForm

# Only what a slip of the finger breaks: whether an address exists, a mail alone can tell.
ADDRESS = r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"
# Signs that no name has; those that turn the direction of a line would turn a whole paper round.
FOREIGN = r"<>{}|\\^\[\]\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069"
LATIN = rf"^[^\u0600-\u06FF\u0750-\u077F{FOREIGN}]*$"
ARABIC = r"^[\u0600-\u06FF\u0750-\u077F\s'’.-]*$"
ANY_SCRIPT = rf"^[^{FOREIGN}]*$"


class DetailsForm(PageForm):
    """Names in two scripts, how papers address the person, and where they are reached."""

    given_name_lat = StringField(
        _("Given name (Latin letters)"),
        validators=[
            InputRequired(_("Write your given name.")),
            Length(max=80),
            Regexp(LATIN, message=_("Use Latin letters here.")),
        ],
        render_kw={"autocomplete": "given-name", "dir": "ltr"},
    )
    family_name_lat = StringField(
        _("Family name (Latin letters)"),
        validators=[
            InputRequired(_("Write your family name.")),
            Length(max=80),
            Regexp(LATIN, message=_("Use Latin letters here.")),
        ],
        render_kw={"autocomplete": "family-name", "dir": "ltr"},
    )
    given_name_ar = StringField(
        _("Given name (Arabic letters)"),
        validators=[Length(max=80), Regexp(ARABIC, message=_("Use Arabic letters here."))],
        render_kw={"lang": "ar", "dir": "rtl"},
    )
    family_name_ar = StringField(
        _("Family name (Arabic letters)"),
        validators=[Length(max=80), Regexp(ARABIC, message=_("Use Arabic letters here."))],
        render_kw={"lang": "ar", "dir": "rtl"},
    )
    civility = RadioField(
        _("How should papers address you?"),
        choices=[SelectChoice(value.value, text) for value, text in CIVILITY.items()],
        coerce=Civility,
        # Without an answer the name stands alone: nobody is guessed to be a madam or a sir.
        default=Civility.NEUTRAL,
        validators=[InputRequired(_("Choose an answer."))],
    )
    email = EmailField(
        _("E-mail"),
        validators=[
            Optional(strip_whitespace=True),
            Length(max=200),
            Regexp(ADDRESS, message=_("This is not an e-mail address.")),
        ],
        render_kw={"autocomplete": "email", "dir": "ltr"},
    )
    telephone = TelField(
        _("Telephone"),
        validators=[
            Length(max=40),
            Regexp(r"^[0-9٠-٩+() .-]*$", message=_("Use digits, spaces and + only.")),
        ],
        render_kw={"autocomplete": "tel", "dir": "ltr"},
    )
    town = StringField(
        _("Town or village"),
        validators=[Length(max=120), Regexp(ANY_SCRIPT, message=_("Use letters and digits."))],
        render_kw={"dir": "auto"},
    )
    country = SelectField(_("Country of residence"), default="")

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {"": gettext("not said"), **countries(user.country if user else "")}
        self.country.choices = [SelectChoice(code, words) for code, words in known.items()]

    def name(self) -> PersonName:
        return PersonName(
            self.given_name_lat.data or "",
            self.family_name_lat.data or "",
            self.given_name_ar.data or "",
            self.family_name_ar.data or "",
        )

    def contact(self) -> dict[str, str]:
        """E-mail, telephone, town and country, as the services take them."""
        fields = (self.email, self.telephone, self.town, self.country)
        return {field.name: field.data or "" for field in fields}


class AccountForm(DetailsForm):
    """One's own details, as papers and the office use them."""

    # Codes go to the e-mail address: whoever picks up an open phone must not change it.
    current_password = PasswordField(
        _("Your password, only if you change the e-mail"),
        render_kw={"autocomplete": "current-password", **PLAIN},
    )
    next = HiddenField()

    @classmethod
    def for_user(cls, user: User, **data: str) -> "AccountForm":
        return cls(obj=user, user=user, data=data)


class PersonForm(DetailsForm):
    """Anyone's details, written by the office."""

    sign_in_name = StringField(
        _("Sign-in name"),
        validators=[
            Length(max=LONGEST),
        ],
        render_kw={"autocomplete": "off", **PLAIN},
    )
    language = SelectField(
        _("Language of their pages and messages"),
        choices=[
            SelectChoice("", _("as their phone says")),
            *(SelectChoice(tag, language.name) for tag, language in LANGUAGES.items()),
        ],
        default="",
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.civility.label.text = gettext("How should papers address this person?")
        self.civility.choices = [
            SelectChoice(value.value, text)
            for value, text in {**CIVILITY, Civility.NEUTRAL: gettext("The name alone")}.items()
        ]
        for field, wanted in (
            (self.given_name_lat, gettext("Write the given name.")),
            (self.family_name_lat, gettext("Write the family name.")),
        ):
            field.validators = (InputRequired(wanted), *field.validators[1:])
        # The browser would fill in the details of whoever sits in the office.
        for field in (self.given_name_lat, self.family_name_lat, self.email, self.telephone):
            field.render_kw = {**(field.render_kw or {}), "autocomplete": "off"}

    @classmethod
    def for_user(cls, user: User) -> "PersonForm":
        return cls(obj=user, user=user)

    def validate_sign_in_name(self, field: StringField) -> None:
        if not is_sign_in_name(field.data or ""):
            raise ValidationError(gettext("Use letters, digits, dots and hyphens."))
