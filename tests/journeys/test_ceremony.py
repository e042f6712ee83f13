"""The evening before the ceremony: who is ready, a name mended late, all of it to the printer."""

import csv
import hashlib
import io
import zipfile

import pypdf
import pytest

from tests.journeys.conftest import Visit
from tests.journeys.journey import LANGUAGES, Journey
from tests.journeys.serving import School
from tests.journeys.test_administrator import (
    GROUP,
    PAPERS,
    PRINTING_SECONDS,
    Paper,
    issue_to_everyone,
    letters,
    live,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.pdf,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.timeout(600),
]

# "The name is wrong"; the name as it should be; yes.
MOST_ACTIONS = 3
# The newest papers: the oldest are revoked and replaced by another journey.
MISSPELT = {"fr": -1, "ar": -2}
BUNDLE = "SELECT max(id) FROM bundles WHERE cohort_id = ?"


@LANGUAGES
def test_one_name_is_mended_on_the_eve(visit: Visit, school: School, language: str) -> None:
    cohort_id = school.value("SELECT id FROM cohorts WHERE code = ?", GROUP)
    journey = visit("administrator.demo", language)
    journey.follow('nav a[href="/cohorts"]')
    journey.follow(f'main a[href="/cohorts/{cohort_id}"]')
    see_who_is_ready(journey, school, cohort_id)
    journey.follow(journey.link("/certificates?kind=leadership"))
    if not school.rows(PAPERS, cohort_id):
        issue_to_everyone(journey)

    misspelt = live(school, cohort_id)[MISSPELT[language]]
    arabic = mend_name(journey, misspelt)
    newest = school.rows(PAPERS, cohort_id)[-1]
    assert newest[4].endswith("ane")
    assert newest[5].endswith(arabic)
    assert newest[6] == misspelt[6]

    bundle = ask_for_bundle(journey, school, cohort_id)
    in_order = hand_over(journey, cohort_id)
    assert newest[1] in in_order
    assert misspelt[1] not in in_order
    check_files(journey, bundle, in_order, newest)
    verify(journey, misspelt, newest)


def see_who_is_ready(journey: Journey, school: School, cohort_id: int) -> None:
    """Everyone of the cohort is on the page, and on the proof whoever has no paper yet."""
    places = school.value("SELECT count(*) FROM enrolments WHERE cohort_id = ?", cohort_id)
    standing = sum(is_live for _, _, _, is_live, *_ in school.rows(PAPERS, cohort_id))
    journey.follow(f'main a[href="/cohorts/{cohort_id}/readiness"]')
    assert len(journey.all("tbody tr")) == places
    journey.follow('main a[href*="/certificates/proof"]')
    assert len(journey.all("tbody tr:has(th)")) == places - standing
    journey.follow('a[href*="/readiness"]')


def mend_name(journey: Journey, paper: Paper) -> str:
    """From the list of papers to a new one, in three actions; the new Arabic family name."""
    credential_id, number, *_ = paper
    before = len(journey.seen)
    journey.follow(journey.link(f"/certificates/{credential_id}/name"))
    assert number in journey.words
    family = journey.page.locator("[name=family_name_lat]")
    family.fill(f"{family.input_value()}ane")
    family_ar = journey.page.locator("[name=family_name_ar]")
    arabic = f"{family_ar.input_value()}ان"
    family_ar.fill(arabic)
    journey.follow("main form:has([name=family_name_lat]) button[type=submit]")
    assert all(name in journey.words for name in (paper[4], f"{paper[4]}ane", arabic))
    journey.follow("main form:has([name=confirmed]) button[type=submit]")
    assert len(journey.seen) - before == MOST_ACTIONS
    assert not journey.has(journey.link(f"/certificates/{credential_id}/name"))
    return arabic


def ask_for_bundle(journey: Journey, school: School, cohort_id: int) -> str:
    """One press; the page of the files, which says how far they are."""
    journey.follow(f'main form[action*="/cohorts/{cohort_id}/bundles"] button')
    bundle = f"/cohorts/{cohort_id}/bundles/{school.value(BUNDLE, cohort_id)}"
    assert journey.path == bundle
    return bundle


def hand_over(journey: Journey, cohort_id: int) -> list[str]:
    """The list that people sign, meanwhile; the numbers of the papers in its order."""
    journey.go(f"/cohorts/{cohort_id}/certificates/handing-over?kind=leadership")
    return [number.inner_text() for number in journey.all("tbody .number")]


def check_files(journey: Journey, bundle: str, in_order: list[str], newest: Paper) -> None:
    """One file for the printer, in the order of the list; an archive that proves each paper."""
    journey.wait_for(lambda: journey.fetch(bundle).status == 200, PRINTING_SECONDS)
    journey.go(bundle)
    pdf, archive = (
        journey.fetch(journey.page.get_attribute(f'main a[href$="{bundle}.{ending}"]', "href"))
        for ending in ("pdf", "zip")
    )
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.body())).pages]
    found = [next(number for number in in_order if number in page) for page in pages]
    # Every page is of one paper, and the papers stand in the order of the list.
    assert list(dict.fromkeys(found)) == in_order
    assert found == sorted(found, key=in_order.index)
    text = "".join(page for page, number in zip(pages, found, strict=True) if number == newest[1])
    assert newest[4] in " ".join(text.split())
    assert letters(newest[5]) in letters(text)

    with zipfile.ZipFile(io.BytesIO(archive.body())) as files:
        listed = files.read("manifest.csv").decode("utf-8-sig").splitlines()
        rows = list(csv.reader(listed, delimiter=";"))[1:]
        assert [row[0] for row in rows] == in_order
        assert sorted(row[-1] for row in rows) == sorted(set(files.namelist()) - {"manifest.csv"})
        for *_, digest, name in rows:
            assert hashlib.sha256(files.read(name)).hexdigest() == digest


def verify(journey: Journey, misspelt: Paper, newest: Paper) -> None:
    """Whoever checks the old paper reads that it is replaced, and by which."""
    journey.go(f"/verify/{misspelt[2]}")
    assert journey.has(".verdict.tone--late")
    assert newest[1] in journey.words
    journey.go(f"/verify/{newest[2]}")
    assert journey.has(".verdict.tone--done")
    assert newest[4] in journey.words
