"""Forms for coming in: a name and a password, or a code."""

from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from ecopter.people.rules import PASSWORD_LENGTH, password_fault
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import say
from ecopter.shared.text import N_
from ecopter.ui.forms import PageForm

PLAIN = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false", "dir": "ltr"}


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
    # Nobody reads the name of a hidden field; without one, the library opens its dictionary.
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


class RedeemForm(PageForm):
    """A code and a new password.

    The password is shown while it is typed: seen is copied right, and nobody types it twice.
    Whoever cannot think of one takes the four words that the page suggests.
    """

    sign_in_name = sign_in_name_field()
    code = StringField(
        _("Code"),
        validators=[InputRequired(_("Write the code you were given.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "text", **PLAIN},
    )
    password = StringField(
        _("New password"),
        render_kw={"autocomplete": "new-password", "minlength": PASSWORD_LENGTH, **PLAIN},
    )
    suggestion = HiddenField()
    takes_suggestion = BooleanField(_("Take these four words; I have written them down"))
    own_phone = own_phone_field()

    def new_password(self) -> str:
        """What was typed, else the suggestion if it was taken."""
        taken = self.suggestion.data if self.takes_suggestion.data else ""
        return self.password.data or taken or ""

    def validate_password(self, field: StringField) -> None:
        if not self.new_password():
            raise ValidationError(say(N_("Write a new password.")))
        fault = password_fault(self.new_password(), self.sign_in_name.data or "")
        if fault:
            raise ValidationError(say(fault, length=PASSWORD_LENGTH))
