"""Who of the demonstration school leads which association, and the facts drawn for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ecopter.associations.rules import Activity, Office
from ecopter.seeding.rules.demo_draw import Draw
from ecopter.seeding.rules.demo_files import AssociationDraws, DemoFiles, PersonFile

# The first leader trained of an association presides over it, the second keeps its money.
OFFICES = (Office.PRESIDENT, Office.TREASURER)
# Before the training of 2011; and those of the current group, long before any loading day.
FIRST_YEARS, LATE_YEARS = (2008, 2009, 2010), (2023, 2024)
CURRENT = "DIR-2026"
ONE_DAY = timedelta(days=1)
SHARE_WITH_WEBSITE = 35


@dataclass(frozen=True)
class DrawnFacts:
    """What is drawn by lot for an association."""

    town: str
    founded_in: int
    activity: Activity
    commune: str
    website: str


@dataclass(frozen=True)
class MandateFile:
    """One mandate by the codes of its person and association; open without a last day."""

    person: str
    association: str
    office: Office
    from_on: date
    until_on: date | None = None


def drawn_facts(draw: Draw, draws: AssociationDraws, number: str, department: str) -> DrawnFacts:
    """Town, year, activity, commune and perhaps a page of one association."""
    first, last = draws.founded
    has_website = draw.happens(SHARE_WITH_WEBSITE, "website", number)
    return DrawnFacts(
        town=draw.one_of(draws.towns[department], "town", number),
        founded_in=first + draw.below(last - first + 1, "founded", number),
        activity=draw.one_of(Activity, "activity", number),
        commune=draw.one_of(draws.communes, "commune", number),
        website=f"https://association-{number}.exemple.invalid" if has_website else "",
    )


def mandates(draw: Draw, files: DemoFiles) -> list[MandateFile]:
    """One mandate for every leader with an association.

    Every other leader of the current group follows the president of theirs, whose mandate ends
    the day before; the others join as secretaries.
    """
    people = [person for person in files.people if person.association]
    current = [person for person in people if person.cohort == CURRENT]
    new: list[MandateFile] = []
    ends: dict[str, date] = {}
    for place, person in enumerate(current):
        from_on = _day(draw, LATE_YEARS, person)
        succeeds = place % 2 == 0
        office = Office.PRESIDENT if succeeds else Office.SECRETARY
        new.append(MandateFile(person.code, person.association, office, from_on))
        if succeeds:
            ends[person.association] = from_on - ONE_DAY
    found: list[MandateFile] = []
    for number, leaders in _by_association(people).items():
        for office, person in zip(OFFICES, leaders, strict=False):
            until_on = ends.get(number) if office is Office.PRESIDENT else None
            from_on = _day(draw, FIRST_YEARS, person)
            found.append(MandateFile(person.code, number, office, from_on, until_on))
    return [*found, *new]


def _by_association(people: Sequence[PersonFile]) -> Mapping[str, list[PersonFile]]:
    found: dict[str, list[PersonFile]] = {}
    for person in people:
        if person.cohort != CURRENT:
            found.setdefault(person.association, []).append(person)
    return found


def _day(draw: Draw, years: Sequence[int], person: PersonFile) -> date:
    """The day of the general assembly that chose someone."""
    year = draw.one_of(years, "mandate", person.code)
    return date(year, 1, 8) + timedelta(days=draw.below(300, "mandate day", person.code))
