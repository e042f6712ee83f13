"""The correction of one line of a closed register as a form."""

from typing import Self

from flask_babel import gettext
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from ecopter.attendance import labels
from ecopter.attendance.forms.register import CATEGORIES, NOTE_LENGTH
from ecopter.attendance.queries import Correction
from ecopter.attendance.rules import (
    SENTENCES,
    THERE,
    AttendanceStatus,
    Entry,
    EntryFault,
    entry_faults,
)
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import say
from ecopter.ui.forms import PageForm

FAULTY_FIELD = {
    EntryFault.LATE_WITHOUT_MINUTES: "minutes_late",
    EntryFault.MINUTES_OUT_OF_RANGE: "minutes_left_early",
    EntryFault.EXCUSE_WITHOUT_CATEGORY: "excuse_category",
}


class CorrectionForm(PageForm):
    """One line of a closed register. `revision`: the one the form was made from."""

    revision = HiddenField()
    status = RadioField(
        _("Attendance"),
        choices=[SelectChoice(status.value, words) for status, words in labels.STATUS.items()],
        validators=[InputRequired(_("Choose an answer."))],
    )
    minutes_late = IntegerField(_("Minutes late"), validators=[Optional()])
    minutes_left_early = IntegerField(_("Minutes left early"), validators=[Optional()])
    excuse_category = SelectField(
        _("Why excused"),
        choices=[
            SelectChoice("", "–"),
            *(SelectChoice(kind.value, words) for kind, words in labels.EXCUSE.items()),
        ],
    )
    excuse_note = StringField(
        _("Private note"),
        validators=[Length(max=NOTE_LENGTH, message=_("Write at most %(max)d characters."))],
    )
    reason = StringField(
        _("Why the line is corrected"),
        validators=[
            DataRequired(_("Write why the line is corrected.")),
            Length(max=200, message=_("Write at most %(max)d characters.")),
        ],
    )

    @classmethod
    def of(cls, correction: Correction) -> Self:
        """Filled with what the line says now."""
        entry = correction.line.entry
        data: dict[str, object] = {"revision": correction.line.revision}
        if entry is not None:
            data |= {
                "status": entry.status.value,
                "minutes_late": entry.minutes_late or None,
                "minutes_left_early": entry.minutes_left_early or None,
                "excuse_category": entry.excuse_category.value if entry.excuse_category else "",
                "excuse_note": entry.excuse_note,
            }
        return cls(data=data)

    def check(self, correction: Correction) -> bool:
        """Valid, and made from the line as it stands; a second click is let through."""
        if not self.validate():
            return False
        entry = self.entry()
        if self.revision.data != str(correction.line.revision):
            if entry == correction.line.entry:
                return True
            self._blame("reason", gettext("Someone corrected this line meanwhile: see below."))
            self.revision.data = correction.line.revision
            self.revision.raw_data = None
            return False
        if entry == correction.line.entry:
            self._blame("status", gettext("The line says this already: nothing to correct."))
        for fault in entry_faults(entry, correction.sheet.minutes):
            self._blame(FAULTY_FIELD.get(fault, "status"), say(SENTENCES[fault]))
        return not self.errors

    def _blame(self, name: str, sentence: str) -> None:
        self[name].errors = [*self[name].errors, sentence]

    def entry(self) -> Entry:
        """What the service takes; fields that the status has no use for are left out."""
        status = AttendanceStatus(self.status.data)
        if status is AttendanceStatus.EXCUSED:
            category = CATEGORIES.get(self.excuse_category.data)
            note = self.excuse_note.data or ""
            return Entry(status, excuse_category=category, excuse_note=note)
        is_late = status is AttendanceStatus.LATE
        return Entry(
            status,
            (self.minutes_late.data or 0) if is_late else 0,
            (self.minutes_left_early.data or 0) if status in THERE else 0,
        )
