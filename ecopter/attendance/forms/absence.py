"""An absence that a trainee announces, and what is decided about it."""

from typing import Self

from wtforms import DateField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from ecopter.attendance import labels
from ecopter.attendance.queries import AbsenceDesk, AbsenceSheet
from ecopter.attendance.rules import ExcuseCategory
from ecopter.attendance.rules.absences import (
    DECISION_SENTENCES,
    SENTENCES,
    Absence,
    AbsenceFault,
    DecisionFault,
)
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import say
from ecopter.shared.dates import HalfDay
from ecopter.ui.forms import PageForm

NOTE_LENGTH = 300
REASON_LENGTH = 200
TOO_LONG = _("Write at most %(max)d characters.")
WHOLE_DAY = "day"
ACCEPT, REFUSE = "accept", "refuse"

FAULTY_FIELD = {
    AbsenceFault.HALF_OF_SEVERAL_DAYS: "half_day",
    AbsenceFault.ENDS_BEFORE_START: "last_day",
    AbsenceFault.TOO_LONG: "last_day",
    AbsenceFault.AFTER_COHORT: "last_day",
}


class AbsenceForm(PageForm):
    """Without a last day it is the first one: most absences last a day."""

    first_day = DateField(_("First day"), validators=[InputRequired(_("Choose a day."))])
    last_day = DateField(_("Last day"), validators=[Optional()])
    half_day = RadioField(
        _("How much of it"),
        default=WHOLE_DAY,
        choices=[
            SelectChoice(WHOLE_DAY, _("The whole day")),
            SelectChoice(HalfDay.MORNING.value, _("Only the morning")),
            SelectChoice(HalfDay.AFTERNOON.value, _("Only the afternoon")),
        ],
        validators=[InputRequired(_("Choose an answer."))],
    )
    category = RadioField(
        _("Why you are away"),
        choices=[SelectChoice(kind.value, words) for kind, words in labels.EXCUSE.items()],
        validators=[InputRequired(_("Choose an answer."))],
    )
    note = StringField(_("Private note"), validators=[Length(max=NOTE_LENGTH, message=TOO_LONG)])

    @property
    def absence(self) -> Absence:
        """What was typed; call `validate` first."""
        half = self.half_day.data
        return Absence(
            self.first_day.data,
            self.last_day.data or self.first_day.data,
            None if half == WHOLE_DAY else HalfDay(half),
        )

    @property
    def chosen_category(self) -> ExcuseCategory:
        return ExcuseCategory(self.category.data)

    def check(self, desk: AbsenceDesk) -> bool:
        """Valid, and an absence that this person may announce today."""
        if not self.validate():
            return False
        for fault in desk.faults(self.absence):
            field = self[FAULTY_FIELD.get(fault, "first_day")]
            field.errors = [*field.errors, say(SENTENCES[fault])]
        return not self.errors


class DecisionForm(PageForm):
    """`seen`: what the absence was when the page was made."""

    seen = HiddenField()
    decision = RadioField(
        _("Your decision"),
        choices=[
            SelectChoice(ACCEPT, _("Accept the absence")),
            SelectChoice(REFUSE, _("Do not accept it")),
        ],
        validators=[InputRequired(_("Choose an answer."))],
    )
    reason = StringField(_("Reason"), validators=[Length(max=REASON_LENGTH, message=TOO_LONG)])

    @classmethod
    def of(cls, sheet: AbsenceSheet) -> Self:
        """Nothing is chosen beforehand; the page remembers how it found the absence."""
        return cls(data={"seen": sheet.state.value})

    @property
    def accepts(self) -> bool:
        return bool(self.decision.data == ACCEPT)

    def check(self, sheet: AbsenceSheet, user_id: int | None) -> bool:
        """Valid, and not decided by someone else meanwhile; a second click is let through."""
        if not self.validate():
            return False
        reason = self.reason.data or ""
        faults = sheet.faults(self.accepts, reason, user_id)
        for fault in faults:
            name = "reason" if fault is DecisionFault.REFUSED_WITHOUT_REASON else "decision"
            self._blame(name, fault)
        if not faults and self.seen.data != sheet.state and not sheet.says(self.accepts, reason):
            self._blame("decision", DecisionFault.DECIDED_MEANWHILE)
            self.seen.data = sheet.state.value
            self.seen.raw_data = None
        return not self.errors

    def _blame(self, name: str, fault: DecisionFault) -> None:
        self[name].errors = [*self[name].errors, say(DECISION_SENTENCES[fault])]
