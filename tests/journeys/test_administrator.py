"""The office: papers for a group, their PDFs, one revoked, one replaced, a code for someone."""

import re
import unicodedata
from io import BytesIO

import pypdf
import pytest

from tests.journeys.conftest import Visit
from tests.journeys.journey import LANGUAGES, Journey
from tests.journeys.serving import School

pytestmark = [
    pytest.mark.browser,
    pytest.mark.pdf,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.timeout(600),
]

NAME = "administrator.demo"
GROUP = "DIR-2026"
# Sixty papers of the demonstration are printed first.
PRINTING_SECONDS = 240
NOBODYS_PASSWORD = "quatre mots faciles à retenir"
REASON = {"fr": "Délivré par erreur", "ar": "سلمت خطأ"}
PAPERS = """
    SELECT credentials.id, credentials.number, credentials.code, credentials.is_live,
           users.given_name_lat || ' ' || users.family_name_lat,
           users.given_name_ar || ' ' || users.family_name_ar, users.sign_in_name
    FROM credentials
    JOIN enrolments ON enrolments.id = credentials.enrolment_id
    JOIN users ON users.id = enrolments.trainee_id
    WHERE enrolments.cohort_id = ? ORDER BY credentials.number
"""


@LANGUAGES
def test_the_office_issues_revokes_and_replaces(
    visit: Visit, school: School, language: str
) -> None:
    cohort_id = school.value("SELECT id FROM cohorts WHERE code = ?", GROUP)
    journey = visit(NAME, language)
    journey.follow('nav a[href="/cohorts"]')
    journey.follow(f'main a[href="/cohorts/{cohort_id}"]')
    journey.follow(f'main a[href="/cohorts/{cohort_id}/certificates"]')

    if not school.rows(PAPERS, cohort_id):
        issue_to_everyone(journey)
    check_numbers(journey, school, cohort_id)
    revoked, replaced = live(school, cohort_id)[:2]
    read_paper(journey, replaced)
    revoke(journey, school, cohort_id, revoked)
    replace(journey, school, cohort_id, replaced)
    check_numbers(journey, school, cohort_id)


@LANGUAGES
def test_the_office_gives_a_code_that_opens_the_account(
    visit: Visit, school: School, language: str
) -> None:
    cohort_id = school.value("SELECT id FROM cohorts WHERE code = ?", GROUP)
    journey = visit(NAME, language)
    journey.go(f"/cohorts/{cohort_id}")
    # The last of the list is nobody's demonstration account.
    journey.follow(journey.all(f'main a[href^="/cohorts/{cohort_id}/trainees/"]')[-1])
    journey.follow(journey.submit("/code"))
    sign_in_name, code = (words.inner_text() for words in journey.all(".slip__code"))
    assert sign_in_name != "leader.demo"

    trainee = visit(None, language)
    trainee.go("/password")
    trainee.page.fill("[name=sign_in_name]", sign_in_name)
    trainee.page.fill("[name=code]", code.lower())
    trainee.page.fill("[name=password]", NOBODYS_PASSWORD)
    trainee.follow("main form button[type=submit]")
    # What is asked once: to read the privacy notice, and whether the name is right.
    for asked in ("/privacy", "/account/name-confirmation"):
        if trainee.path.startswith(asked):
            trainee.follow(trainee.submit(asked))
    assert trainee.has('nav a[href^="/path/"]')


Paper = tuple[int, str, str, bool, str, str, str]


def live(school: School, cohort_id: int) -> list[Paper]:
    """Papers that stand, of people with a name in both scripts; visitors keep theirs."""
    return [
        paper
        for paper in school.rows(PAPERS, cohort_id)
        if paper[3] and paper[5].strip() and paper[6] != "leader.demo"
    ]


def issue_to_everyone(journey: Journey) -> None:
    """Whoever is ready is ticked already: one act for all."""
    ready = journey.all("main form input[name=people]")
    assert len(ready) > 1
    assert all(box.is_checked() for box in ready)
    address = journey.path
    journey.follow("main form:has([name=people]) button[type=submit]")
    assert journey.path.partition("?")[0] == address.partition("?")[0]
    assert not journey.has("main form input[name=people]")
    assert len(journey.all('main a[href$="/revocation"]')) == len(ready)


def check_numbers(journey: Journey, school: School, cohort_id: int) -> None:
    """Numbers follow one another without a gap, and those that stand are on the page."""
    papers = school.rows(PAPERS, cohort_id)
    assert [int(number[-4:]) for _, number, *_ in papers] == list(range(1, len(papers) + 1))
    standing = [number for _, number, _, is_live, *_ in papers if is_live]
    assert len(standing) == len(journey.all('main a[href$="/revocation"]'))
    assert not [number for number in standing if number not in journey.words]


def read_paper(journey: Journey, paper: Paper) -> None:
    """The PDF comes when the worker has made it, and says what it must."""
    credential_id, number, code, _, latin, arabic, _ = paper
    text = printed(journey, credential_id)
    assert number in text
    assert "-".join(code[start : start + 4] for start in range(0, 16, 4)) in text
    assert latin in " ".join(text.split())
    assert letters(arabic) in letters(text)


def printed(journey: Journey, credential_id: int) -> str:
    address = f"/certificates/{credential_id}.pdf"
    pdf = b""

    def is_made() -> bool:
        nonlocal pdf
        answer = journey.fetch(address)
        if answer.status == 202:
            return False
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/pdf"
        pdf = answer.body()
        return True

    journey.wait_for(is_made, PRINTING_SECONDS)
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


def letters(text: str) -> str:
    """Arabic letters alone: extraction may give presentation forms, marks and other spaces."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(re.findall(r"[\u0621-\u064a]", plain))


def revoke(journey: Journey, school: School, cohort_id: int, paper: Paper) -> None:
    """Whoever checks the paper from now on reads that it is revoked, and why."""
    credential_id, number, code, *_ = paper
    journey.follow(journey.link(f"/certificates/{credential_id}/revocation"))
    assert number in journey.words
    journey.page.fill("[name=reason]", REASON[journey.language])
    journey.follow("main form button[type=submit]")
    assert journey.path.startswith(f"/cohorts/{cohort_id}/certificates")
    assert not journey.has(journey.link(f"/certificates/{credential_id}/revocation"))
    back = journey.path
    journey.go(f"/verify/{code}")
    assert journey.has(".verdict.tone--absent")
    assert REASON[journey.language] in journey.words
    journey.go(back)
    assert number not in [
        num for _, num, _, is_live, *_ in school.rows(PAPERS, cohort_id) if is_live
    ]


def replace(journey: Journey, school: School, cohort_id: int, paper: Paper) -> None:
    """A new number takes the place of the old one, whose code leads to it."""
    credential_id, number, code, *_ = paper
    back = journey.path
    journey.follow(journey.link(f"/certificates/{credential_id}/reissue"))
    assert number in journey.words
    journey.page.fill("[name=reason]", REASON[journey.language])
    journey.follow("main form button[type=submit]")
    newest = school.rows(PAPERS, cohort_id)[-1]
    assert newest[4] == paper[4]
    journey.go(f"/verify/{code}")
    assert journey.has(".verdict.tone--late")
    assert newest[1] in journey.words
    journey.go(back)
    read_paper(journey, newest)
