"""Every paper with hostile names, titles and logo: nothing is fetched, nothing is leaked."""

import contextlib
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from itertools import cycle
from pathlib import Path

import pikepdf
import pytest

from ecopter.certificates.documents import certificate_document, certificate_html
from ecopter.certificates.rules.words import CertificateWords, CredentialKind
from ecopter.platform.adapters import adapters
from ecopter.platform.paths import PACKAGE, TEMPLATES
from ecopter.platform.pdf import RendererProcess
from tests.attack.corpus import KEPT_KEYS, Alive
from tests.attack.payloads import IN_PAGES
from tests.documents.conftest import words_of

pytestmark = [pytest.mark.pdf, pytest.mark.xdist_group("content"), pytest.mark.timeout(1800)]

SECRET = "SESAME-8842"
PARTS = {"layout", "parts"}
VECTORS = {
    "attachment of a file": '"><link rel=attachment href="file://{secret}"><a rel=attachment '
    'href="file://{secret}">x</a>',
    "imported style": "</style><style>@import url(http://127.0.0.1:{port}/a.css);</style>"
    "<link rel=stylesheet href=http://127.0.0.1:{port}/b.css>",
    "picture": "'\"><img src=http://127.0.0.1:{port}/a.png>",
    "picture in svg": '<svg xmlns="http://www.w3.org/2000/svg">'
    '<image href="http://127.0.0.1:{port}/a.svg"/></svg>',
    "redirect": "<img src=http://127.0.0.1:{port}/redirect?to=file://{secret}>",
    "file": "<img src=file://{secret}><object data=file:///etc/passwd></object>"
    "<iframe src=file:///etc/passwd></iframe>",
    "drawing with a reference": "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/"
    "svg'><image href='http://127.0.0.1:{port}/c.png'/></svg>\">",
    "style of an attribute": '" style="background:url(http://127.0.0.1:{port}/d.png)" x="',
    "huge table": "<table><td colspan=100000>x</table>",
    "deep nest": "<div>" * 60,
    "address of the base": "<base href=http://127.0.0.1:{port}/><img src=e.png>",
    "template": "{{{{ 811*1233+440 }}}}{{% include '/etc/passwd' %}}",
}
# Words of a paper that the code reads: marks and what came of a competence.
READ = {"result", "mark"}
LOGOS = {
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:{port}/l"/></svg>',
    "page": "<img src=file://{secret}>",
    "postscript": "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n({secret}) (r) file\n",
}


@pytest.fixture(scope="module")
def renderer() -> Iterator[RendererProcess]:
    with RendererProcess() as renderer:
        yield renderer


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(SECRET)
    return path


@contextlib.contextmanager
def canary() -> Iterator[tuple[int, Callable[[], int]]]:
    """A port of this machine, and how often somebody knocked at it."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        server.setblocking(False)

        def visits() -> int:
            number = 0
            with contextlib.suppress(BlockingIOError):
                while True:
                    server.accept()[0].close()
                    number += 1
            return number

        yield server.getsockname()[1], visits


def spoiled(kind: CredentialKind, texts: Sequence[str], logo: str) -> CertificateWords:
    """A paper with one of the texts in turn in place of every word that somebody wrote."""
    turn = cycle(texts)

    def hostile(value: object) -> object:
        if isinstance(value, str):
            return next(turn)
        if isinstance(value, dict):
            return {
                key: one if KEPT_KEYS.search(key) or key in READ else hostile(one)
                for key, one in value.items()
            }
        return [hostile(one) for one in value] if isinstance(value, list) else value

    words = hostile(words_of(kind).to_dict())
    assert isinstance(words, dict)
    words["school"]["logo"] = logo
    return CertificateWords.from_dict(words)


def leaks(paper: bytes) -> list[str]:
    """The secret, or a file put beside the pages, anywhere in what the paper is made of."""
    found = []
    with pikepdf.open(BytesIO(paper)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Stream):
                with contextlib.suppress(pikepdf.PdfError):
                    found += [SECRET] * (SECRET.encode() in thing.read_bytes())
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Filespec":
                found.append("a file beside the pages")
            if isinstance(thing, pikepdf.Dictionary) and {"/JS", "/Launch"} & set(thing.keys()):
                found.append("an act of the reader's program")
    return found + [SECRET] * (SECRET.encode() in paper)


def test_every_paper_of_the_house_is_tried():
    templates = {path.stem for path in (TEMPLATES / "documents").glob("*.html")}
    printers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"(?<![\w.])Document\(", path.read_text("utf-8"))
    }

    assert templates - PARTS == {kind.value for kind in CredentialKind}
    assert printers == {"certificates/documents.py"}


@pytest.mark.usefixtures("database")
def test_no_word_of_a_paper_is_more_than_a_word(renderer, secret, amount, proof):
    rounds = amount(short=1, long=len(VECTORS))
    printed = 0
    faults = []
    with canary() as (port, visits):
        texts = [one.format(port=port, secret=secret) for one in VECTORS.values()]
        logos = [one.format(port=port, secret=secret) for one in LOGOS.values()]
        for kind in CredentialKind:
            for number in range(rounds):
                digest = adapters().files.put(logos[printed % len(logos)].encode())
                words = spoiled(kind, texts[number:] + texts[:number], digest)
                faults += [f"{kind}: {one}" for one in Alive(certificate_html(words)).faults
                           if "<style>" not in one and "href=ecopter-asset" not in one]  # fmt: skip
                paper = renderer.render(certificate_document(words))
                faults += [f"{kind}: {leak}" for leak in leaks(paper)]
                printed += 1
        knocks = visits()

    assert knocks == 0
    assert faults == []
    proof(
        "attack",
        "A paper fetches nothing and leaks nothing, whatever its words and its logo are",
        bar="0 fetches, 0 leaked bytes",
        figure=f"{len(VECTORS)} vectors, {len(list(CredentialKind))} kinds of paper, {printed} "
        "printed: 0 knocks at a listening port, the secret in no stream",
    )


@pytest.mark.poppler
@pytest.mark.usefixtures("database")
def test_hostile_words_are_printed_as_they_were_written(renderer):
    words = spoiled(CredentialKind.COMPLETION, [IN_PAGES["picture"]], "")

    paper = renderer.render(certificate_document(words))

    text = subprocess.run(
        ["pdftotext", "-", "-"], input=paper, capture_output=True, check=True
    ).stdout.decode()
    assert "".join(IN_PAGES["picture"].split()) in "".join(text.split())


# Planted faults: what the harness has to find.


def carelessly_printed(html: str) -> bytes:
    """As the library prints by itself, without our fetcher and our fence."""
    from weasyprint import HTML

    printed: bytes = HTML(string=html).write_pdf()
    return printed


def test_a_press_that_fetches_is_heard():
    with canary() as (port, visits):
        # The port answers nothing and hangs up, so the picture is missing: the knock counts.
        body = f'<html lang="fr"><title>x</title><img src=http://127.0.0.1:{port}/a.png alt=x>'
        done = threading.Thread(target=carelessly_printed, args=(body,), daemon=True)
        done.start()
        knocks = 0
        for _pause in range(600):
            knocks += visits()
            if knocks:
                break
            done.join(0.1)

        assert knocks
        while done.is_alive():
            visits()
            done.join(0.1)


def test_a_paper_that_takes_a_file_along_is_found(secret):
    paper = carelessly_printed(
        f'<html lang="fr"><title>x</title><link rel=attachment href="file://{secret}"><p>x'
    )

    assert SECRET in leaks(paper)
    assert "a file beside the pages" in leaks(paper)


def test_a_template_that_trusts_its_words_is_found():
    raw = certificate_html(words_of(CredentialKind.COMPLETION)).replace(
        "Fatima Aït El Haj", "".join(VECTORS.values())
    )

    faults = Alive(raw).faults

    assert any("file:" in fault for fault in faults)
    assert any("<iframe>" in fault for fault in faults)
