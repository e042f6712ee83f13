"""What no clock decides: the reference holds, and whatever grows past it is reported."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response
from sqlalchemy import text

from benchmarks.__main__ import REFERENCE
from benchmarks.client import Ask, Inside, WrongAnswer, signed_in
from benchmarks.journeys import JOURNEYS
from benchmarks.store import Store
from benchmarks.verdicts import WORSE, Row, judge_bars
from benchmarks.weights import count_bars
from ecopter.db import db

pytestmark = [pytest.mark.xdist_group("benchmarks"), pytest.mark.sqlite]

HOME = JOURNEYS[0]
KNOWN = json.loads(REFERENCE.read_text(encoding="utf-8"))["sqlite"]


def worse(bars: dict[str, Any], known: dict[str, Any]) -> list[Row]:
    rows = judge_bars({"bars": {"small": bars}}, {"bars": {"small": known}})
    return [row for row in rows if row.verdict == WORSE]


def test_no_page_asks_more_or_weighs_more_than_the_reference(
    school_inside: Flask, small_school: Store, proof: Callable[..., None]
):
    bars = count_bars(school_inside, small_school.facts, JOURNEYS)

    assert set(bars) == {one.name for one in JOURNEYS if not one.is_long}
    assert worse(bars, KNOWN["bars"]["small"]) == []
    heaviest = max(page["bytes"] for page in bars.values() if "bytes" in page)
    proof(
        "speed",
        "No daily page asks more of the database, or weighs more, than the agreed reference",
        bar="queries and requests: none more; bytes: 2 % more at most",
        figure=f"{len(bars)} journeys, heaviest first load {heaviest / 1000:.0f} kB",
    )


@pytest.fixture
def home_before(school_inside: Flask, small_school: Store) -> dict[str, Any]:
    return count_bars(school_inside, small_school.facts, [HOME])


def add(app: Flask, end_of_page: str) -> None:
    def longer(response: Response) -> Response:
        if response.mimetype == "text/html" and not response.is_streamed:
            response.set_data(response.get_data() + end_of_page.encode())
        return response

    # The first to be called when an answer leaves, so before it is packed.
    app.after_request_funcs.setdefault(None, []).append(longer)


def test_one_query_more_is_reported(
    school_inside: Flask, small_school: Store, home_before: dict[str, Any]
):
    view = school_inside.view_functions["home.show"]

    def one_more() -> Any:
        db.session.execute(text("SELECT 1"))
        return view()

    school_inside.view_functions["home.show"] = one_more
    now = count_bars(school_inside, small_school.facts, [HOME])

    [row] = worse(now, home_before)
    assert row.name == HOME.name
    assert row.detail == "more queries"


def test_a_heavier_page_is_reported(
    school_inside: Flask, small_school: Store, home_before: dict[str, Any]
):
    noise = "".join(random.Random(1).choices("abcdefghijklmnop", k=8_000))
    add(school_inside, f"<!-- {noise} -->")
    now = count_bars(school_inside, small_school.facts, [HOME])

    [row] = worse(now, home_before)
    assert row.detail == "more bytes"


def test_one_file_more_is_reported(
    school_inside: Flask, small_school: Store, home_before: dict[str, Any]
):
    add(school_inside, '<script src="/healthz"></script>')
    now = count_bars(school_inside, small_school.facts, [HOME])

    [row] = worse(now, home_before)
    assert "requests" in row.detail


def test_a_page_as_light_as_its_reference_is_not_reported(home_before: dict[str, Any]):
    assert worse(home_before, home_before) == []


@pytest.mark.parametrize("status", [200, 500])
def test_a_fast_error_page_is_refused(school_inside: Flask, small_school: Store, status: int):
    school_inside.view_functions["home.show"] = lambda: ("Something went wrong.", status)

    with pytest.raises(WrongAnswer):
        count_bars(school_inside, small_school.facts, [HOME])


def test_a_redirect_to_somewhere_else_is_refused(school_inside: Flask, small_school: Store):
    stranger = signed_in(Inside(school_inside), small_school.facts, None)

    with pytest.raises(WrongAnswer):
        stranger.ask(Ask("/", "/welcome", status=303))
