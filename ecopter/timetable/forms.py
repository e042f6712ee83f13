"""Forms of the timetable."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import Any, Self

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ecopter.people.rules import PersonName
from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import say, title
from ecopter.shared.dates import HalfDay, local
from ecopter.shared.text import N_
from ecopter.timetable import labels
from ecopter.timetable.queries import HolidayPage, Moving, Place, Planning, Substituting
from ecopter.timetable.rules import Hours, Series, SeriesFault, series_faults
from ecopter.timetable.services import Destination
from ecopter.ui.forms import PageForm

IN_ORDER = 0
NOBODY = 0
TOO_LONG = _("Write at most %(max)d characters.")
NO_DAY = _("Choose a day.")
NO_CLOCK = _("Write a time.")
NO_TIME = N_("Write when it begins and when it ends.")
FIELD_OF = {
    SeriesFault.NO_WEEKDAY: "weekdays",
    SeriesFault.NO_HALF: "morning",
    SeriesFault.HALVES_OVERLAP: "afternoon_starts",
    SeriesFault.LAST_BEFORE_FIRST: "last",
    SeriesFault.OUTSIDE_COHORT: "first",
    SeriesFault.TOO_MANY: "last",
}


def tick_boxes(label: str) -> SelectMultipleField:
    """Several of a few ids, each a big box to tick."""
    return SelectMultipleField(
        label, coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class CancellationForm(PageForm):
    reason = StringField(
        _("Reason"),
        validators=[
            DataRequired(_("Write why the half-day is cancelled.")),
            Length(max=200, message=TOO_LONG),
        ],
    )


class SeriesForm(PageForm):
    """Half-days that come again every week. `seal` is that of the dry run that was agreed to."""

    weekdays = tick_boxes(_("Days of the week"))
    morning = BooleanField(_("In the morning"), default=True)
    morning_starts = TimeField(_("Morning, from"), default=time(9), validators=[Optional()])
    morning_ends = TimeField(_("Morning, to"), default=time(12, 30), validators=[Optional()])
    afternoon = BooleanField(_("In the afternoon"), default=True)
    afternoon_starts = TimeField(_("Afternoon, from"), default=time(14), validators=[Optional()])
    afternoon_ends = TimeField(_("Afternoon, to"), default=time(17, 30), validators=[Optional()])
    first = DateField(_("First day"), validators=[InputRequired(NO_DAY)])
    last = DateField(_("Last day"), validators=[InputRequired(NO_DAY)])
    place = SelectField(_("Place"))
    instructors = tick_boxes(_("Instructors"))
    module = SelectField(_("Module"), coerce=int)
    skips_holidays = BooleanField(
        _("Leave out the public holidays of the country of the site"), default=True
    )
    seal = HiddenField()

    planning: Planning

    @classmethod
    def of(cls, planning: Planning) -> Self:
        """The form with what a cohort offers to choose from."""
        cohort = planning.cohort
        form = cls(
            data={
                "first": cohort.starts_on,
                "last": cohort.ends_on,
                "place": f"{cohort.site_id}-0" if cohort.site_id else None,
                "instructors": [user.id for user in planning.instructors[:1]],
            }
        )
        form.planning = planning
        form.weekdays.choices = [
            SelectChoice(str(number), words) for number, words in enumerate(labels.WEEKDAY)
        ]
        form.place.choices = places(planning.places)
        form.instructors.choices = [
            SelectChoice(str(user.id), labels.written(user.name)) for user in planning.instructors
        ]
        form.module.choices = [
            SelectChoice(str(IN_ORDER), _("The modules of the course in their order")),
            *(SelectChoice(str(one.id), title(one.titles)) for one in planning.modules),
        ]
        return form

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Every field by itself, then the series as a whole."""
        if not super().validate(extra_validators):
            return False
        without_hours = [half for half in HalfDay if self[half].data and not self._hours(half)]
        for half in without_hours:
            _add_error(self[f"{half}_starts"], say(NO_TIME))
        if without_hours:
            return False
        cohort_dates = self.planning.dates
        faults = series_faults(self.series(), cohort_dates)
        for fault in faults:
            _add_error(self[FIELD_OF.get(fault) or self._backwards()], labels.SERIES_FAULT[fault])
        return not faults

    def series(self) -> Series:
        """What was asked for; the form is valid."""
        site_id, room_id = self.place.data.split("-")
        hours = {half: self._hours(half) for half in HalfDay if self[half].data}
        return Series(
            weekdays=frozenset(self.weekdays.data),
            hours={half: found for half, found in hours.items() if found},
            first=self.first.data,
            last=self.last.data,
            skips_holidays=self.skips_holidays.data,
            site_id=int(site_id),
            room_id=int(room_id) or None,
            instructor_ids=frozenset(self.instructors.data),
            module_id=None if self.module.data == IN_ORDER else self.module.data,
        )

    def _hours(self, half: HalfDay) -> Hours | None:
        starts, ends = self[f"{half}_starts"].data, self[f"{half}_ends"].data
        return Hours(starts, ends) if starts and ends else None

    def _backwards(self) -> str:
        """The field of the half that ends before it begins."""
        morning = self._hours(HalfDay.MORNING)
        is_morning = self.morning.data and morning and morning.ends <= morning.starts
        return "morning_ends" if is_morning else "afternoon_ends"


class MoveForm(PageForm):
    """Where a half-day goes. `knows` is asked for once something unusual was found."""

    held_on = DateField(_("Day"), validators=[InputRequired(NO_DAY)])
    half_day = SelectField(
        _("Half-day"),
        choices=[SelectChoice(half.value, words) for half, words in labels.HALF_DAY.items()],
        coerce=HalfDay,
    )
    starts = TimeField(_("Begins at"), validators=[InputRequired(NO_CLOCK)])
    ends = TimeField(_("Ends at"), validators=[InputRequired(NO_CLOCK)])
    place = SelectField(_("Place"))
    reason = StringField(
        _("Reason"),
        validators=[
            DataRequired(_("Write why the half-day is moved.")),
            Length(max=200, message=TOO_LONG),
        ],
    )
    knows = BooleanField(_("I know, and move it all the same"))

    moving: Moving

    @classmethod
    def of(cls, moving: Moving) -> Self:
        """The form as the half-day stands."""
        session = moving.training_session
        zone = session.site.zone
        form = cls(
            data={
                "held_on": session.held_on,
                "half_day": session.half_day,
                "starts": local(session.starts_at, zone).time(),
                "ends": local(session.ends_at, zone).time(),
                "place": Place(session.site, session.room).key,
            }
        )
        form.moving = moving
        form.place.choices = places(moving.places)
        return form

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Every field by itself, then the hours."""
        if not super().validate(extra_validators):
            return False
        if self.ends.data > self.starts.data:
            return True
        _add_error(self.ends, labels.SERIES_FAULT[SeriesFault.ENDS_BEFORE_START])
        return False

    def destination(self) -> Destination | None:
        """Where it goes; the form is valid. None when the place was closed meanwhile."""
        place = self.moving.find_place(self.place.data)
        if place is None:
            return None
        return Destination(
            self.held_on.data, self.half_day.data, self.starts.data, self.ends.data, place
        )


class LeavingForm(PageForm):
    """Who leaves when someone else comes; 0 for nobody."""

    left = RadioField(
        _("In the place of"), coerce=int, validators=[InputRequired(_("Choose who leaves."))]
    )

    @classmethod
    def of(cls, substituting: Substituting) -> Self:
        """With those who teach the half-day to choose from; alone, one is chosen already."""
        named = substituting.named
        alone = next(iter(named), NOBODY) if len(named) < 2 else None
        form = cls(data={"left": alone})
        form.left.choices = leaving(named)
        return form

    @property
    def left_id(self) -> int | None:
        return self.left.data or None


class SubstitutionForm(LeavingForm):
    joined = HiddenField(_("Instructor"))
    reason = StringField(_("Reason"), validators=[Length(max=200, message=TOO_LONG)])

    @property
    def joined_id(self) -> int | None:
        text = self.joined.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class TakeoverForm(LeavingForm):
    reason = StringField(
        _("Reason"),
        validators=[
            DataRequired(_("Write why you take the half-day over.")),
            Length(max=200, message=TOO_LONG),
        ],
    )


class HolidayForm(PageForm):
    held_on = DateField(_("Day"), validators=[InputRequired(NO_DAY)])
    is_confirmed = BooleanField(_("This day has been announced"))

    @classmethod
    def of(cls, page: HolidayPage) -> Self:
        holiday = page.holiday
        return cls(data={"held_on": holiday.held_on, "is_confirmed": holiday.is_confirmed})


def places(found: Iterable[Place]) -> list[SelectChoice]:
    """Sites, each with its rooms under it."""
    named = [(place, title(place.site.names)) for place in found]
    return [SelectChoice(place.key, _place(name, place), optgroup=name) for place, name in named]


def _place(site: str, place: Place) -> str:
    if place.room is None:
        return say(N_("%(site)s, no room chosen"), site=site)
    room = place.room
    return say(
        N_("%(site)s, %(room)s (%(places)s places)"),
        site=site,
        room=room.name,
        places=room.capacity,
    )


def leaving(named: Mapping[int, PersonName]) -> list[SelectChoice]:
    """Those who teach, then nobody."""
    nobody = say(N_("Nobody leaves: they teach together")) if named else say(N_("Nobody is named"))
    return [
        *(SelectChoice(str(user_id), labels.written(name)) for user_id, name in named.items()),
        SelectChoice(str(NOBODY), nobody),
    ]


def _add_error(field: Any, words: str) -> None:
    field.errors = [*field.errors, words]
