"""Forms for associations and mandates."""

from collections.abc import Sequence
from datetime import date

from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from ecopter.associations.labels import ACTIVITY, DEPARTMENT_CHOICE, OFFICE, STATUS
from ecopter.associations.models import Association
from ecopter.associations.queries import Candidate
from ecopter.associations.rules import (
    FIRST_YEAR,
    MOST_MEMBERS,
    Activity,
    AssociationStatus,
    Office,
    OfficeFacts,
    PublicFacts,
    is_rna,
    is_website,
    plain_rna,
    plain_website,
)
from ecopter.platform.clock import request_now, school_day
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import page_language, say
from ecopter.shared.text import N_
from ecopter.ui.forms import PageForm

ARABIC = r"^[^A-Za-z\u00C0-\u024F<>{}|\\^]*$"
WRONG_RNA = N_("Write W and nine digits, as on the receipt of the prefecture, or nothing.")
WRONG_WEBSITE = N_("Write an address that begins with https:// or leave this empty.")
YEAR_TO_COME = N_("This year has not come yet.")
CHOOSE_A_DAY = _("Choose a day.")


class PublicFactsForm(PageForm):
    """What an association says of itself."""

    department = SelectField(
        _("Department"),
        choices=[
            SelectChoice("", _("Choose a department.")),
            *(SelectChoice(code, words) for code, words in DEPARTMENT_CHOICE.items()),
        ],
        validators=[InputRequired(_("Choose a department."))],
    )
    town = StringField(_("Town"), validators=[Length(max=120)])
    founded_in = IntegerField(
        _("Founded in"),
        validators=[
            Optional(),
            NumberRange(min=FIRST_YEAR, message=_("Write a year from 1901 on, in four digits.")),
        ],
        render_kw={"inputmode": "numeric", "dir": "ltr"},
    )
    member_count = IntegerField(
        _("Number of members"),
        validators=[
            Optional(),
            NumberRange(min=0, max=MOST_MEMBERS, message=_("Write a number from 0 to 100,000.")),
        ],
        render_kw={"inputmode": "numeric", "dir": "ltr"},
    )
    activity = SelectField(
        _("Main activity"),
        choices=[
            SelectChoice("", _("not said")),
            *(SelectChoice(value.value, words) for value, words in ACTIVITY.items()),
        ],
    )
    commune = StringField(_("Commune of action"), validators=[Length(max=120)])
    website = StringField(
        _("Website"),
        filters=[lambda typed: plain_website((typed or "").strip())],
        validators=[Length(max=200)],
        render_kw={"inputmode": "url", "dir": "ltr", "autocapitalize": "none"},
    )

    def validate_founded_in(self, field: IntegerField) -> None:
        if field.data and field.data > school_day(request_now()).year:
            raise ValidationError(say(YEAR_TO_COME))

    def validate_website(self, field: StringField) -> None:
        if field.data and not is_website(field.data):
            raise ValidationError(say(WRONG_WEBSITE))

    def public_facts(self) -> PublicFacts:
        return PublicFacts(
            department=self.department.data,
            town=self.town.data or "",
            founded_in=self.founded_in.data,
            member_count=self.member_count.data,
            activity=Activity(self.activity.data) if self.activity.data else None,
            commune=self.commune.data or "",
            website=self.website.data or "",
        )


class AssociationForm(PublicFactsForm):
    """All of an association, as the office keeps it."""

    # An invented number of the demonstration may stay as it is.
    kept_rna = ""

    name = StringField(
        _("Name"),
        validators=[DataRequired(_("Write the name of the association.")), Length(max=160)],
    )
    name_ar = StringField(
        _("Name in Arabic"),
        validators=[Length(max=160), Regexp(ARABIC, message=_("Use Arabic letters here."))],
        render_kw={"lang": "ar", "dir": "rtl"},
    )
    rna = StringField(
        _("RNA number"),
        filters=[lambda typed: plain_rna(typed or "")],
        validators=[Length(max=20)],
        render_kw={"dir": "ltr", "autocapitalize": "characters"},
    )
    status = RadioField(
        _("Status"),
        choices=[SelectChoice(value.value, words) for value, words in STATUS.items()],
        validators=[InputRequired(_("Choose a status."))],
    )

    def validate_rna(self, field: StringField) -> None:
        if field.data and field.data != self.kept_rna and not is_rna(field.data):
            raise ValidationError(say(WRONG_RNA))

    def office_facts(self) -> OfficeFacts:
        return OfficeFacts(
            name=self.name.data or "",
            name_ar=self.name_ar.data or "",
            rna=self.rna.data or "",
            status=AssociationStatus(self.status.data),
        )


def association_form(association: Association, *, by_office: bool, sent: bool) -> PublicFactsForm:
    """The form for whoever edits: the office has all of it, a leader the public facts.

    Filled with what is kept, unless it was `sent` with something else.
    """
    kind = AssociationForm if by_office else PublicFactsForm
    form = kind() if sent else kind(formdata=None, data=_kept(association))
    if isinstance(form, AssociationForm) and association.is_demo:
        form.kept_rna = association.rna
    return form


def _kept(association: Association) -> dict[str, object]:
    names = ("name", "name_ar", "department", "town", "rna", "founded_in", "member_count")
    kept: dict[str, object] = {name: getattr(association, name) for name in names}
    return kept | {
        "activity": association.activity.value if association.activity else "",
        "commune": association.commune,
        "website": association.website,
        "status": association.status.value,
    }


class MandateForm(PageForm):
    """Who leads an association, in which office, from when to when."""

    # What was searched for, so that the same people are offered when the form comes back.
    q = HiddenField()
    person = RadioField(
        _("Person"), coerce=int, choices=[], validators=[InputRequired(_("Choose a person."))]
    )
    office = SelectField(
        _("Office held"),
        choices=[SelectChoice(value.value, words) for value, words in OFFICE.items()],
        coerce=Office,
        validators=[InputRequired(_("Choose an office."))],
    )
    from_on = DateField(_("First day of the mandate"), validators=[InputRequired(CHOOSE_A_DAY)])
    until_on = DateField(_("Last day of the mandate"), validators=[Optional()])

    def offer(self, people: Sequence[Candidate]) -> None:
        """Let these people be chosen; the only one found is chosen already."""
        self.person.choices = [SelectChoice(str(one.user_id), _said(one)) for one in people]
        if len(people) == 1 and self.person.data is None:
            self.person.data = people[0].user_id

    def validate_until_on(self, field: DateField) -> None:
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(say(N_("The last day comes before the first day.")))


class MandateEndForm(PageForm):
    last_day = DateField(_("Last day of the mandate"), validators=[InputRequired(CHOOSE_A_DAY)])

    @classmethod
    def ending(cls, day: date) -> "MandateEndForm":
        return cls(formdata=None, data={"last_day": day})


def _said(person: Candidate) -> str:
    """Both names, that of the page's script first, the sign-in name and the town.

    Each keeps its own direction.
    """
    names = [person.name.latin, person.name.arabic]
    if page_language().tag == "ar":
        names.reverse()
    parts = (*names, person.sign_in_name, person.town)
    return " · ".join(f"\u2068{part}\u2069" for part in parts if part)
