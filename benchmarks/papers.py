"""Certificates: beside a one-line page of the same run, two at a time, and a thousand in a row."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration

from benchmarks.client import signed_in
from benchmarks.journeys import JOURNEYS
from benchmarks.load import share
from benchmarks.measure import Pair
from benchmarks.processes import cpu_seconds, peak_memory
from benchmarks.seed import in_letters
from benchmarks.words import words_of
from ecopter.certificates.documents import certificate_document
from ecopter.certificates.rules.words import CertificateWords, CredentialKind
from ecopter.platform.pdf import RendererPool, pdf_available

ONE_LINE = '<html lang="fr"><title>Une ligne</title><p>Une ligne.</p></html>'
ISSUED = date(2026, 6, 11)
BATCH = 1_000
RENDERERS = 2


def measure_papers(documents: int) -> dict[str, Any]:
    """Processor milliseconds of a paper and of the line; papers a second; size; memory."""
    if not pdf_available().ok:
        return {}
    with RendererPool(size=1) as renderer:
        size = len(renderer.render(certificate_document(_words(0))))
        line, paper = _interleaved(renderer, documents)
        alone = _rate(renderer, 1, documents)
    with RendererPool(size=RENDERERS) as pool, peak_memory(lambda: pool.pids) as peak:
        _rate(pool, RENDERERS, RENDERERS)
        together = _rate(pool, RENDERERS, 2 * documents)
    return {
        "bytes": size,
        "cpu_ms": round(1e3 * paper, 2),
        "line_cpu_ms": round(1e3 * line, 2),
        "cpu_ratio": round(paper / line, 2),
        "rate_of_one": round(alone, 1),
        "rate_of_two": round(together, 1),
        "peak_mb": round(peak[0]),
    }


def _interleaved(renderer: RendererPool, documents: int) -> tuple[float, float]:
    """Processor seconds of the line and of a paper, taken in turn."""
    fonts = FontConfiguration()
    one_line(fonts)
    line = paper = 0.0
    for number in range(documents):
        started = time.thread_time()
        one_line(fonts)
        line += time.thread_time() - started
        started, before = time.thread_time(), cpu_seconds(renderer.pids)
        renderer.render(certificate_document(_words(number)))
        paper += cpu_seconds(renderer.pids) - before + time.thread_time() - started
    return line / documents, paper / documents


def one_line(fonts: FontConfiguration) -> bytes:
    pdf: bytes = HTML(string=ONE_LINE).write_pdf(font_config=fonts)
    return pdf


def _rate(pool: RendererPool, hands: int, documents: int) -> float:
    """Papers a second, each with another name."""
    started = time.perf_counter()
    with ThreadPoolExecutor(hands) as office:
        list(office.map(lambda n: pool.render(certificate_document(_words(n))), range(documents)))
    return documents / (time.perf_counter() - started)


def _words(number: int) -> CertificateWords:
    words = words_of(CredentialKind.ATTESTATION, ISSUED)
    latin = f"Ijja Tazart {in_letters(number)}"
    return replace(words, number=f"ATT-{number:06d}", person=replace(words.person, latin=latin))


def measure_batch(pair: Pair, report: Callable[[str], None]) -> dict[str, Any]:
    """A thousand papers by two renderers while somebody reads pages."""
    if not pdf_available().ok:
        return {}
    report("a thousand papers: one renderer first, then pages alone")
    with RendererPool(size=1) as renderer:
        _rate(renderer, 1, 2)
        alone = _rate(renderer, 1, 30)
    pages = sorted(_pages_while(pair, time.sleep, 6.0))
    report("a thousand papers: two renderers, pages meanwhile")
    with RendererPool(size=RENDERERS) as pool, peak_memory(lambda: pool.pids) as peak:
        _rate(pool, RENDERERS, RENDERERS)
        rates: list[float] = []
        meanwhile = _pages_while(pair, lambda n: rates.append(_rate(pool, RENDERERS, n)), BATCH)
    quiet, busy = share(pages, 0.95), share(sorted(meanwhile), 0.95)
    return {
        "rate": round(rates[0], 1),
        "share_of_twice_one": round(rates[0] / (2 * alone), 2),
        "peak_mb": round(peak[0]),
        "page_p95_alone": round(1e3 * quiet, 2),
        "page_p95_meanwhile": round(1e3 * busy, 2),
        "page_p95_ratio": round(busy / quiet, 2),
    }


def _pages_while(pair: Pair, work: Callable[[Any], Any], argument: Any) -> Sequence[float]:
    """Seconds of the home pages that somebody read one after the other while work was done."""
    wire = pair.wire(pair.school)
    home = JOURNEYS[0]
    visit = signed_in(wire, pair.facts, home.role(pair.facts))
    done = threading.Event()

    def run() -> None:
        try:
            work(argument)
        finally:
            done.set()

    worker = threading.Thread(target=run)
    worker.start()
    taken = []
    while not done.is_set():
        taken.append(visit.walk(home.asks(visit)))
        time.sleep(0.02)
    worker.join()
    return taken
