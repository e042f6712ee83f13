"""Bars that show how far a long command is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress, TaskID


@contextmanager
def shown_progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar per stage: `report(what, done, total)`."""
    with Progress(transient=True) as progress:
        bars: dict[str, TaskID] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=total)
            progress.update(bars[what], completed=done, total=total)

        yield report
