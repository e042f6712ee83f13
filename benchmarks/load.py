"""Eight readers at once, each with a connection and a cookie of their own."""

import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.client import Ask, Wire, WrongAnswer, check

READERS = 8
SCRIPT = Path(__file__).with_name("load.lua")
LONG_ENOUGH = "60s"
MOST_SECONDS = 20.0
MOST_TRIES = 20


@dataclass(frozen=True)
class Load:
    """What came back in one stretch: requests, and how long half and 95 % of them took at most."""

    requests: int
    seconds: float
    p50: float
    p95: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


Loader = Callable[[int, Sequence[Ask], Sequence[str], float], Load]


def loader() -> tuple[str, Loader]:
    """The best client at hand; `wrk` takes far less of the processor than a client in Python."""
    return ("wrk", by_wrk) if shutil.which("wrk") else ("own client", by_threads)


def by_wrk(port: int, asks: Sequence[Ask], cookies: Sequence[str], seconds: float) -> Load:
    """Ask for `seconds`. Raises WrongAnswer if a single answer was not the expected one."""
    with TemporaryDirectory() as folder:
        jar, list_ = Path(folder, "cookies"), Path(folder, "asks")
        jar.write_text("".join(f"{cookie}\n" for cookie in cookies), encoding="utf-8")
        lines = (f"{ask.path}\t{ask.marker}\n" for ask in asks)
        list_.write_text("".join(lines), encoding="utf-8")
        command = ["wrk", f"-t{READERS}", f"-c{READERS}", f"-d{LONG_ENOUGH}", "-s", str(SCRIPT)]
        # Slow is slow, not wrong: otherwise wrk counts what takes two seconds as an error.
        command += ["--timeout", LONG_ENOUGH]
        command += [f"http://127.0.0.1:{port}/", "--", str(asks[0].status), str(jar), str(list_)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as wrk:
            # It counts whole seconds only, and tells what it has when it is interrupted.
            time.sleep(seconds)
            said = _interrupted(wrk)
    if found := _read(said, asks[0]):
        return found
    if seconds > MOST_SECONDS:
        raise WrongAnswer(f"{asks[0].path}: no answer in {seconds:.0f} s")
    # On a busy machine nobody may have had their turn yet.
    return by_wrk(port, asks, cookies, 2 * seconds)


def _interrupted(wrk: "subprocess.Popen[str]") -> str:
    """What it says when told to stop; told too early, it goes to sleep after all: tell it again."""
    for _try in range(MOST_TRIES):
        wrk.send_signal(signal.SIGINT)
        try:
            return wrk.communicate(timeout=2)[0]
        except subprocess.TimeoutExpired:
            continue
    wrk.kill()
    raise WrongAnswer("wrk does not stop")


def _read(said: str, ask: Ask) -> Load | None:
    """What wrk counted; None before the first answer."""
    line = next((line for line in said.splitlines() if line.startswith("RESULT ")), None)
    if line is None:
        return None
    requests, microseconds, wrong, errors, p50, p95 = map(int, line.split()[1:])
    if wrong or errors:
        raise WrongAnswer(f"{ask.path}: of {requests} answers {wrong} wrong, {errors} errors")
    return Load(requests, microseconds / 1e6, p50 / 1e3, p95 / 1e3) if requests else None


def by_threads(port: int, asks: Sequence[Ask], cookies: Sequence[str], seconds: float) -> Load:
    """The same in this process; for machines without wrk."""
    taken: list[float] = []
    problems: list[Exception] = []
    stop = time.perf_counter() + seconds

    def read(number: int) -> None:
        wire = Wire(port)
        headers = {"Accept-Language": "fr"}
        if cookies:
            headers["Cookie"] = cookies[number % len(cookies)]
        try:
            wire.open()
            while (started := time.perf_counter()) < stop:
                number += 1
                ask = asks[number % len(asks)]
                # From many addresses, as behind a proxy: some pages count those of one address.
                headers["X-Forwarded-For"] = f"10.0.{number // 250 % 250}.{number % 250}"
                check(ask, wire.send(ask, headers))
                taken.append(time.perf_counter() - started)
        except (OSError, WrongAnswer) as problem:
            problems.append(problem)
        finally:
            wire.close()

    started = time.perf_counter()
    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    if problems or not taken:
        raise WrongAnswer(str(problems[0]) if problems else f"{asks[0].path}: no answer")
    lasted = time.perf_counter() - started
    taken.sort()
    return Load(len(taken), lasted, 1e3 * share(taken, 0.5), 1e3 * share(taken, 0.95))


def share(ordered: Sequence[float], part: float) -> float:
    """The value below which `part` of an ordered list lies."""
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
