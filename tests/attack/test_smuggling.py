"""No request hides inside another: ambiguous lengths are refused by the real server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from ecopter.app import create_app
from ecopter.db import db
from ecopter.settings import Settings
from ecopter.tables import METADATA
from tests.journeys.serving import ROOT, START_SECONDS, free_port

pytestmark = [pytest.mark.long, pytest.mark.sqlite, pytest.mark.timeout(600)]

HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
HEAD = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
# Each has two readings of where the request ends; a proxy may take the other one.
AMBIGUOUS = {
    "a length and pieces": b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
    "pieces and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: 43\r\n\r\n",
    "two lengths in one": b"Content-Length: 0, 43\r\n\r\n",
    "a signed length": b"Content-Length: +0\r\n\r\n",
    "a negative length": b"Content-Length: -1\r\n\r\n",
    "a length in Arabic": "Content-Length: ٠\r\n\r\n".encode(),
    "unknown pieces": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "pieces twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "pieces, then as it is": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "a space before the colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "a folded line": b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "a broken piece": b"Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
    "an underscore": b"Content_Length: 0\r\nContent-Length: 43\r\n\r\n",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """An empty school behind the server it runs on in production."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    app = create_app(Settings(data=folder, testing=True))
    with app.app_context():
        METADATA.create_all(db.engine)
        db.engine.dispose()
    given = os.environ | {
        "ECOPTER_DATA": str(folder),
        "ECOPTER_BIND": f"127.0.0.1:{port}",
        "ECOPTER_WORKERS": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "python:ecopter.platform.gunicorn_settings"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "ecopter.app:create_app()"], env=given, stdout=log, stderr=log
        )
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            if answers(said(port, HIDDEN)) == [b"200"]:
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("the server did not start")


def said(port: int, sent: bytes) -> bytes:
    """Everything the server says to these bytes before it closes, or falls silent."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(sent)
        connection.settimeout(3)
        heard = b""
        try:
            while piece := connection.recv(65536):
                heard += piece
        except TimeoutError:
            pass
        return heard


def answers(heard: bytes) -> list[bytes]:
    """The status of each answer in it."""
    return [part[:3] for part in heard.split(b"HTTP/1.1 ")[1:]]


def test_two_plain_requests_get_two_answers(port: int) -> None:
    """So that one answer below means something."""
    assert answers(said(port, HIDDEN + HIDDEN)) == [b"200", b"200"]


def test_no_ambiguous_request_carries_another_one_in(port: int, proof) -> None:
    found = []
    for name, ambiguous in AMBIGUOUS.items():
        got = answers(said(port, HEAD + ambiguous + HIDDEN))
        if b"200" in got:
            found.append(f"{name}: {got}")

    assert found == []
    proof(
        "attack",
        "No request hides inside another",
        bar="0 hidden requests answered",
        figure=f"{len(AMBIGUOUS)} ambiguous requests on a raw socket to the real server, "
        "0 hidden ones answered",
    )


def test_a_hidden_request_that_is_answered_is_found(port: int) -> None:
    """The planted fault: a server that took the other reading would have seen this."""
    heard = said(port, HEAD + b"Content-Length: 0\r\n\r\n" + HIDDEN)

    assert b"200" in answers(heard)
