"""Each page in a real browser, in the languages, themes and widths it is read in."""

import pytest

from tests.pages.conftest import DESK, PHONE
from tests.pages.looking import eye, look
from tests.pages.places import not_pages

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("pages"),
    pytest.mark.timeout(4 * 3600),
]

# Addresses that are read and are no page: files, the pulse of the server, ways to a page.
NO_PAGE = {
    "/.well-known/security.txt",
    "/assets/<name>",
    "/cohorts/<int:cohort_id>/bundles/<int:bundle_id>.pdf",
    "/cohorts/<int:cohort_id>/bundles/<int:bundle_id>.zip",
    "/healthz",
    "/path",
    "/school/logo",
    "/submission-files/<int:file_id>",
}


def counted(crawl, check, what="pages"):
    return f"{crawl.looked[check]} {what}, {len(crawl.found[check])} faults"


def test_every_address_to_read_is_a_page_for_someone_or_named_here(house, places):
    assert not_pages(house, places.pages) == NO_PAGE


def test_every_page_answers_in_a_browser_as_it_did_when_it_was_listed(crawl):
    assert crawl.of("answer") == []


def test_no_page_breaks_a_rule_of_accessibility(crawl, proof):
    assert crawl.of("axe") == []

    proof(
        "pages",
        "Every page, form in error and page of an error keeps WCAG 2.2 A and AA and axe’s good "
        "practice",
        bar="0 violations",
        figure=counted(crawl, "axe"),
    )


def test_no_page_scrolls_sideways_or_cuts_its_words(crawl, proof):
    assert crawl.of("fits") == []

    proof(
        "pages",
        "Nothing is wider than the screen or cut off, at 320 px and with text of twice the size",
        bar="0 pages",
        figure=counted(crawl, "fits", "pages and widths"),
    )


def test_everything_that_is_pressed_is_as_large_as_a_finger(crawl, proof):
    """At least 44 by 44 CSS px, a control and its label together, or all around its middle.

    A link in a sentence is left out, as WCAG does: an `<a>` that flows as text in a block which
    also holds letters that belong to no control.
    """
    assert crawl.of("targets") == []

    proof(
        "pages",
        "Links, buttons and fields are at least 44 by 44 px, links in a sentence aside",
        bar="0 smaller",
        figure=counted(crawl, "targets"),
    )


def test_every_page_read_from_the_other_side_is_its_mirror_image(crawl, proof):
    """Landmarks, headings, cells and controls, to 2 px, words and fonts unchanged."""
    assert crawl.of("mirror") == []

    proof(
        "pages",
        "Right to left, every page is the mirror image of itself left to right",
        bar="every landmark within 2 px",
        figure=counted(crawl, "mirror"),
    )


def test_on_paper_there_is_no_menu_and_nothing_is_cut(crawl, proof):
    assert crawl.of("paper") == []

    proof(
        "pages",
        "Printed on A4, every page leaves out its menus and buttons and cuts nothing off",
        bar="0 pages",
        figure=counted(crawl, "paper"),
    )


def test_no_page_complains_in_the_console_or_asks_elsewhere(crawl, proof):
    assert crawl.of("quiet") == []

    proof(
        "pages",
        "No page has a console error, a policy report, a failed request or one to another host",
        bar="0",
        figure=counted(crawl, "quiet"),
    )


@pytest.mark.parametrize("setting", [DESK, PHONE], ids=str)
def test_the_menus_of_the_head_are_as_good_when_they_are_open(chromium, house, places, setting):
    homes = [place for place in places.pages if place.rule == "/"][-2:]

    def one(reader, place):
        for number in range(reader.ask("document.querySelectorAll('details.menu').length")):
            reader.ask("n => { document.querySelectorAll('details.menu')[n].open = true }", number)
            reader.accessible(place)
            reader.fits(place)
            reader.big_enough(place)

    with eye(chromium, house, setting) as reader:
        look(reader, homes, one)

        assert reader.findings.looked["axe"] >= 2 * len(homes)
        assert reader.findings.found == {"answer": [], "axe": [], "fits": [], "targets": []}
