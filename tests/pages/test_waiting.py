"""A page that waits for a paper moves only once there is something else to see."""

import pytest

from tests.pages.conftest import DESK
from tests.pages.looking import eye
from tests.pages.places import Place, filled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("pages"),
    pytest.mark.timeout(900),
]

PAPER = "/certificates/<int:credential_id>.pdf"


def test_the_script_asks_quietly_and_opens_the_page_again_when_the_paper_is_there(chromium, house):
    address = filled(PAPER, house.things)
    answers = iter([202, 200])
    asked = []

    def answer(route):
        if route.request.resource_type != "fetch":
            route.continue_()
            return
        asked.append(next(answers))
        body = '<p role="status" data-wait="0"></p>' if asked[-1] == 202 else ""
        route.fulfill(status=asked[-1], content_type="text/html", body=body)

    with eye(chromium, house, DESK) as reader:
        reader.page.route(f"**{address}", answer)
        assert reader.open(Place(PAPER, address, "trainee", 202))
        with reader.page.expect_event("domcontentloaded"):
            # The next looks follow without a pause.
            reader.ask("document.querySelector('[data-wait]').dataset.wait = 0")

    assert asked == [202, 200]
