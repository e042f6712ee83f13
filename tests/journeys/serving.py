"""A real school on a real port: started as `./dev run` starts it, stopped as a service is."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

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
    """A running demonstration: its address, the folder of its data, its process, its database."""

    address: str
    data: Path
    server: subprocess.Popen[bytes]
    # None: SQLite in the folder of the data.
    database: str | None = None

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database says, alike on both; `?` stands for a value."""
        engine = create_engine(self._reading(), poolclass=NullPool)
        if self.database:
            statement = statement.replace("%", "%%").replace("?", "%s")
        with engine.connect() as connection:
            found = connection.exec_driver_sql(statement, values).all()
        return [tuple(_plain(value) for value in row) for row in found]

    def _reading(self) -> str:
        file = self.data / "ecopter.sqlite3"
        return self.database or f"sqlite:///file:{file}?mode=ro&uri=true&timeout=30"

    def value(self, statement: str, *values: object) -> Any:
        return self.rows(statement, *values)[0][0]

    @property
    def log(self) -> str:
        return (self.data / LOG).read_text(encoding="utf-8")

    def stop(self) -> int:
        """The signal a service gets; the status the server ended with."""
        self.server.send_signal(signal.SIGTERM)
        return self.server.wait(timeout=STOP_SECONDS)


def _plain(value: Any) -> Any:
    """A value as SQLite gives it: PostgreSQL has types for days, instants and JSON."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, dict | list) else value


def start(data: Path, port: int | None = None, database: str | None = None) -> School:
    """`ecopter serve --demo` on a folder, once it answers."""
    port = port or free_port()
    return _started(data, port, f"http://127.0.0.1:{port}", database, "--demo")


def start_own(data: Path, port: int, address: str, database: str | None = None) -> School:
    """`ecopter serve` of a school of one's own behind `address`, once it answers."""
    return _started(data, port, address, database, ECOPTER_BASE_URL=address)


def _environment(data: Path, database: str | None) -> dict[str, str]:
    found = os.environ | {"ECOPTER_DATA": str(data), "PYTHONPATH": str(ROOT)}
    return found | ({"ECOPTER_DATABASE_URL": database} if database else {})


def command(data: Path, *words: str, database: str | None = None) -> str:
    """What a command says to someone at a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "ecopter", *words],
        cwd=data,
        env=_environment(data, database),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _started(
    data: Path, port: int, address: str, database: str | None, *options: str, **more: str
) -> School:
    with (data / LOG).open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "ecopter", "serve", "--port", str(port), *options],
            cwd=data,
            env=_environment(data, database) | more,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    school = School(address, data, server, database)
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
