"""Interleaved rounds: the yardstick, the school, the yardstick, and the ratio of each round."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.client import Visit, Wire, signed_in
from benchmarks.journeys import HELLO, YARDSTICKS, Journey
from benchmarks.load import READERS, Load, Loader, share
from benchmarks.seed import Facts
from benchmarks.servers import Server

# How many requests of a journey are taken: where each is for another paper, they differ.
VARIETY = 16

Report = Callable[[str], None]


@dataclass(frozen=True)
class Pair:
    """What is compared: the school and the bare application, and who is who in the school."""

    school: Server
    bare: Server
    facts: Facts
    wires: list[Wire] = field(default_factory=list)

    def wire(self, server: Server) -> Wire:
        """A connection that is closed with the pair."""
        self.wires.append(Wire(server.port))
        return self.wires[-1]

    def close(self) -> None:
        for wire in self.wires:
            wire.close()


@dataclass
class Sums:
    """What one journey gathers over the rounds; seconds, and processor seconds by requests."""

    ratios: list[float] = field(default_factory=list)
    beyond: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)
    quickest: list[Load] = field(default_factory=list)
    cpu: float = 0.0
    asked: int = 0
    bare_cpu: float = 0.0
    bare_asked: int = 0

    def figures(self) -> dict[str, Any]:
        """Ratios are time for time, so above one the school is slower; milliseconds else."""
        cpu = 1e3 * self.cpu / self.asked
        found = {
            "ratio": statistics.median(self.ratios),
            "low": min(self.ratios),
            "high": max(self.ratios),
            "cpu_ms": cpu,
            "cpu_ratio": cpu / (1e3 * self.bare_cpu / self.bare_asked),
            **self._waiting(),
        }
        if self.beyond:
            found["over_ms"] = 1e3 * statistics.median(self.beyond)
            found["over_cpu_ms"] = cpu - 1e3 * self.bare_cpu / self.bare_asked
        return {name: round(value, 3) for name, value in found.items()}

    def _waiting(self) -> dict[str, float]:
        if self.quickest:
            return {
                "p50": statistics.median(load.p50 for load in self.quickest),
                "p95": statistics.median(load.p95 for load in self.quickest),
                "rate": statistics.median(load.rate for load in self.quickest),
            }
        taken = sorted(self.taken)
        return {"p50": 1e3 * share(taken, 0.5), "p95": 1e3 * share(taken, 0.95)}


def one_reader(
    pair: Pair, journeys: Sequence[Journey], rounds: int, report: Report
) -> dict[str, dict[str, Any]]:
    """Every journey on a kept-alive connection, one request after the other."""
    report("one reader: warming up")
    yardstick = Visit(pair.wire(pair.bare), pair.facts)
    visits = {one.name: _warm(pair, one) for one in journeys}
    sums = {one.name: Sums() for one in journeys}
    for number in range(1, rounds + 1):
        report(f"one reader: round {number} of {rounds}")
        for journey in journeys:
            _compare(pair, journey, visits[journey.name], yardstick, sums[journey.name])
    return {name: found.figures() for name, found in sums.items()}


def _warm(pair: Pair, journey: Journey) -> Visit:
    """Signed in, and known to both web workers: a first time costs more than the others."""
    wire = pair.wire(pair.school)
    visit = signed_in(wire, pair.facts, journey.role(pair.facts))
    for _ in range(1 if journey.is_long else 4):
        wire.open()
        visit.walk(journey.asks(visit))
    return visit


def _compare(pair: Pair, journey: Journey, visit: Visit, yardstick: Visit, sums: Sums) -> None:
    ask = YARDSTICKS[journey.yardstick]
    count = journey.samples

    def bare_stretch() -> float:
        return _stretch(pair.bare, yardstick, lambda: yardstick.walk(iter_of(ask)), count, bare)

    bare: list[float] = []
    here: list[float] = []
    before = bare_stretch()
    cpu = _stretch(pair.school, visit, lambda: visit.walk(journey.asks(visit)), count, here)
    after = bare_stretch()
    alone = statistics.median(bare)
    sums.ratios.append(statistics.median(here) / alone)
    if journey.goal.over is not None:
        sums.beyond.append(statistics.median(here) - alone)
    sums.taken += here
    sums.cpu, sums.asked = sums.cpu + cpu, sums.asked + count
    sums.bare_cpu += before + after
    sums.bare_asked += 2 * count


def _stretch(
    server: Server, visit: Visit, walk: Callable[[], float], count: int, taken: list[float]
) -> float:
    """`count` samples, added to `taken`; the processor seconds they cost the server."""
    visit.line.open()  # type: ignore[attr-defined]
    before = server.cpu
    taken += [walk() for _ in range(count)]
    return server.cpu - before


def iter_of(ask: Any) -> Any:
    yield ask


def eight_readers(
    pair: Pair,
    journeys: Sequence[Journey],
    rounds: int,
    seconds: float,
    *,
    load: Loader,
    report: Report,
) -> dict[str, dict[str, Any]]:
    """The journeys with a share of the bare hello to reach, at eight connections."""
    journeys = [one for one in journeys if one.goal.share]
    asked = {one.name: _asks(pair, one) for one in journeys}
    sums = {one.name: Sums() for one in journeys}
    for number in range(1, rounds + 1):
        report(f"eight readers: round {number} of {rounds}")
        before, before_cpu = _loaded(pair.bare, load, [YARDSTICKS[HELLO]], [], seconds)
        for journey in journeys:
            found = sums[journey.name]
            here, cpu = _loaded(pair.school, load, *asked[journey.name], seconds)
            after, after_cpu = _loaded(pair.bare, load, [YARDSTICKS[HELLO]], [], seconds)
            found.ratios.append((before.rate + after.rate) / 2 / here.rate)
            found.quickest.append(here)
            found.cpu, found.asked = found.cpu + cpu, found.asked + here.requests
            found.bare_cpu += before_cpu + after_cpu
            found.bare_asked += before.requests + after.requests
            before, before_cpu = after, after_cpu
    return {name: found.figures() for name, found in sums.items()}


def _asks(pair: Pair, journey: Journey) -> tuple[list[Any], list[str]]:
    """What eight readers ask for, and a cookie for each, of a sign-in of its own."""
    wire = pair.wire(pair.school)
    facts = pair.facts
    name = journey.role(facts)
    visits = [signed_in(wire, facts, name) for _ in range(READERS if name else 1)]
    for visit in visits:
        visit.walk(journey.asks(visit))
    asks = [next(journey.asks(visits[0])) for _ in range(VARIETY)]
    return asks, [visit.cookie for visit in visits if visit.cookie]


def _loaded(
    server: Server, load: Loader, asks: Sequence[Any], cookies: Sequence[str], seconds: float
) -> tuple[Load, float]:
    before = server.cpu
    found = load(server.port, asks, cookies, seconds)
    return found, server.cpu - before
