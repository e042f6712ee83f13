"""The school and the bare application, started alike on free ports of this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import Ask, Wire, WrongAnswer
from benchmarks.processes import cpu_seconds, name_of, pss_megabytes, tree_of
from ecopter.platform.server import WORKER

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 120
STOP_SECONDS = 40
LOG = "server.log"
GUNICORN = ("-m", "gunicorn", "-c", "python:ecopter.platform.gunicorn_settings")
# What a caller has set for a school of their own has no place in a measurement.
OURS = "ECOPTER_"
# As in production, behind one proxy: it names the reader's address.
PROXY = {"ECOPTER_TRUSTED_PROXIES": "1"}


@dataclass
class Server:
    """A running server; `ready` is how many seconds it took until its first answer."""

    port: int
    process: subprocess.Popen[bytes]
    ready: float
    web: list[int]

    @property
    def cpu(self) -> float:
        return cpu_seconds(self.web)

    @property
    def memory(self) -> float:
        return pss_megabytes(self.web)


@contextmanager
def school(folder: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """`ecopter serve`, the command of production, on the data of `environment`."""
    port = free_port()
    command = ["-m", "ecopter", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with started(command, port, Ask("/healthz", "ok"), folder, environment) as server:
        yield server


@contextmanager
def bare(folder: Path) -> Iterator[Server]:
    """The yardstick, behind the same web server with the same settings."""
    port = free_port()
    environment = {"ECOPTER_BIND": f"127.0.0.1:{port}"}
    command = [*GUNICORN, "benchmarks.bare:app"]
    with started(command, port, Ask("/hello", "hello"), folder, environment) as server:
        yield server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    command: list[str], port: int, first: Ask, folder: Path, environment: Mapping[str, str]
) -> Iterator[Server]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    started = time.perf_counter()
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            env=inherited | {"PYTHONPATH": str(ROOT)} | PROXY | dict(environment),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _await_answer(process, port, first, folder)
        ready = time.perf_counter() - started
        time.sleep(1)  # the second worker is not far behind
        yield Server(port, process, ready, _web_of(process.pid))
    except WrongAnswer as problem:
        raise RuntimeError(f"{problem}\n{_end_of_log(folder)}") from problem
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_answer(process: subprocess.Popen[bytes], port: int, first: Ask, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        wire = Wire(port)
        try:
            wire.open()
            if wire.send(first, {}).status == first.status:
                return
        except OSError:
            pass
        finally:
            wire.close()
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The server did not start:\n{_end_of_log(folder)}")
        time.sleep(0.02)


def _end_of_log(folder: Path) -> str:
    return (folder / LOG).read_text(encoding="utf-8", errors="replace")[-4_000:]


def _web_of(root: int) -> list[int]:
    """The web tier and what started it; the worker and its renderers are no part of a page."""
    family = tree_of(root)
    workers = [pid for pid in family if name_of(pid) == WORKER]
    aside = {pid for worker in workers for pid in tree_of(worker)}
    return [pid for pid in family if pid not in aside]
