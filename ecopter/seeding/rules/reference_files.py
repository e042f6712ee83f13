"""The lists beside the courses: words, sources, products, sites, holidays, entry questions."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ecopter.products.rules import Sign
from ecopter.seeding.rules.files import shown, text_of
from ecopter.seeding.rules.tables import TAGS, Table, read_table
from ecopter.shared.languages import Titles

COUNTRIES = ("FR", "MA")
HOLIDAY_KINDS = ("civil", "religious")


class PositioningKind(StrEnum):
    """A level for each item, a number, one of the products, or free words."""

    SCALE = "scale"
    NUMERIC = "numeric"
    PRODUCT = "product"
    TEXT = "text"


@dataclass(frozen=True)
class TermFile:
    """A word of the school; `coexists` when several usages live side by side in Morocco."""

    key: str
    names: Titles
    other_ar: str
    coexists: bool


@dataclass(frozen=True)
class SourceFile:
    """What a source mark refers to: where it is, and what is said there."""

    code: str
    where: str
    says: str


@dataclass(frozen=True)
class ProductFile:
    """A terroir product; `unreviewed` names the languages still to be read by a native."""

    code: str
    names: Titles
    unreviewed: tuple[str, ...]


@dataclass(frozen=True)
class FamilyFile:
    """A kind of product and the codes of the modules that teach it."""

    code: str
    names: Titles
    modules: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CatalogueFile:
    """A product under official sign; without `sign`, the source does not say which.

    `to_check`: a fact that the sources leave open.
    """

    code: str
    names: Titles
    family: FamilyFile
    country: str
    sign: Sign | None
    sign_note: str
    area: str
    sources: tuple[str, ...]
    to_check: bool


@dataclass(frozen=True, kw_only=True)
class SiteFile:
    """A place of teaching with its one room; `zone` is an IANA name, `capacity` counts people."""

    code: str
    names: Titles
    country: str
    zone: str
    room: str
    capacity: int


@dataclass(frozen=True, kw_only=True)
class HolidayFile:
    """A public holiday of one country on one day.

    Not `confirmed`: computed ahead of the moon sighting, to within a day. Two holidays of a
    country may fall on the same day.
    """

    date: dt.date
    country: str
    names: Titles
    kind: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class PositioningQuestionFile:
    """One question of the entry questionnaire.

    `items` and `levels` are filled for a scale, `value` and `unit` for a number. `open_until_week`
    is the last week in which the answer may change; `is_restricted` answers are read by the head
    of studies alone.
    """

    key: str
    kind: PositioningKind
    titles: Titles
    items: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, tuple[str, ...]]
    value: Decimal | None
    unit: str
    open_until_week: int | None
    is_restricted: bool
    unreviewed: tuple[str, ...]


def read_glossary(path: Path) -> tuple[TermFile, ...]:
    """The words of the school in the order of the file.

    Raises CourseFileError.
    """
    return tuple(_term(key, table) for key, table in _read(path).all_tables().items())


def read_sources(path: Path) -> tuple[SourceFile, ...]:
    """What each source mark refers to.

    Raises CourseFileError.
    """
    return tuple(_source(code, table) for code, table in _read(path).all_tables().items())


def read_products(path: Path) -> tuple[ProductFile, ...]:
    """The terroir products.

    Raises CourseFileError.
    """
    whole = _read(path)
    whole.expect(("product",), ("unreviewed",))
    languages = whole.languages("unreviewed")
    products: dict[str, ProductFile] = {}
    for table in whole.tables("product"):
        table.expect(("code", *TAGS))
        _refuse_twice(table, "code", products)
        products[table.text("code")] = ProductFile(table.text("code"), table.names(), languages)
    return tuple(products.values())


def read_catalogue(
    path: Path,
    *,
    products: Iterable[ProductFile],
    taught: Mapping[str, Collection[str]],
    sources: Collection[str],
) -> tuple[CatalogueFile, ...]:
    """The products under official sign, in the order of the file.

    `products` are families too; `taught` gives, for each module, what it is about; `sources` are
    the known source marks.

    Raises CourseFileError, also for a family, a module or a source that nothing else knows.
    """
    whole = _read(path)
    whole.expect(("product",), ("unreviewed", "family"))
    whole.languages("unreviewed")
    families = {
        product.code: FamilyFile(product.code, product.names, _teaching(product.code, taught))
        for product in products
    }
    for table in whole.tables("family"):
        table.expect(("code", *TAGS), ("modules",))
        _refuse_twice(table, "code", families)
        code = table.text("code")
        named = _known(table, "modules", taught)
        modules = tuple(dict.fromkeys((*_teaching(code, taught), *named)))
        families[code] = FamilyFile(code, table.names(), modules)
    found: dict[str, CatalogueFile] = {}
    for table in whole.tables("product"):
        _refuse_twice(table, "code", found)
        found[table.text("code")] = _catalogued(table, families, sources)
    return tuple(found.values())


def read_sites(path: Path) -> tuple[SiteFile, ...]:
    """The places of teaching.

    Raises CourseFileError, also for a zone that the time-zone data does not know.
    """
    whole = _read(path)
    whole.expect(("site",))
    sites: dict[str, SiteFile] = {}
    for table in whole.tables("site"):
        _refuse_twice(table, "code", sites)
        sites[table.text("code")] = _site(table)
    return tuple(sites.values())


def read_holidays(path: Path) -> tuple[HolidayFile, ...]:
    """The public holidays by date, then country.

    Raises CourseFileError.
    """
    whole = _read(path)
    whole.expect(("holiday",))
    found = chain.from_iterable(_holidays(table) for table in whole.tables("holiday"))
    return tuple(sorted(found, key=lambda holiday: (holiday.date, holiday.country)))


def read_positioning(path: Path) -> tuple[PositioningQuestionFile, ...]:
    """The entry questionnaire, in the order of the file.

    Raises CourseFileError.
    """
    whole = _read(path)
    whole.expect(("question",), ("unreviewed",))
    languages = whole.languages("unreviewed")
    questions: dict[str, PositioningQuestionFile] = {}
    for table in whole.tables("question"):
        _refuse_twice(table, "key", questions)
        questions[table.text("key")] = _positioning_question(table, languages)
    return tuple(questions.values())


def _read(path: Path) -> Table:
    return read_table(text_of(path), shown(path))


def _refuse_twice(table: Table, key: str, known: Mapping[str, object]) -> None:
    if key in table.values and table.text(key) in known:
        raise table.error(key, f"{table.text(key)!r} is there twice")


def _term(key: str, table: Table) -> TermFile:
    table.expect(TAGS, ("other_ar", "coexists"))
    return TermFile(key, table.names(), table.optional_text("other_ar"), table.flag("coexists"))


def _source(code: str, table: Table) -> SourceFile:
    table.expect(("where", "says"))
    return SourceFile(code, table.french("where"), table.french("says"))


def _teaching(family: str, taught: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    return tuple(module for module, families in taught.items() if family in families)


def _catalogued(
    table: Table, families: Mapping[str, FamilyFile], sources: Collection[str]
) -> CatalogueFile:
    table.expect(
        ("code", "family", "country", *TAGS),
        ("sign", "sign_note", "area", "sources", "to_check"),
    )
    return CatalogueFile(
        code=table.text("code"),
        names=table.names(),
        family=families[_one_of(table, "family", tuple(families))],
        country=_one_of(table, "country", COUNTRIES),
        sign=Sign(_one_of(table, "sign", tuple(Sign))) if "sign" in table.values else None,
        sign_note=table.french("sign_note"),
        area=table.french("area"),
        sources=_known(table, "sources", sources),
        to_check=table.flag("to_check"),
    )


def _known(table: Table, key: str, known: Collection[str]) -> tuple[str, ...]:
    """A list of codes, each of which must be known from another file."""
    codes = table.texts(key)
    for code in codes:
        if code not in known:
            raise table.error(key, f"{code!r} is not known")
    return codes


def _site(table: Table) -> SiteFile:
    table.expect(("code", "country", "zone", "room", "capacity", *TAGS))
    try:
        ZoneInfo(table.text("zone"))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise table.error("zone", f"there is no time zone {table.text('zone')!r}") from error
    return SiteFile(
        code=table.text("code"),
        names=table.names(),
        country=_one_of(table, "country", COUNTRIES),
        zone=table.text("zone"),
        room=table.text("room"),
        capacity=table.whole("capacity"),
    )


def _holidays(table: Table) -> list[HolidayFile]:
    table.expect(("country", "kind", "dates", *TAGS), ("computed",))
    certain, computed = table.dates("dates"), table.dates("computed")
    days = [*certain, *computed]
    for day in days:
        if days.count(day) > 1:
            raise table.error("dates", f"{day} is there twice")
    return [
        HolidayFile(
            date=day,
            country=_one_of(table, "country", COUNTRIES),
            names=table.names(),
            kind=_one_of(table, "kind", HOLIDAY_KINDS),
            confirmed=day in certain,
        )
        for day in days
    ]


def _positioning_question(table: Table, languages: tuple[str, ...]) -> PositioningQuestionFile:
    table.expect(
        ("key", "kind", *TAGS),
        ("items", "levels", "value", "unit", "open_until_week", "restricted"),
    )
    kind = PositioningKind(_one_of(table, "kind", tuple(PositioningKind)))
    for key, owner in (
        ("items", PositioningKind.SCALE),
        ("levels", PositioningKind.SCALE),
        ("value", PositioningKind.NUMERIC),
    ):
        if (key in table.values) != (kind is owner):
            raise table.error(key, f"{key} goes with a question of kind {owner}, and only there")
    return PositioningQuestionFile(
        key=table.text("key"),
        kind=kind,
        titles=table.names(),
        items=table.lists_of("items"),
        levels=table.lists_of("levels"),
        value=table.number("value") if "value" in table.values else None,
        unit=table.optional_text("unit"),
        open_until_week=table.whole("open_until_week")
        if "open_until_week" in table.values
        else None,
        is_restricted=table.flag("restricted"),
        unreviewed=languages,
    )


def _one_of(table: Table, key: str, allowed: tuple[str, ...]) -> str:
    value = table.text(key)
    if value not in allowed:
        raise table.error(key, f"{value!r} is not one of {', '.join(allowed)}")
    return value
