"""The worker: takes jobs one after another and owns the PDF renderers."""

import signal
import threading
from collections.abc import Collection
from types import FrameType

import structlog
from flask import Flask

from ecopter.db import db
from ecopter.platform import jobs
from ecopter.platform.adapters import adapters
from ecopter.platform.pdf import RendererPool, pdf_available

PAUSE_SECONDS = 1.0
THREADS = 2


def run(app: Flask, *, needs_pdf: Collection[str]) -> None:
    """Work until asked to stop; a job in hand is finished first.

    Work of the kinds in `needs_pdf` waits where the PDF libraries are missing.
    """
    stop = threading.Event()

    def _stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    with RendererPool(size=THREADS) as renderer:
        if pdf_available().ok:
            app.extensions["pdf_renderer"] = renderer
        else:
            for kind in needs_pdf:
                jobs.leave_waiting(app, kind)
        hands = [threading.Thread(target=_work, args=(app, stop)) for _ in range(THREADS)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()


def run_until_idle(app: Flask) -> int:
    """Do what waits and return how many jobs were done; for commands and tests."""
    done = 0
    with app.app_context():
        while jobs.run_next(adapters().clock):
            done += 1
    return done


def _work(app: Flask, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with app.app_context():
                busy = jobs.run_next(adapters().clock)
                db.session.remove()
        except Exception:  # noqa: BLE001 (the database may be away for a moment)
            structlog.get_logger("ecopter").exception("worker")
            busy = False
        if not busy:
            stop.wait(PAUSE_SECONDS)
