"""Starting the web server and the worker together, and stopping both.

What both need is imported once, before they are forked: the start is short, and the pages of
memory that hold it are shared by all of them.
"""

import ctypes
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from types import FrameType

from flask import Flask
from gunicorn.app.base import BaseApplication

from ecopter.platform import gunicorn_settings

NICEST = 19
PATIENCE_SECONDS = 25
RESTART_PAUSE_SECONDS = 2
LOOK_SECONDS = 0.2
PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
WEB, WORKER = "ecopter web", "ecopter worker"

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Web(BaseApplication):
    """gunicorn with our settings, around an application that is loaded already."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        super().__init__()

    def load_config(self) -> None:
        for name in self.cfg.settings:
            if hasattr(gunicorn_settings, name):
                self.cfg.set(name, getattr(gunicorn_settings, name))

    def load(self) -> Flask:
        return self._app


class Household:
    """The web server and one worker at nice 19; when the server ends, everything ends.

    `work` is what the worker does until it is asked to stop. No thread may run and no connection
    may be open when `run` is called: the children are copies of this process.
    """

    def __init__(self, app: Flask, work: Callable[[], None]) -> None:
        self._app = app
        self._work = work
        self._stopping = False

    def run(self) -> int:
        """Serve until a signal comes or the web server ends; the exit status."""
        for kind in _SIGNALS:
            signal.signal(kind, self._stop)
        # The collector would write into every object it looks at, and so unshare its page.
        gc.freeze()
        self._web = _fork(WEB, Web(self._app).run)
        self._worker = self._start_worker()
        while self._web.is_alive() and not self._stopping:
            if not self._worker.is_alive():
                time.sleep(RESTART_PAUSE_SECONDS)
                self._worker = self._start_worker()
            self._web.join(LOOK_SECONDS)
        return self._end()

    def _start_worker(self) -> BaseProcess:
        return _fork(WORKER, self._work_quietly)

    def _work_quietly(self) -> None:
        os.nice(NICEST)
        self._work()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _end(self) -> int:
        children = (self._web, self._worker)
        for child in children:
            child.terminate()
        deadline = time.monotonic() + PATIENCE_SECONDS
        for child in children:
            child.join(max(0.1, deadline - time.monotonic()))
            if child.is_alive():
                child.kill()
                child.join()
        return 0 if self._stopping else (self._web.exitcode or 0)


def _fork(name: str, task: Callable[[], None]) -> BaseProcess:
    """A copy of this process that does one task and ends."""
    child = get_context("fork").Process(target=_live, args=(name, os.getpid(), task))
    with _held_signals():
        child.start()
    return child


def _live(name: str, parent: int, task: Callable[[], None]) -> None:
    # A key of the terminal reaches the parent alone; it is passed on once.
    os.setsid()
    for kind in _SIGNALS:
        signal.signal(kind, signal.SIG_DFL)
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None)
        kernel.prctl(PR_SET_NAME, name.encode())
        # A child does not outlive a parent that was killed.
        kernel.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    if os.getppid() == parent:
        task()


@contextmanager
def _held_signals() -> Iterator[None]:
    """No signal comes between being forked and being ready for it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
