"""The press: fenced in, killed when slow, gone with its parent; and the reason for the pin."""

import contextlib
import inspect
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import time
import tomllib
from collections.abc import Callable, Iterator
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from ecopter.platform.paths import PACKAGE
from ecopter.platform.pdf import (
    Document,
    PdfStatus,
    RendererPool,
    RendererProcess,
    RenderFailed,
    pdf_available,
)
from ecopter.platform.pdf.assets import UnknownAsset, read_address, read_asset
from ecopter.platform.pdf.status import describe, remedy

HELLO = Document('<html lang="fr"><title>Bonjour</title><p>Bonjour')

# A press without WeasyPrint: what the html asks for is what it does.
PLAIN_CHILD = textwrap.dedent(
    """
    import json, os, sys, time
    from multiprocessing.connection import Connection
    line = Connection(int(sys.argv[2]))
    line.send_bytes(b"R")
    while True:
        try:
            wish = json.loads(line.recv_bytes())["html"]
        except EOFError:
            break
        if wish == "sleep": time.sleep(60)
        if wish == "die": os._exit(3)
        if wish == "refuse": line.send_bytes(b"FNo."); continue
        if wish == "environment": wish = json.dumps(dict(os.environ))
        line.send_bytes(b"P" + wish.encode())
    """
)


@pytest.fixture
def plain() -> Iterator[RendererProcess]:
    with RendererProcess(seconds=0.1, program=PLAIN_CHILD) as renderer:
        yield renderer


@pytest.fixture(scope="module")
def press() -> Iterator[RendererProcess]:
    with RendererProcess() as renderer:
        yield renderer


@contextlib.contextmanager
def canary() -> Iterator[tuple[int, Callable[[], bool]]]:
    """A port of this machine, and whether anybody knocked at it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)

        def has_been_visited() -> bool:
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return False
            return True

        yield server.getsockname()[1], has_been_visited


def print_or_refuse(press: RendererProcess, html: str) -> bytes:
    """The paper, or nothing where the press named the address it did not fetch."""
    try:
        return press.render(Document(html))
    except RenderFailed as reason:
        if "none of ours" not in str(reason):
            raise
        return b""


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: Callable[[], bool], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def test_a_document_comes_back_printed(plain: RendererProcess) -> None:
    assert plain.render(Document("paper")) == b"paper"


def test_a_refusal_is_told_and_the_process_stays(plain: RendererProcess) -> None:
    plain.render(Document("paper"))
    pid = plain.pid

    with pytest.raises(RenderFailed, match=r"No\."):
        plain.render(Document("refuse"))

    assert plain.render(Document("paper")) == b"paper"
    assert plain.pid == pid


def test_a_slow_document_is_killed_and_the_next_one_works(plain: RendererProcess) -> None:
    plain.render(Document("paper"))
    slow = plain.pid

    with pytest.raises(RenderFailed, match=r"0\.1 seconds"):
        plain.render(Document("sleep"))

    assert plain.render(Document("paper")) == b"paper"
    assert plain.pid != slow
    assert slow is not None
    assert not Path(f"/proc/{slow}").exists()


def test_a_process_that_dies_is_replaced(plain: RendererProcess) -> None:
    with pytest.raises(RenderFailed, match="ended"):
        plain.render(Document("die"))

    assert plain.render(Document("paper")) == b"paper"


def test_a_process_killed_between_two_documents_is_replaced(plain: RendererProcess) -> None:
    plain.render(Document("paper"))
    assert plain.pid is not None
    os.kill(plain.pid, signal.SIGKILL)

    with contextlib.suppress(RenderFailed):
        plain.render(Document("paper"))

    assert plain.render(Document("paper")) == b"paper"


def test_a_document_larger_than_a_pipe_goes_through(plain: RendererProcess) -> None:
    assert len(plain.render(Document("x" * 3_000_000))) == 3_000_000


def test_our_secrets_stay_with_us(plain: RendererProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "sesame")

    assert b"sesame" not in plain.render(Document("environment"))


def test_closing_ends_the_process_and_its_folder(plain: RendererProcess) -> None:
    folder = re.search(rb'"TMPDIR": "([^"]+)"', plain.render(Document("environment")))
    pid = plain.pid
    assert folder is not None
    assert Path(folder[1].decode()).is_dir()

    plain.close()

    assert plain.pid is None
    assert not is_alive(pid or 0)
    assert not Path(folder[1].decode()).exists()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "https://example.org/a.css",
        "file:///etc/passwd",
        "data:text/css,p{}",
        "ecopter-asset:fonts/pdf/../../../pyproject.toml",
        "ecopter-asset:fonts/pdf/%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
        "ecopter-asset:/etc/passwd",
        "ecopter-asset:fonts/pdf",
        "ecopter-asset:fonts/pdf/unknown.woff2",
        "//127.0.0.1/a",
    ],
)
def test_only_our_named_assets_are_read(address: str) -> None:
    with pytest.raises(UnknownAsset):
        read_address(address)


def test_our_fonts_and_styles_are_read() -> None:
    assert read_address("ecopter-asset:fonts/pdf/readex-latin-400.woff2")[:4] == b"wOF2"
    assert b"@page" in read_asset("css/documents/certificate.css")


def test_every_font_comes_with_its_licence() -> None:
    assert b"SIL OPEN FONT LICENSE" in read_asset("fonts/pdf/OFL-amiri.txt").upper()
    assert b"SIL OPEN FONT LICENSE" in read_asset("fonts/pdf/OFL-readex-pro.txt").upper()


def test_a_missing_library_says_what_to_run() -> None:
    status = describe(("pango",), ("harfbuzz-subset",), "Run: sudo apt-get install x")

    assert status == PdfStatus(
        ok=False,
        missing=("pango", "harfbuzz-subset"),
        advice="Certificates cannot be printed. Run: sudo apt-get install x",
    )


def test_a_missing_subset_library_is_a_warning() -> None:
    status = describe((), ("harfbuzz-subset",), "Run: brew install pango")

    assert status.ok
    assert "14 times" in status.advice


def test_nothing_missing_needs_no_advice() -> None:
    assert describe((), (), "Run: x") == PdfStatus(ok=True, missing=(), advice="")


@pytest.mark.parametrize(
    ("tool", "start"),
    [("apt-get", "Run: sudo apt-get"), ("dnf", "Run: sudo dnf"), ("brew", "Run: brew")],
)
def test_the_advice_fits_the_machine(
    tool: str, start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / tool).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert remedy().startswith(start)


def test_an_unknown_machine_gets_the_names_of_the_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "Pango" in remedy()


def test_weasyprint_is_pinned_because_two_of_its_private_functions_are_wrapped() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text("utf-8"))

    assert "weasyprint>=70,<71" in project["project"]["dependencies"]
    assert version("weasyprint").partition(".")[0] == "70"


@pytest.mark.pdf
def test_the_wrapped_functions_still_have_their_shape() -> None:
    from weasyprint import HTML
    from weasyprint.draw import text
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import inline
    from weasyprint.pdf import fonts, tags

    assert list(inspect.signature(tags._build_box_tree).parameters) == [
        "box",
        "parent",
        "pdf",
        "page_number",
        "nums",
        "annotations",
        "tags",
    ]
    assert "self.to_unicode = {}" in inspect.getsource(fonts.Font.__init__)
    assert "if glyph_id not in font.to_unicode:" in inspect.getsource(text.draw_first_line)
    line = inspect.getsource(inline.get_next_linebox)
    assert line.count("linebox.width = inline_min_content_width(") == 1
    assert list(inspect.signature(boxes.ParentBox.page_values).parameters) == ["self"]
    assert list(inspect.signature(HTML._ua_stylesheets).parameters) == ["self", "forms"]


@pytest.mark.pdf
def test_this_machine_can_print() -> None:
    assert pdf_available().ok


@pytest.mark.pdf
def test_a_real_page_is_printed(press: RendererProcess) -> None:
    assert press.render(HELLO).startswith(b"%PDF-1.7")


@pytest.mark.pdf
@pytest.mark.parametrize(
    "page",
    [
        '<img src="http://127.0.0.1:{port}/a.png" alt="x">',
        '<img src="file://{secret}" alt="x">',
        '<link rel="attachment" href="file://{secret}">',
        '<link rel="stylesheet" href="http://127.0.0.1:{port}/a.css">',
        '<a rel="attachment" href="file://{secret}">x</a>',
        '<style>@import url("http://127.0.0.1:{port}/a.css");</style>',
        '<p style="background: url(http://127.0.0.1:{port}/a.png)">x</p>',
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:{port}/a.svg"/></svg>',
        '<object data="file://{secret}"></object>',
        '<embed src="http://127.0.0.1:{port}/a.svg">',
        "<style>@font-face{{font-family:a;src:url(http://127.0.0.1:{port}/a)}}</style><p>x",
        '<base href="http://127.0.0.1:{port}/"><img src="a.png" alt="x">',
    ],
)
def test_a_page_that_asks_for_more_than_ours_gets_nothing(
    page: str, press: RendererProcess, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SESAME-7331")

    with canary() as (port, has_been_visited):
        body = page.format(port=port, secret=secret)
        printed = print_or_refuse(press, f'<html lang="fr"><title>x</title>{body}')

        assert not has_been_visited()
    assert b"SESAME" not in printed
    assert b"EmbeddedFile" not in printed
    assert press.render(HELLO).startswith(b"%PDF")


@pytest.mark.pdf
def test_a_bomb_is_stopped_and_the_next_document_works() -> None:
    with RendererProcess(seconds=1) as renderer:
        renderer.render(HELLO)
        pid = renderer.pid

        with pytest.raises(RenderFailed, match="1 seconds"):
            renderer.render(Document("<table><td colspan=100000>x"))

        assert renderer.render(HELLO).startswith(b"%PDF")
        assert renderer.pid != pid


@pytest.mark.pdf
def test_deep_nesting_is_an_error_not_a_crash(press: RendererProcess) -> None:
    with contextlib.suppress(RenderFailed):
        press.render(Document("<div>" * 3000))

    assert press.render(HELLO).startswith(b"%PDF")


@pytest.mark.pdf
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_process_is_nice_small_and_without_network(press: RendererProcess) -> None:
    press.render(HELLO)

    limits = Path(f"/proc/{press.pid}/limits").read_text()
    nice = Path(f"/proc/{press.pid}/stat").read_text().rpartition(")")[2].split()[16]
    assert re.search(r"Max data size\s+536870912", limits)
    assert nice == "19"


@pytest.mark.pdf
@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not hold the limit")
def test_a_process_that_wants_too_much_memory_fails_and_is_replaced() -> None:
    with RendererProcess(memory=192 * 1024 * 1024) as renderer:
        renderer.render(HELLO)

        with pytest.raises(RenderFailed, match=r"ended|gone"):
            renderer.render(Document("x" * 40_000_000))

        assert renderer.render(HELLO).startswith(b"%PDF")


FENCE = """
import sys
from ecopter.platform.pdf.fence import close_the_gate
close_the_gate()
try:
    {deed}
except PermissionError:
    sys.exit(0)
sys.exit(1)
"""


@pytest.mark.parametrize(
    "deed",
    [
        "open('/etc/passwd')",
        "open('{project}/pyproject.toml')",
        "open('/tmp/x', 'w')",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
    ],
)
def test_the_fence_stands_behind_the_fetcher(deed: str) -> None:
    project = PACKAGE.parent
    program = FENCE.format(deed=deed.format(project=project))

    done = subprocess.run([sys.executable, "-c", program], cwd=project, check=False)

    assert done.returncode == 0


@pytest.mark.pdf
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_is_left_when_the_parent_is_killed(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from ecopter.platform.pdf import Document, RendererPool
        pool = RendererPool()
        pool.start()
        pool.render(Document('<html lang="fr"><title>x</title><p>x'))
        folders = [renderer._folder.name for renderer in pool._all]
        print(*pool.pids, *folders, flush=True)
        time.sleep(60)
        """
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=PACKAGE.parent, text=True
    )
    assert parent.stdout is not None
    with parent, parent.stdout as out:
        one, two, *folders = out.readline().split()
        parent.kill()

    assert wait_until(lambda: not is_alive(int(one)) and not is_alive(int(two)))
    assert len(folders) == 2
    assert not any(Path(folder).exists() for folder in folders)


@pytest.mark.pdf
def test_a_pool_prints_the_same_bytes_in_each_process() -> None:
    with RendererProcess() as first, RendererProcess() as second:
        assert first.render(HELLO) == second.render(HELLO)


def test_a_pool_ends_all_its_processes() -> None:
    pool = RendererPool(size=2)
    pool.start()
    pids = pool.pids

    pool.close()

    assert len(pids) == 2
    assert pool.pids == ()
    assert not any(is_alive(pid) for pid in pids)


@pytest.mark.pdf
def test_words_belong_to_their_paragraph_without_a_span_between(press: RendererProcess) -> None:
    html = '<html lang="fr"><title>x</title><p>Un <span lang="ar">اسم</span> et <bdi>A</bdi>'

    with pikepdf.open(BytesIO(press.render(Document(html)))) as pdf:
        tree = pdf.Root.StructTreeRoot
        paragraph = tree.K[0].K[0]
        first, name, last, group = paragraph.K
        _page, owners = tree.ParentTree.Nums

        assert (paragraph.S, name.S, name.Lang) == ("/P", "/Span", "ar")
        assert (group.S, group.K[0].S) == ("/NonStruct", "/Span"), "what groups holds no words"
        assert [owners[first], owners[name.K[0]], owners[last]] == [paragraph, name, paragraph]
        assert owners[group.K[0].K[0]] == group.K[0]
        assert len(owners) == 4


@pytest.mark.pdf
def test_named_values_of_a_sheet_stand_where_they_are_used() -> None:
    from ecopter.platform.pdf.child import spelled_out

    sheet = ":root { --ink: #2a2119; --edge: .2mm solid; }\np { color: var(--ink); }\nb { top: 0 }"

    assert spelled_out(sheet) == "\np { color: #2a2119; }\nb { top: 0 }"
    with pytest.raises(KeyError):
        spelled_out("p { color: var(--forgotten); }")
