"""Starting the web server and the worker together, and stopping both."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from types import FrameType

NICEST = 19
PATIENCE_SECONDS = 25
RESTART_PAUSE_SECONDS = 2
PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """On Linux a child does not outlive a parent that was killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _lowered() -> None:
    _die_with_parent()
    os.nice(NICEST)


class Household:
    """The web server and one worker at nice 19; when the server ends, everything ends."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self.stopping = False

    def run(self) -> int:
        for kind in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(kind, self._stop)
        self.web = self._start(
            [
                "-m",
                "gunicorn",
                "-c",
                "python:ecopter.platform.gunicorn_settings",
                "ecopter.app:create_app()",
            ],
            lowered=False,
        )
        self.worker = self._start(["-m", "ecopter", "worker"], lowered=True)
        while self.web.poll() is None and not self.stopping:
            if self.worker.poll() is not None and not self.stopping:
                time.sleep(RESTART_PAUSE_SECONDS)
                self.worker = self._start(["-m", "ecopter", "worker"], lowered=True)
            time.sleep(0.2)
        return self._end()

    def _start(self, arguments: list[str], *, lowered: bool) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *arguments],
            env=self.environment,
            # A key of the terminal reaches us alone; we pass it on once.
            start_new_session=True,
            preexec_fn=_lowered if lowered else _die_with_parent,  # noqa: PLW1509 (no threads yet)
        )

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> int:
        children = (self.web, self.worker)
        for child in children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + PATIENCE_SECONDS
        for child in children:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        return 0 if self.stopping else (self.web.returncode or 0)


if __name__ == "__main__":
    sys.exit(Household(os.environ).run())
