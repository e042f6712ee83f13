"""Forms for cohorts, their instructors, and places in them."""

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import (
    DateField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
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

from ecopter.cohorts.labels import CATEGORY
from ecopter.cohorts.models import Cohort
from ecopter.cohorts.queries import CohortFile
from ecopter.cohorts.rules import Category
from ecopter.cohorts.rules.roster import LARGEST, NOT_TEXT, TOO_HEAVY, Known, read_text
from ecopter.cohorts.services import CohortFacts
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import say
from ecopter.platform.i18n import title as title_of
from ecopter.shared.text import N_
from ecopter.ui.forms import PageForm

LATIN_CODE = r"^[A-Za-z0-9-]*$"
NONE = ""


class WithdrawalForm(PageForm):
    last_day = DateField(_("Last day of training"), validators=[InputRequired(_("Choose a day."))])
    reason = StringField(
        _("Reason"), validators=[DataRequired(_("Write the reason.")), Length(max=200)]
    )


class ReturnForm(PageForm):
    first_day = DateField(
        _("First day back in training"), validators=[InputRequired(_("Choose a day."))]
    )


class CohortForm(PageForm):
    """A cohort as the office describes it, in the order of its page.

    Courses and sites are filled in by `offer`.
    """

    name = StringField(
        _("Name (French)"), validators=[DataRequired(_("Write the name.")), Length(max=120)]
    )
    name_ar = StringField(
        _("Name (Arabic)"),
        validators=[Length(max=120)],
        render_kw={"lang": "ar", "dir": "rtl"},
    )
    curriculum_id = SelectField(
        _("Course"),
        coerce=int,
        validate_choice=False,
        validators=[InputRequired(_("Choose a course."))],
    )
    starts_on = DateField(_("First day"), validators=[InputRequired(_("Choose a day."))])
    ends_on = DateField(_("Last day"), validators=[InputRequired(_("Choose a day."))])
    capacity = IntegerField(
        _("Places"),
        validators=[
            Optional(),
            NumberRange(min=1, max=999, message=_("Write a number from 1 to 999.")),
        ],
        render_kw={"inputmode": "numeric", "dir": "ltr"},
    )
    site_id = SelectField(_("Home site"), validate_choice=False)
    code = StringField(
        _("Code"),
        validators=[
            Length(max=20),
            Regexp(LATIN_CODE, message=_("Use letters, digits and dashes only.")),
        ],
        render_kw={"dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"},
    )
    partner = StringField(_("Partner"), validators=[Length(max=160)])
    funder = StringField(_("Funder"), validators=[Length(max=160)])

    @classmethod
    def for_cohort(cls, cohort: Cohort) -> "CohortForm":
        return cls(obj=cohort)

    def offer(self, file: CohortFile) -> None:
        """Fill in what can be chosen."""
        self.curriculum_id.choices = [
            SelectChoice(str(number), f"{title_of(titles)} ({version})")
            for number, titles, version in file.courses
        ]
        self.site_id.choices = [
            (NONE, say(N_("no home site"))),
            *((str(n), title_of(t)) for n, t in file.sites),
        ]

    def facts(self) -> CohortFacts:
        site = self.site_id.data or ""
        return CohortFacts(
            code=self.code.data or "",
            name=self.name.data or "",
            name_ar=self.name_ar.data or "",
            curriculum_id=self.curriculum_id.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            capacity=self.capacity.data,
            site_id=int(site) if site.isascii() and site.isdigit() else None,
            partner=self.partner.data or "",
            funder=self.funder.data or "",
        )


class PlaceForm(PageForm):
    """What the office notes about someone's place."""

    category = SelectField(
        _("Category"),
        choices=[
            SelectChoice(NONE, _("not known")),
            *(SelectChoice(kind.value, text) for kind, text in CATEGORY.items()),
        ],
    )
    organisation = StringField(_("Employer"), validators=[Length(max=160)])

    def kind(self) -> Category | None:
        return Category(self.category.data) if self.category.data else None


class PersonChoice(PageForm):
    """One person of those found."""

    user_id = RadioField(
        _("Who?"),
        coerce=int,
        choices=[],
        validate_choice=False,
        validators=[InputRequired(_("Choose a person."))],
    )

    def offer(self, people: list[Known]) -> None:
        self.user_id.choices = [
            SelectChoice(str(person.user_id), _told_apart(person)) for person in people
        ]


def _told_apart(person: Known) -> str:
    return " · ".join(filter(None, (person.latin, person.arabic, person.sign_in_name)))


class InstructorForm(PersonChoice):
    from_on = DateField(_("From"), validators=[InputRequired(_("Choose a day."))])
    until_on = DateField(_("Until, that evening"), validators=[Optional()])


class TeachingEndForm(PageForm):
    last_day = DateField(_("Last day"), validators=[InputRequired(_("Choose a day."))])


class OnePersonForm(PersonChoice):
    """Someone who has an account, to be enrolled."""

    starts_on = DateField(_("First day"), validators=[InputRequired(_("Choose a day."))])


class RosterForm(PageForm):
    """A list of people, typed, pasted or sent as a file."""

    text = TextAreaField(
        _("The list, one line for each person"),
        render_kw={"rows": 8, "dir": "auto", "spellcheck": "false", "autocomplete": "off"},
    )
    file = FileField(_("Or a file saved as CSV"), render_kw={"accept": ".csv,.txt,text/csv"})
    starts_on = DateField(_("First day"), validators=[InputRequired(_("Choose a day."))])
    # Which list was shown to the reader: only that one is enrolled.
    checked = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # As it was sent: the tab in front of an empty first cell is part of the list.
        if self.is_submitted():
            self.text.data = request.form.get("text", "").replace("\x00", "")

    def validate_text(self, field: StringField) -> None:
        """Far too much text is not sent back to a phone either."""
        if len((field.data or "").encode("utf-8", "replace")) > LARGEST:
            field.data = ""
            raise ValidationError(say(TOO_HEAVY, size=LARGEST // 1024))

    def take_file(self) -> str | None:
        """Put a file's text in the place of the typed one; the sentence of a refusal, or None."""
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return None
        content = sent.stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            return say(TOO_HEAVY, size=LARGEST // 1024)
        text = read_text(content)
        if text is None:
            return say(NOT_TEXT)
        self.text.data = text.replace("\x00", "")
        return None

    @property
    def mark(self) -> str:
        """A short name of the list as it stands, the same whatever its line ends."""
        plain = "\n".join((self.text.data or "").splitlines())
        return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def wants_enrolment(self) -> bool:
        """The button was pressed under the very list that is sent."""
        return request.form.get("act") == "enrol" and self.checked.data == self.mark

    @staticmethod
    def choices(sent: Mapping[str, str]) -> dict[int, str]:
        """What was chosen for each line that may be someone the school knows."""
        found = {}
        for name, value in sent.items():
            start, _dash, line = name.partition("-")
            if start == "choice" and line.isascii() and line.isdigit():
                found[int(line[:6])] = value
        return found


class AnnouncementForm(PageForm):
    subject = StringField(
        _("Subject"), validators=[DataRequired(_("Write the subject.")), Length(max=120)]
    )
    text = TextAreaField(
        _("Text"),
        validators=[DataRequired(_("Write the text.")), Length(max=4000)],
        render_kw={"rows": 8, "dir": "auto"},
    )
