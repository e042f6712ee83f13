"""What several journeys begin with: an account from the office, a code for it, coming in."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.journeys.journey import Journey

OFFICE = "administrator.demo"
# Where the days of the school begin, unless it is set up otherwise.
ZONE = ZoneInfo("Europe/Paris")
SIGN_OUT = 'footer form[action="/sign-out"] button'


@dataclass(frozen=True)
class Newcomer:
    """Someone whom the school does not know yet; the sign-in name is made of the Latin name."""

    given: str
    family: str
    given_ar: str
    family_ar: str

    @property
    def sign_in_name(self) -> str:
        return f"{self.given}.{self.family}".casefold()

    def names(self) -> tuple[str, str]:
        """As papers and pages print them: Latin letters, Arabic letters."""
        return f"{self.given} {self.family}", f"{self.given_ar} {self.family_ar}"


def school_day(from_today: int = 0) -> date:
    """Today at the school, or so many days from it."""
    return datetime.now(ZONE).date() + timedelta(days=from_today)


def make_account(office: Journey, person: Newcomer) -> int:
    """From the list of people to the page of the new one; the id of the account."""
    office.go("/people")
    office.follow(office.link("/people/new"))
    office.page.fill("[name=given_name_lat]", person.given)
    office.page.fill("[name=family_name_lat]", person.family)
    office.page.fill("[name=given_name_ar]", person.given_ar)
    office.page.fill("[name=family_name_ar]", person.family_ar)
    office.choose("[name=civility]")
    office.follow("main form:has([name=family_name_lat]) button[type=submit]")
    user_id = int(office.path.removeprefix("/people/"))
    assert person.sign_in_name in office.words
    return user_id


def give_code(office: Journey, user_id: int) -> tuple[str, str]:
    """On the page of a person; the sign-in name and the code of the slip."""
    office.go(f"/people/{user_id}")
    office.follow(office.link(f"/people/{user_id}/code"))
    office.follow(office.submit(f"/people/{user_id}/code"))
    return read_slip(office)


def read_slip(giver: Journey) -> tuple[str, str]:
    name, code = (words.inner_text() for words in giver.all(".slip__code"))
    return name, code


def make_known(office: Journey, person: Newcomer) -> tuple[int, str, str]:
    """An account and its code: the id, the sign-in name, the code."""
    user_id = make_account(office, person)
    return user_id, *give_code(office, user_id)


def use_code(journey: Journey, sign_in_name: str, code: str, password: str = "") -> str:
    """From the sign-in page, with a code, to what comes next; the password chosen.

    Without one, the four words that the page suggests are taken.
    """
    journey.go("/")
    assert journey.path.startswith("/sign-in")
    journey.follow(journey.link("/password"))
    journey.page.fill("[name=sign_in_name]", sign_in_name)
    journey.page.fill("[name=code]", code.lower())
    if password:
        journey.page.fill("[name=password]", password)
    else:
        password = journey.page.inner_text(".suggestion__words")
        journey.choose("[name=takes_suggestion]")
    journey.follow("main form button[type=submit]")
    return password


def come_in(journey: Journey, sign_in_name: str, code: str, password: str = "") -> str:
    """The first sign-in: the code, the privacy notice, home.

    In between whoever has not yet said that their name is right is asked once.
    """
    password = use_code(journey, sign_in_name, code, password)
    assert journey.path.startswith("/privacy")
    journey.follow(journey.submit("/privacy"))
    if journey.path.startswith("/account/name-confirmation"):
        journey.follow(journey.submit("/account/name-confirmation"))
    return password


def sign_in(journey: Journey, sign_in_name: str, password: str) -> None:
    """From the sign-in page to what comes next, welcome or not."""
    journey.go("/")
    assert journey.path.startswith("/sign-in")
    journey.page.fill("[name=sign_in_name]", sign_in_name)
    journey.page.fill("[name=password]", password)
    journey.follow("main form button[type=submit]")
