"""What processes cost, as Linux counts it: processor time and memory of a whole tree."""

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PROC = Path("/proc")
TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
SAMPLE_SECONDS = 0.1


def tree_of(root: int) -> list[int]:
    """A process and all that come from it."""
    children = defaultdict(list)
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                # The name in brackets may hold spaces: what we want comes after it.
                facts = (folder / "stat").read_text().rpartition(")")[2].split()
                children[int(facts[1])].append(int(folder.name))
    found, waiting = [], [root]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += children[one]
    return found


def name_of(pid: int) -> str:
    """What a process calls itself: the first fifteen letters of its program, or its own choice."""
    with suppress(OSError):
        return (PROC / str(pid) / "comm").read_text().strip()
    return ""


def cpu_seconds(pids: Iterable[int]) -> float:
    """Processor time so far; to the nanosecond where the kernel keeps it for each thread."""
    return sum(_cpu_of(PROC / str(pid)) for pid in pids)


def _cpu_of(process: Path) -> float:
    try:
        tasks = list((process / "task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    except OSError:
        pass
    with suppress(OSError):
        facts = (process / "stat").read_text().rpartition(")")[2].split()
        return (int(facts[11]) + int(facts[12])) * TICK_SECONDS
    return 0.0


def pss_megabytes(pids: Iterable[int]) -> float:
    """Memory with shared pages divided among those who share them."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


@contextmanager
def peak_memory(pids: Callable[[], Iterable[int]]) -> Iterator[list[float]]:
    """The highest memory of some processes while the block runs, as the list's only value."""
    peak, stop = [0.0], threading.Event()

    def watch() -> None:
        while not stop.wait(SAMPLE_SECONDS):
            peak[0] = max(peak[0], pss_megabytes(pids()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        stop.set()
        watcher.join()
