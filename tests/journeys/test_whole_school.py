"""A school from nothing to a paper that a stranger finds genuine, all of it in the browser."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext

from tests.journeys.coming_in import Newcomer, come_in, make_known
from tests.journeys.conftest import PATIENCE_MILLISECONDS, arrival
from tests.journeys.journey import Journey
from tests.journeys.relay import Relay
from tests.journeys.serving import School, command, free_port, start_own

pytestmark = [
    pytest.mark.browser,
    pytest.mark.pdf,
    pytest.mark.xdist_group("school"),
    pytest.mark.timeout(900),
]

OFFICE, OFFICE_PASSWORD = "hajja", "une maison au pied du Siroua"
TEACHER = Newcomer("Karim", "Berrada", "كريم", "برادة")
SCHOOL = {
    "legal_name": "École des terroirs solidaires",
    "legal_name_ar": "مدرسة المنتجات المحلية التضامنية",
    "declaration_number": "93131234513",
    "address": "12 rue de la République, 13001 Marseille",
    "place": "Marseille",
    "place_ar": "مرسيليا",
    "representative": "Fatima Idrissi",
    "representative_ar": "فاطمة الإدريسي",
    "representative_title": "Présidente",
    "representative_title_ar": "رئيسة",
    "help_telephone": "+33 4 91 00 00 00",
}
# As a spreadsheet copies it: tabs between the cells.
PEOPLE = """\
Prénom	Nom	Prénom arabe	Nom arabe	Civilité	Ville
Aïcha	Amrani	عائشة	العمراني	Mme	Taliouine
Brahim	Aït Ali	ابراهيم	أيت علي	M	Marseille
Chadia	Bennis	شادية	بنيس	Mme	Nice
Driss	Chraïbi	إدريس	الشرايبي	M	Toulon
Fadma	Oubella	فاضمة	أوبلا	Mme	Taznakht
Ghita	Sebti	غيثة	السبتي	Mme	Avignon
Hassan	Tazi	حسن	التازي	M	Arles
Ilham	Kabbaj	إلهام	القباج	Mme	Montpellier
Jamal	Naciri	جمال	الناصري	M	Nîmes
Khadija	Lahlou	خديجة	لحلو	Mme	Bastia
Lahcen	Ouzzine	لحسن	أوزين	M	Ajaccio
Malika	Filali	مليكة	الفيلالي	Mme	Marseille
Nabil	Haddad	نبيل	حداد	M	Aubagne
Rachida	Zniber	رشيدة	زنيبر	Mme	Martigues
Saïd	Moutawakil	سعيد	المتوكل	M	Perpignan
Zahra	Yacoubi	الزهراء	اليعقوبي	Mme	Béziers
"""
TRAINEES = 16
HALF_DAYS = 6
SATURDAY = 5
WEEKS = 4
REASON = {"fr": "La salle est prise ce jour-là", "ar": "القاعة محجوزة في ذلك اليوم"}
PRINTING_SECONDS = 240
PAPER = "completion"
PAPERS = """
    SELECT credentials.id, credentials.number, credentials.code,
           users.given_name_lat || ' ' || users.family_name_lat,
           users.given_name_ar || ' ' || users.family_name_ar
    FROM credentials
    JOIN enrolments ON enrolments.id = credentials.enrolment_id
    JOIN users ON users.id = enrolments.trainee_id
    WHERE credentials.is_live ORDER BY credentials.number
"""


@dataclass(frozen=True)
class Dates:
    """A cohort of the last four weeks, over since yesterday: its first and last day."""

    first: date
    last: date

    @classmethod
    def until_yesterday(cls) -> "Dates":
        yesterday = datetime.now(ZoneInfo("Europe/Paris")).date() - timedelta(days=1)
        return cls(yesterday - timedelta(weeks=WEEKS), yesterday)


@dataclass(frozen=True)
class Start:
    """A school just begun: nobody but an administrator who holds a one-time code."""

    school: School
    code: str


@pytest.fixture
def start(request: pytest.FixtureRequest, tmp_path: Path, own_place: str | None) -> Iterator[Start]:
    """On an empty folder, or on one where the demonstration was tried and removed."""
    here = partial(command, tmp_path, database=own_place)
    if request.param == "after the demonstration":
        here("db", "upgrade")
        here("demo", "load")
        assert "removed" in here("demo", "remove")
    port = free_port()
    relay = Relay(tmp_path, port)
    try:
        school = start_own(tmp_path, port, f"https://localhost:{relay.port}", own_place)
        try:
            said = here(
                *("create-administrator", OFFICE),
                *("--given-name", "Fatima", "--family-name", "Idrissi"),
            )
            code = re.search(r"\b[0-9A-Z]{4} [0-9A-Z]{4}\b", said)
            assert code
            yield Start(school, code[0])
        finally:
            school.stop()
    finally:
        relay.close()


Arrive = Callable[[], Journey]


@pytest.fixture
def arrive(start: Start, chromium: Browser, language: str) -> Iterator[Arrive]:
    """Someone comes to the school with a browser of their own."""
    contexts: list[BrowserContext] = []
    journeys: list[Journey] = []

    def come() -> Journey:
        # The relay's certificate is its own: no authority vouches for it.
        context = chromium.new_context(
            base_url=start.school.address, ignore_https_errors=True, **arrival(language)
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        journeys.append(Journey(context.new_page(), language, start.school.address))
        return journeys[-1]

    yield come
    for context in contexts:
        context.close()
    assert not [fault for journey in journeys for fault in journey.faults]


@pytest.mark.parametrize(
    ("language", "start"),
    [
        pytest.param("fr", "after the demonstration", marks=pytest.mark.short_on("sqlite")),
        pytest.param("ar", "on an empty folder", marks=pytest.mark.short_on("postgresql")),
    ],
    indirect=["start"],
)
def test_a_school_from_nothing_to_a_verified_paper(
    start: Start, arrive: Arrive, tmp_path: Path
) -> None:
    school, dates = start.school, Dates.until_yesterday()
    office = arrive()
    come_in(office, OFFICE, start.code, OFFICE_PASSWORD)
    assert office.path == "/"
    describe_school(office)
    give_logo(office, tmp_path)
    room_id = open_site(office, school)
    _, teacher_name, teacher_code = make_known(office, TEACHER)
    cohort_id = make_cohort(office, school, dates)
    name_teacher(office, cohort_id, dates)
    enrol_people(office, school, cohort_id)
    plan_half_days(office, cohort_id, room_id)
    move_one(office, school)
    cancel_one_and_hold_it(office, school, cohort_id)
    print_slips(office, school, cohort_id)

    teacher = arrive()
    come_in(teacher, teacher_name, teacher_code)
    close_registers(teacher, school)

    read_readiness(office, cohort_id)
    issue_papers(office, school, cohort_id)
    pages = read_papers(office, school)
    read_bundle(office, cohort_id, pages)

    stranger = arrive()
    for paper in school.rows(PAPERS)[:: TRAINEES - 1]:
        check_paper(stranger, paper)
    assert stranger.page.context.cookies() == []


def describe_school(journey: Journey) -> None:
    """Home says what comes first; papers lack nothing of the school afterwards."""
    journey.follow('main .step--now a[href="/school"]')
    assert journey.has(".banner.tone--late")
    journey.follow(journey.link("/school/details"))
    fill(journey, SCHOOL)
    send(journey)
    assert journey.path == "/school"
    assert not journey.has(".banner.tone--late")
    assert not [text for text in SCHOOL.values() if text not in journey.words]


def give_logo(journey: Journey, folder: Path) -> None:
    drawing = folder / "logo.png"
    Image.new("RGB", (400, 200), "#7a3b1d").save(drawing)
    journey.follow(journey.link("/school/logo/file"))
    journey.page.set_input_files("[name=logo]", drawing)
    journey.follow('main form[action$="/school/logo/file"] button')
    shown = journey.page.locator("main img.logo")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def open_site(journey: Journey, school: School) -> int:
    """A site with a room for everyone; the id of the room."""
    journey.follow('nav a[href="/more"]')
    journey.follow(journey.link("/sites"))
    journey.follow(journey.link("/sites/new"))
    fill(journey, {"name_fr": "Maison de la République", "name_ar": "دار الجمهورية"})
    journey.choose("[name=country][value=FR]")
    send(journey)
    journey.follow('main a[href$="/rooms/new"]')
    fill(journey, {"name": "Salle Argan", "capacity": "20"})
    send(journey)
    assert "Salle Argan" in journey.words
    return int(school.value("SELECT id FROM rooms WHERE name = 'Salle Argan'"))


def make_cohort(journey: Journey, school: School, dates: Dates) -> int:
    journey.follow('nav a[href="/cohorts"]')
    journey.follow(journey.link("/cohorts/new"))
    fill(journey, {"name": "Dirigeants 1", "name_ar": "المسيرون 1"})
    fill(journey, {"starts_on": str(dates.first), "ends_on": str(dates.last)})
    course = school.value("SELECT id FROM curricula WHERE code = 'leadership'")
    journey.page.select_option("[name=curriculum_id]", str(course))
    send(journey)
    found = re.fullmatch(r"/cohorts/(\d+)", journey.path)
    assert found
    return int(found[1])


def name_teacher(journey: Journey, cohort_id: int, dates: Dates) -> None:
    journey.follow(journey.link(f"/cohorts/{cohort_id}/instructors"))
    journey.page.fill("[name=q]", "berrada")
    journey.follow("main form[role=search] button")
    journey.choose("[name=user_id]")
    journey.page.fill("[name=from_on]", str(dates.first))
    journey.follow("main form:has([name=user_id]) button[type=submit]")
    assert journey.has("main table tbody tr")
    journey.go(f"/cohorts/{cohort_id}")


def enrol_people(journey: Journey, school: School, cohort_id: int) -> None:
    """The list is shown as it was understood; nobody is written before the second word."""
    enrolled = "SELECT count(*) FROM enrolments WHERE cohort_id = ?"
    journey.follow(journey.link(f"/cohorts/{cohort_id}/roster"))
    journey.page.fill("[name=text]", PEOPLE)
    journey.follow("main form:has([name=text]) button[type=submit]")
    assert len(journey.all("main table tbody tr")) == TRAINEES
    assert school.value(enrolled, cohort_id) == 0
    journey.follow("button[name=act][value=enrol]")
    assert journey.path == f"/cohorts/{cohort_id}"
    assert len(journey.all("main table tbody tr")) == TRAINEES
    assert school.value(enrolled, cohort_id) == TRAINEES


def plan_half_days(journey: Journey, cohort_id: int, room_id: int) -> None:
    """Saturdays, morning and afternoon, until every module has its half-days."""
    journey.follow(journey.link(f"/cohorts/{cohort_id}/half-days"))
    journey.follow(journey.link("/half-days/series"))
    journey.choose(f"[name=weekdays][value='{SATURDAY}']")
    room = journey.page.locator(f"[name=place] option[value$='-{room_id}']")
    journey.page.select_option("[name=place]", room.get_attribute("value"))
    assert journey.page.locator("[name=skips_holidays]").is_checked()
    journey.follow("form#series button[type=submit]")
    assert len(journey.all("main table tbody tr")) == HALF_DAYS
    journey.follow("button[name=seal]")
    assert journey.path == f"/cohorts/{cohort_id}/half-days"
    assert len(half_days(journey)) == HALF_DAYS


def half_days(journey: Journey) -> list[str]:
    """The addresses of the half-days on the page, in their order."""
    links = journey.all('main .timeline a[href^="/sessions/"]')
    addresses = [link.get_attribute("href") or "" for link in links]
    return [one for one in addresses if re.fullmatch(r"/sessions/\d+", one)]


def move_one(journey: Journey, school: School) -> None:
    """The first one goes to the Sunday after."""
    address = half_days(journey)[0]
    journey.follow(f'main a[href="{address}"]')
    journey.follow(journey.link(f"{address}/move"))
    moment = "SELECT held_on FROM training_sessions WHERE id = ?"
    planned = date.fromisoformat(school.value(moment, address.rpartition("/")[2]))
    sunday = planned + timedelta(days=1)
    fill(journey, {"held_on": str(sunday), "reason": REASON[journey.language]})
    send(journey)
    # A Sunday that is a public holiday as well is moved to all the same, knowingly.
    if journey.has("[name=knows]"):
        journey.choose("[name=knows]")
        send(journey)
    assert journey.path == address
    assert REASON[journey.language] in journey.words
    assert school.value(moment, address.rpartition("/")[2]) == str(sunday)


def cancel_one_and_hold_it(journey: Journey, school: School, cohort_id: int) -> None:
    """Cancelled with a reason that everyone reads, then held after all."""
    cancelled = "SELECT count(*) FROM training_sessions WHERE cancelled_at IS NOT NULL"
    journey.follow(journey.link(f"/cohorts/{cohort_id}/half-days"))
    address = half_days(journey)[-1]
    journey.follow(f'main a[href="{address}"]')
    journey.follow(journey.link(f"{address}/cancellation"))
    journey.page.fill("[name=reason]", REASON[journey.language])
    send(journey)
    assert REASON[journey.language] in journey.words
    assert school.value(cancelled) == 1
    journey.follow(f'main a[href="{address}"]')
    journey.follow(journey.submit("/restoration"))
    assert journey.path == address
    assert school.value(cancelled) == 0


def print_slips(journey: Journey, school: School, cohort_id: int) -> None:
    """A code for each person, on one sheet, with the address that the world knows."""
    journey.follow(f'main a[href="/cohorts/{cohort_id}"]')
    journey.follow(journey.link(f"/cohorts/{cohort_id}/codes"))
    send(journey)
    assert len(journey.all(".slip")) == TRAINEES
    codes = [words.inner_text() for words in journey.all(".slip__code")]
    assert len(set(codes)) == 2 * TRAINEES
    addresses = {words.inner_text() for words in journey.all(".slip__address")}
    assert addresses == {f"{school.address}/password"}


def close_registers(journey: Journey, school: School) -> None:
    """Everyone was there, but for one person on one half-day."""
    for number in range(HALF_DAYS):
        journey.follow('nav a[href="/registers"]')
        journey.follow('main .timeline a[href$="/register"]')
        everyone = journey.page.locator("button[name=all]")
        if journey.has_scripts:
            everyone.click()
        else:
            journey.follow(everyone)
        if number == 0:
            journey.choose("fieldset.row:last-of-type input[value=absent]")
        journey.follow("button[name=do][value=close]")
    journey.follow('nav a[href="/registers"]')
    assert not journey.has('main a[href$="/register"]')
    said = dict(school.rows("SELECT status, count(*) FROM attendance_records GROUP BY status"))
    assert said == {"present": HALF_DAYS * TRAINEES - 1, "absent": 1}


def read_readiness(journey: Journey, cohort_id: int) -> None:
    """Everyone is ready for the paper that states hours; the list to check names is printed."""
    journey.go(f"/cohorts/{cohort_id}")
    journey.follow(journey.link(f"/cohorts/{cohort_id}/readiness"))
    journey.follow(f'main a[href$="/readiness?kind={PAPER}"]')
    assert not journey.has(".banner.tone--absent")
    assert len(journey.all("main table tbody tr")) == TRAINEES
    readiness = journey.path
    journey.follow(f'main a[href$="/proof?kind={PAPER}"]')
    assert not [name for name in arabic_names() if name not in journey.words]
    journey.follow(f'a[href$="{readiness}"]')


def arabic_names() -> list[str]:
    lines = [line.split("\t") for line in PEOPLE.splitlines()[1:]]
    return [f"{given} {family}" for _, _, given, family, *_ in lines]


def issue_papers(journey: Journey, school: School, cohort_id: int) -> None:
    journey.follow(f'main a[href$="/certificates?kind={PAPER}"]')
    if journey.path.startswith("/confirmation"):
        journey.page.fill("[name=password]", OFFICE_PASSWORD)
        send(journey)
    ready = journey.all("main form input[name=people]")
    assert len(ready) == TRAINEES
    assert all(box.is_checked() for box in ready)
    journey.follow("main form:has([name=people]) button[type=submit]")
    numbers = [number for _, number, *_ in school.rows(PAPERS)]
    assert [int(number[-4:]) for number in numbers] == list(range(1, TRAINEES + 1))
    assert not [number for number in numbers if number not in journey.words]


def read_papers(journey: Journey, school: School) -> int:
    """Every paper is printed and says whose it is and where it is checked; pages of them all."""
    host = school.address.removeprefix("https://")
    pages = 0
    for credential_id, number, code, latin, _ in school.rows(PAPERS):
        address = f"/certificates/{credential_id}.pdf"
        journey.wait_for(partial(is_printed, journey, address), PRINTING_SECONDS)
        sheets = pdf_pages(journey, address)
        text = " ".join(" ".join(sheets).split())
        dashed = "-".join(code[begin : begin + 4] for begin in range(0, 16, 4))
        for words in (number, dashed, latin, host, SCHOOL["legal_name"]):
            assert words in text, words
        assert "SPÉCIMEN" not in text.upper()
        pages += len(sheets)
    return pages


def is_printed(journey: Journey, address: str) -> bool:
    return bool(journey.fetch(address).status != 202)


def pdf_pages(journey: Journey, address: str) -> list[str]:
    """The text of each page of a file that is there."""
    answer = journey.fetch(address)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(answer.body())).pages]


def read_bundle(journey: Journey, cohort_id: int, pages: int) -> None:
    """All papers in one file for the printer; a script, or the reader, looks until it is made."""
    journey.follow('main form[action*="/bundles"] button')
    assert re.fullmatch(rf"/cohorts/{cohort_id}/bundles/\d+", journey.path)
    made = journey.page.locator('main a[href$=".pdf"]')

    def is_made() -> bool:
        if not journey.has_scripts and not made.count():
            journey.follow(journey.link(journey.path))
        return made.count() > 0

    journey.wait_for(is_made, PRINTING_SECONDS)
    journey.look()
    address = made.get_attribute("href")
    assert address
    assert len(pdf_pages(journey, address)) == pages >= TRAINEES


def check_paper(journey: Journey, paper: tuple[int, str, str, str, str]) -> None:
    """Without an account, at the address printed on the paper."""
    _, number, code, latin, arabic = paper
    journey.go(f"/verify/{code}")
    assert journey.has(".verdict.tone--done")
    name = SCHOOL["legal_name_ar" if journey.language == "ar" else "legal_name"]
    for words in (number, latin, arabic, name, SCHOOL["declaration_number"]):
        assert words in journey.words, words


def fill(journey: Journey, values: dict[str, str]) -> None:
    """Type into fields by their names."""
    for name, value in values.items():
        journey.page.fill(f"[name={name}]", value)


def send(journey: Journey) -> None:
    """Press the button of the page's form."""
    journey.follow("main form[method=post] button[type=submit]")
