"""Forms for the school, its logo, its sites and rooms."""

from collections.abc import Sequence
from io import BytesIO
from typing import IO, Any

from flask_wtf.file import FileField
from wtforms import IntegerField, RadioField, SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, ValidationError

from ecopter.platform.i18n import lazy as _
from ecopter.platform.i18n import say
from ecopter.school.labels import COUNTRY
from ecopter.school.models import Room, School, Site
from ecopter.school.queries import CLOSED, OPEN
from ecopter.school.rules import (
    CODE_LENGTH,
    LARGEST_ROOM,
    LINK_LENGTH,
    ZONE_LENGTH,
    ZONES,
    is_messenger_link,
    is_site_code,
    is_telephone,
    is_zone,
)
from ecopter.school.services.details import BAD_LINK, BAD_TELEPHONE, NO_NAME, SchoolDetails
from ecopter.school.services.sites import (
    BAD_CODE,
    NO_COUNTRY,
    NO_PLACES,
    NO_ROOM_NAME,
    NO_SITE_NAME,
    NO_ZONE,
    RoomDetails,
    SiteDetails,
)
from ecopter.shared.text import N_
from ecopter.ui.forms import PageForm

LATIN = {"dir": "ltr", "lang": "fr"}
ARABIC = {"dir": "rtl", "lang": "ar"}
PLAIN = {"dir": "ltr", "spellcheck": "false", "autocapitalize": "none"}


def _text(label: str, longest: int, **attributes: Any) -> StringField:
    return StringField(label, validators=[_at_most(longest)], render_kw=attributes or None)


def _at_most(longest: int) -> Length:
    return Length(max=longest, message=_("Write at most %(max)d characters."))


class SchoolForm(PageForm):
    """Everything the school says of itself; the fields are named after the columns."""

    legal_name = StringField(
        _("Legal name (French)"),
        validators=[InputRequired(_(NO_NAME)), _at_most(200)],
        render_kw=LATIN,
    )
    legal_name_ar = _text(_("Legal name (Arabic)"), 200, **ARABIC)
    declaration_number = _text(_("Declaration of activity number (NDA)"), 40, dir="ltr")
    address = _text(_("Address"), 300, dir="auto")
    place = _text(_("Place of signing (French)"), 80, **LATIN)
    place_ar = _text(_("Place of signing (Arabic)"), 80, **ARABIC)
    data_protection_receipt = _text(_("Data-protection receipt"), 60, dir="ltr")
    representative = _text(_("Legal representative (Latin letters)"), 120, **LATIN)
    representative_ar = _text(_("Legal representative (Arabic letters)"), 120, **ARABIC)
    representative_title = _text(_("Their function (French)"), 120, **LATIN)
    representative_title_ar = _text(_("Their function (Arabic)"), 120, **ARABIC)
    signatory_name = _text(_("Person who signs (Latin letters)"), 120, **LATIN)
    signatory_name_ar = _text(_("Person who signs (Arabic letters)"), 120, **ARABIC)
    signatory_title = _text(_("Function of the person who signs (French)"), 120, **LATIN)
    signatory_title_ar = _text(_("Function of the person who signs (Arabic)"), 120, **ARABIC)
    help_telephone = TelField(
        _("Telephone for help"), validators=[_at_most(40)], render_kw={"dir": "ltr"}
    )
    messenger_link = _text(_("Messenger link"), LINK_LENGTH, inputmode="url", **PLAIN)

    @classmethod
    def of(cls, school: School | None) -> "SchoolForm":
        return cls(obj=school)

    def details(self) -> SchoolDetails:
        return SchoolDetails(**{field.name: field.data or "" for field in self})

    def validate_help_telephone(self, field: TelField) -> None:
        if field.data and not is_telephone(field.data):
            raise ValidationError(say(BAD_TELEPHONE))

    def validate_messenger_link(self, field: StringField) -> None:
        if field.data and not is_messenger_link(field.data):
            raise ValidationError(say(BAD_LINK))


class LogoForm(PageForm):
    """One picture; what it is, its content says (`services/logo.py`)."""

    logo = FileField(
        _("Picture of the logo"), render_kw={"accept": "image/png,image/jpeg,image/webp"}
    )

    def stream(self) -> IO[bytes]:
        """What was sent; empty when no file was chosen."""
        return self.logo.data.stream if self.logo.data else BytesIO()


OTHER, USUAL = "", "usual"
TWO_ZONES = N_("Choose a time zone of the list or write another one, not both.")


class SiteForm(PageForm):
    """A site; the zone is one of its country's, or any other written out."""

    name_fr = StringField(
        _("Name (French)"),
        validators=[InputRequired(_(NO_SITE_NAME)), _at_most(80)],
        render_kw=LATIN,
    )
    name_ar = _text(_("Name (Arabic)"), 80, **ARABIC)
    name_en = _text(_("Name (English)"), 80, dir="ltr", lang="en")
    country = RadioField(
        _("Country"),
        choices=[SelectChoice(code, words) for code, words in COUNTRY.items()],
        validators=[AnyOf(COUNTRY, message=_(NO_COUNTRY))],
        validate_choice=False,
    )
    zone = SelectField(
        _("Time zone"),
        choices=[
            SelectChoice(USUAL, _("the usual one of the country")),
            *(
                SelectChoice(zone, zone, optgroup=COUNTRY[country])
                for country, zones in ZONES.items()
                for zone in zones
            ),
            SelectChoice(OTHER, _("another one, written below")),
        ],
        default=USUAL,
        validate_choice=False,
    )
    other_zone = _text(_("Another time zone"), ZONE_LENGTH, **PLAIN)
    address = _text(_("Address"), 300, dir="auto")

    def chosen_zone(self) -> str:
        if self.zone.data == USUAL:
            return next(iter(ZONES.get(self.country.data, ())), "")
        return self.zone.data or self.other_zone.data or ""

    def details(self) -> SiteDetails:
        names = {"fr": self.name_fr.data, "ar": self.name_ar.data, "en": self.name_en.data}
        return SiteDetails(
            names={tag: name for tag, name in names.items() if name},
            country=self.country.data,
            zone=self.chosen_zone(),
            address=self.address.data or "",
        )

    def validate_other_zone(self, field: StringField) -> None:
        """Needed where no zone of the list is chosen, and only there."""
        if self.zone.data and field.data and field.data != self.zone.data:
            raise ValidationError(say(TWO_ZONES))
        # A country that is missing is told beside the country.
        if not is_zone(self.chosen_zone()) and self.zone.data != USUAL:
            raise ValidationError(say(NO_ZONE))


class NewSiteForm(SiteForm):
    code = _text(_("Code"), CODE_LENGTH, autocapitalize="characters", dir="ltr")

    def validate_code(self, field: StringField) -> None:
        if field.data and not is_site_code(field.data.upper()):
            raise ValidationError(say(BAD_CODE))


def _state_field(open_words: str, closed_words: str) -> RadioField:
    return RadioField(
        _("State"),
        choices=[SelectChoice(OPEN, open_words), SelectChoice(CLOSED, closed_words)],
        validators=[AnyOf((OPEN, CLOSED), message=_("Choose a state."))],
        validate_choice=False,
    )


class SiteEditForm(SiteForm):
    state = _state_field(
        _("in use: half-days are planned here"), _("out of use: nothing more is planned here")
    )

    def is_open(self) -> bool:
        return bool(self.state.data == OPEN)

    @classmethod
    def of(cls, site: Site) -> "SiteEditForm":
        offered = {zone for zones in ZONES.values() for zone in zones}
        return cls(
            data={f"name_{tag}": site.names.get(tag, "") for tag in ("fr", "ar", "en")}
            | {
                "country": site.country,
                "zone": site.zone if site.zone in offered else OTHER,
                "other_zone": "" if site.zone in offered else site.zone,
                "address": site.address,
                "state": OPEN if site.closed_at is None else CLOSED,
            }
        )


class _Places(IntegerField):
    """Whatever is no number gets the sentence of a number that cannot be."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as problem:
            raise ValueError(say(NO_PLACES, most=LARGEST_ROOM)) from problem


class RoomForm(PageForm):
    name = StringField(
        _("Name of the room"),
        validators=[InputRequired(_(NO_ROOM_NAME)), _at_most(80)],
        render_kw={"dir": "auto"},
    )
    capacity = _Places(
        _("Places"),
        validators=[
            NumberRange(min=1, max=LARGEST_ROOM, message=_(NO_PLACES, most=LARGEST_ROOM)),
        ],
        render_kw={"inputmode": "numeric", "dir": "ltr", "min": 1, "max": LARGEST_ROOM},
    )

    def details(self) -> RoomDetails:
        return RoomDetails(name=self.name.data or "", capacity=self.capacity.data or 0)


class RoomEditForm(RoomForm):
    state = _state_field(
        _("in use: half-days are planned in it"), _("out of use: nothing more is planned in it")
    )

    def is_open(self) -> bool:
        return bool(self.state.data == OPEN)

    @classmethod
    def of(cls, room: Room) -> "RoomEditForm":
        return cls(
            data={
                "name": room.name,
                "capacity": room.capacity,
                "state": OPEN if room.closed_at is None else CLOSED,
            }
        )
