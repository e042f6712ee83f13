"""Forms for signing in and for one's own account."""

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    StringField,
    TelField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from ecopter.people.labels import CIVILITY
from ecopter.people.models import User
from ecopter.people.rules import PASSWORD_LENGTH, Civility, PersonName, password_fault
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import say
from ecopter.ui.forms import PageForm

PLAIN = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", "dir": "ltr"}
# Only what a slip of the finger breaks: whether an address exists, a mail alone can tell.
ADDRESS = r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$"
LATIN = r"^[^\u0600-\u06FF\u0750-\u077F<>{}|\\^\[\]]*$"
ARABIC = r"^[\u0600-\u06FF\u0750-\u077F\s'’.-]*$"


def sign_in_name_field() -> StringField:
    return StringField(
        _("Sign-in name"),
        validators=[InputRequired(_("Write your sign-in name.")), Length(max=80)],
        render_kw={"autocomplete": "username", **PLAIN},
    )


def own_phone_field() -> BooleanField:
    return BooleanField(_("This is my own phone: keep me signed in for 30 days"))


class SignInForm(PageForm):
    sign_in_name = sign_in_name_field()
    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Write your password."))],
        render_kw={"autocomplete": "current-password", **PLAIN},
    )
    own_phone = own_phone_field()
    next = HiddenField()


class ConfirmationForm(PageForm):
    """The password once more, before a grave act."""

    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Write your password."))],
        render_kw={"autocomplete": "current-password", **PLAIN},
    )
    next = HiddenField()


class CodeRequestForm(PageForm):
    sign_in_name = sign_in_name_field()


class NewPasswordForm(PageForm):
    """A new password, shown while it is typed: seen is copied right, and nobody types it twice."""

    password = StringField(
        _("New password"),
        validators=[InputRequired(_("Write a new password."))],
        render_kw={"autocomplete": "new-password", "minlength": PASSWORD_LENGTH, **PLAIN},
    )

    def name_to_avoid(self) -> str:
        return ""

    def validate_password(self, field: StringField) -> None:
        fault = password_fault(field.data or "", self.name_to_avoid())
        if fault:
            raise ValidationError(say(fault, length=PASSWORD_LENGTH))


class RedeemForm(NewPasswordForm):
    sign_in_name = sign_in_name_field()
    code = StringField(
        _("Code"),
        validators=[InputRequired(_("Write the code you were given.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "text", **PLAIN},
    )
    own_phone = own_phone_field()

    def name_to_avoid(self) -> str:
        return self.sign_in_name.data or ""


class AccountForm(PageForm):
    """One's own details, as papers and the office use them."""

    civility = RadioField(
        _("How should papers address you?"),
        choices=[SelectChoice(value.value, text) for value, text in CIVILITY.items()],
        coerce=Civility,
    )
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
    email = EmailField(
        _("E-mail (optional)"),
        validators=[
            Optional(strip_whitespace=True),
            Length(max=200),
            Regexp(ADDRESS, message=_("This is not an e-mail address.")),
        ],
        render_kw={"autocomplete": "email", "dir": "ltr"},
    )
    telephone = TelField(
        _("Telephone (optional)"),
        validators=[
            Length(max=40),
            Regexp(r"^[0-9٠-٩+() .-]*$", message=_("Use digits, spaces and + only.")),
        ],
        render_kw={"autocomplete": "tel", "dir": "ltr"},
    )

    @classmethod
    def for_user(cls, user: User) -> "AccountForm":
        return cls(obj=user)

    def name(self) -> PersonName:
        return PersonName(
            self.given_name_lat.data or "",
            self.family_name_lat.data or "",
            self.given_name_ar.data or "",
            self.family_name_ar.data or "",
        )
