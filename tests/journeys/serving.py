"""A real school on a real port: started as `./dev run` starts it, stopped as a service is."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
START_SECONDS = 150
STOP_SECONDS = 30
LOG = "server.log"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class School:
    """A running demonstration: its address, the folder of its data, its process."""

    address: str
    data: Path
    server: subprocess.Popen[bytes]

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database says; the file is opened for reading alone."""
        address = f"file:{self.data / 'ecopter.sqlite3'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
            return connection.execute(statement, values).fetchall()

    def value(self, statement: str, *values: object) -> Any:
        return self.rows(statement, *values)[0][0]

    @property
    def log(self) -> str:
        return (self.data / LOG).read_text(encoding="utf-8")

    def stop(self) -> int:
        """The signal a service gets; the status the server ended with."""
        self.server.send_signal(signal.SIGTERM)
        return self.server.wait(timeout=STOP_SECONDS)


def start(data: Path, port: int | None = None) -> School:
    """`ecopter serve --demo` on a folder, once it answers."""
    port = port or free_port()
    return _started(data, port, f"http://127.0.0.1:{port}", "--demo")


def start_own(data: Path, port: int, address: str) -> School:
    """`ecopter serve` of a school of one's own behind `address`, once it answers."""
    return _started(data, port, address, ECOPTER_BASE_URL=address)


def command(data: Path, *words: str) -> str:
    """What a command says to someone at a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "ecopter", *words],
        cwd=data,
        env=os.environ | {"ECOPTER_DATA": str(data), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _started(data: Path, port: int, address: str, *options: str, **environment: str) -> School:
    with (data / LOG).open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "ecopter", "serve", "--port", str(port), *options],
            cwd=data,
            env=os.environ | {"ECOPTER_DATA": str(data), "PYTHONPATH": str(ROOT)} | environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    school = School(address, data, server)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            raise RuntimeError(f"the school did not start:\n{school.log}")
        time.sleep(0.2)
    return school


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=5):
            return True
    except OSError:
        return False
