"""The renderer process: gets HTML from its parent, gives PDF back, and can do little else."""

import contextlib
import gc
import json
import os
import re
import signal
from email.message import Message
from functools import cache
from multiprocessing.connection import Connection
from typing import Any, Final

from weasyprint import CSS
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from ecopter.platform.paths import STATIC
from ecopter.platform.pdf.assets import SCHEME, UnknownAsset, read_address, read_asset
from ecopter.platform.pdf.fence import close_the_gate, tidy_up
from ecopter.platform.pdf.letters import spell_each_glyph
from ecopter.platform.pdf.renderer import FAILED, PRINTED, READY
from ecopter.platform.pdf.tagging import speak_each_language
from ecopter.platform.pdf.thrift import Paper, skip_what_papers_do_not_need

# A page makes sixty thousand objects and lets go of them together: mostly one looks in vain.
COLLECT_EVERY: Final = 5_000
_ROOT: Final = re.compile(r":root \{(.*?)\}", re.DOTALL)
_NAMED_VALUE: Final = re.compile(r"(--[\w-]+):\s*([^;]+);")
_USE_OF_NAME: Final = re.compile(r"var\((--[\w-]+)\)")
_KINDS: Final = {"css": "text/css", "svg": "image/svg+xml", "woff2": "font/woff2"}


def main(handle: int) -> None:
    """Serve the parent at the other end of `handle` until it closes the line."""
    press = Press()
    press.warm()
    close_the_gate()
    _serve(Connection(handle), press)
    tidy_up()


def _serve(line: Connection, press: "Press") -> None:
    # A closed line is the parent's way of saying good-bye.
    with contextlib.suppress(EOFError, OSError):
        line.send_bytes(READY)
        while True:
            line.send_bytes(_answer(json.loads(line.recv_bytes()), press))


def _answer(request: dict[str, Any], press: "Press") -> bytes:
    # The alarm of the processor clock ends this process, whatever it is in the middle of.
    signal.setitimer(signal.ITIMER_PROF, request.pop("seconds"))
    try:
        return PRINTED + press.render(**request)
    except MemoryError:
        # What is left of this process is not worth trusting: the parent starts another.
        os._exit(1)
    except (Exception, FatalURLFetchingError) as reason:  # noqa: BLE001 - the parent must hear it
        return FAILED + f"{type(reason).__name__}: {reason}".encode()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def spelled_out(sheet: str) -> str:
    """A sheet with the values in place of their names, which would be looked up per element."""
    values = {
        name: value for root in _ROOT.findall(sheet) for name, value in _NAMED_VALUE.findall(root)
    }
    return _USE_OF_NAME.sub(lambda use: values[use[1]], _ROOT.sub("", sheet))


class _OurFilesOnly(URLFetcher):
    """Serves our named assets; any other address ends the document."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        try:
            body = read_address(url)
        except UnknownAsset as reason:
            raise FatalURLFetchingError(str(reason)) from reason
        kind = Message()
        kind["Content-Type"] = _KINDS[url.rpartition(".")[2]]
        return URLFetcherResponse(url, body, kind)


class Press:
    """WeasyPrint with what may be kept between documents: fonts, styles, images."""

    def __init__(self) -> None:
        self._fonts = FontConfiguration()
        self._fetcher = _OurFilesOnly()
        self._images: dict[str, Any] = {}
        self._sheet = cache(self._parse)
        speak_each_language()
        spell_each_glyph()
        skip_what_papers_do_not_need()

    def warm(self) -> None:
        """Print a first page with every sheet, so that the first real one does not wait."""
        for path in sorted((STATIC / "css" / "documents").glob("*.css")):
            self.render('<html lang="fr"><title>é</title><p>é ع', path.name, "pdf/ua-1")
        # What is loaded now stays: the collector need not walk through it after each page.
        gc.collect()
        gc.freeze()
        gc.set_threshold(COLLECT_EVERY, *gc.get_threshold()[1:])

    def render(self, html: str, stylesheet: str, variant: str) -> bytes:
        page = Paper(html, SCHEME, self._fetcher)
        pdf: bytes = page.write_pdf(
            stylesheets=[self._sheet(stylesheet)],
            font_config=self._fonts,
            cache=self._images,
            pdf_variant=variant,
            presentational_hints=False,
        )
        return pdf

    def _parse(self, stylesheet: str) -> Any:
        return CSS(
            string=spelled_out(read_asset(f"css/documents/{stylesheet}").decode()),
            base_url=SCHEME,
            url_fetcher=self._fetcher,
            font_config=self._fonts,
        )
