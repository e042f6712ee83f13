"""Many people doing the same thing in the same instant."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from ecopter.db import db
from ecopter.shared.errors import Conflict

AT_ONCE = 50


def together(app: Flask, work: Callable[[int], object]) -> list[object]:
    """Run `work(number)` in many threads, each in a context of its own, all let go at once."""
    ready = Barrier(AT_ONCE)

    def one(number: int) -> object:
        ready.wait()
        with app.app_context():
            try:
                return work(number)
            except Conflict as refusal:
                return refusal
            finally:
                db.session.rollback()
                db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def gapless(count: int) -> list[str]:
    return [f"DEMO-ATT-2026-{place:04d}" for place in range(1, count + 1)]
