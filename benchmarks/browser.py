"""First paint and size of the page in a real Chromium, where there is one."""

import shutil
import statistics
from collections.abc import Sequence
from typing import Any

from benchmarks.client import signed_in
from benchmarks.journeys import Journey
from benchmarks.measure import Pair

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
LOADS = 3
PATIENCE, PAUSE_MILLISECONDS = 200, 50
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
NODES = "document.getElementsByTagName('*').length"


def paint(pair: Pair, journeys: Sequence[Journey]) -> dict[str, dict[str, float]]:
    """Milliseconds to the first contentful paint, cold cache, and elements of each page."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        return {}
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 (a tool of developers)
    except ImportError:
        return {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        found = {one.name: _painted(browser, pair, one) for one in journeys if one.is_page}
        browser.close()
    return found


def _painted(browser: Any, pair: Pair, journey: Journey) -> dict[str, float]:
    visit = signed_in(pair.wire(pair.school), pair.facts, journey.role(pair.facts))
    address = f"http://127.0.0.1:{pair.school.port}"
    path = next(journey.asks(visit)).path
    times, nodes = [], 0
    for _ in range(LOADS):
        context = browser.new_context(locale="fr-FR", viewport={"width": 360, "height": 740})
        if visit.cookie:
            name, _, value = visit.cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": address}])
        page = context.new_page()
        page.goto(address + path, wait_until="load")
        times.append(_first_paint(page))
        nodes = page.evaluate(NODES)
        context.close()
    return {"fcp_ms": round(statistics.median(times)), "elements": nodes}


def _first_paint(page: Any) -> float:
    """The paint may come a moment after the page has loaded."""
    for _ in range(PATIENCE):
        if milliseconds := page.evaluate(PAINT):
            return float(milliseconds)
        page.wait_for_timeout(PAUSE_MILLISECONDS)
    raise RuntimeError(f"{page.url} was never painted")
