"""Tab alone: what has focus is seen, nothing covers it, and it comes in the order it is read."""

import pytest

from tests.pages.conftest import EVERY, PHONE
from tests.pages.looking import Eye, Findings, eye, look

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("pages"),
    pytest.mark.timeout(4 * 3600),
]

# What people do all day; the long form walks through every page.
DAILY = {
    "/sign-in",
    "/",
    "/path/<int:enrolment_id>",
    "/path/<int:enrolment_id>/lessons/<int:lesson_id>/quiz",
    "/sessions/<int:training_session_id>/register",
    "/submissions/<int:submission_id>/grade",
    "/people",
    "/cohorts/<int:cohort_id>/certificates",
}


def test_focus_shows_is_not_covered_and_moves_as_one_reads(chromium, house, places, is_long, proof):
    chosen = places.all if is_long else [p for p in places.pages if p.rule in DAILY]
    assert {place.rule for place in chosen} >= DAILY
    findings = Findings()

    for setting in EVERY if is_long else (PHONE,):
        with eye(chromium, house, setting) as reader:
            reader.findings = findings
            look(reader, chosen, Eye.keyboard)

    assert findings.of("answer") == []
    assert findings.of("focus") == []
    proof(
        "pages",
        "With Tab alone, what has focus is seen, uncovered, and in the order of reading",
        bar="0 faults",
        figure=f"{findings.looked['focus']} stops on {findings.looked['answer']} pages, 0 faults",
    )
