"""What the figures mean: against the goals, which are printed, and the reference, which binds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.journeys import JOURNEYS, Goal, Journey

OK, MISSES, WORSE, NONE = "ok", "misses the goal", "WORSE", ""
# A ratio may be so many times the reference's: neighbours on the machine move it by half.
RATIO_LEEWAY = 1.5
# Signatures and tokens differ in each answer, and pack a little better or worse.
BYTES_LEEWAY = 1.02
FIRST_BYTES, FIRST_REQUESTS = 60_000, 6
PAINT_MILLISECONDS = 200

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """A line of the table; `detail` stands beside the figure and is not judged."""

    section: str
    name: str
    now: str
    reference: str = ""
    goal: str = ""
    verdict: str = NONE
    detail: str = ""


@dataclass(frozen=True)
class Limit:
    """A figure that stands alone: where it is, its unit, its goal; with a leeway it binds."""

    section: str
    name: str
    kind: str
    key: str
    unit: str
    bound: float | None = None
    leeway: float | None = None
    at_least: bool = False


PAPERS, BATCH, MEMORY, READY = "papers", "a thousand papers", "memory of the web tier", "ready"
LIMITS = (
    Limit(PAPERS, "certificate", "papers", "cpu_ratio", "x a one-line page", 12, RATIO_LEEWAY),
    Limit(PAPERS, "certificate, processor", "papers", "cpu_ms", "ms"),
    Limit(PAPERS, "one-line page, processor", "papers", "line_cpu_ms", "ms"),
    Limit(PAPERS, "size", "papers", "bytes", "bytes", 45_000, BYTES_LEEWAY),
    Limit(PAPERS, "one renderer", "papers", "rate_of_one", "a second"),
    Limit(PAPERS, "two renderers", "papers", "rate_of_two", "a second"),
    Limit(PAPERS, "peak of two renderers", "papers", "peak_mb", "MB PSS", 160),
    Limit(BATCH, "two renderers", "batch", "rate", "a second"),
    Limit(
        BATCH, "share of twice one renderer", "batch", "share_of_twice_one", "", 0.6, at_least=True
    ),
    Limit(BATCH, "peak of two renderers", "batch", "peak_mb", "MB PSS", 160),
    Limit(BATCH, "pages' p95, against alone", "batch", "page_p95_ratio", "x", 2),
    Limit(MEMORY, "idle", "memory", "idle", "MB PSS", 140),
    Limit(MEMORY, "after the run", "memory", "after the run", "MB PSS", 250),
    Limit(READY, "warm", "start", "warm", "s", 0.8),
    Limit(READY, "on an empty folder", "start", "on an empty folder", "s", 3),
)


def judge(now: Figures, reference: Figures) -> list[Row]:
    """Every figure as a line; `reference` may be empty."""
    return [*judge_times(now, reference), *judge_bars(now, reference), *judge_rest(now, reference)]


def is_worse(rows: list[Row]) -> bool:
    return any(row.verdict == WORSE for row in rows)


def judge_times(now: Figures, reference: Figures) -> Iterator[Row]:
    for kind, section in (("eight", "eight readers"), ("one", "one reader")):
        for journey in JOURNEYS:
            found = now.get(kind, {}).get(journey.name)
            before = reference.get(kind, {}).get(journey.name, {})
            if found:
                goal, reached = _goal(kind, journey, found)
                yield Row(
                    section,
                    journey.name,
                    _ratio(kind, journey, found["ratio"]),
                    _ratio(kind, journey, before["ratio"]) if before else "",
                    goal,
                    WORSE if is_slower(found, before) else _verdict(goal, reached=reached),
                    _detail(found),
                )


def is_slower(found: Figures, before: Figures) -> bool:
    """Past the leeway in processor time, or in time in every single round."""
    return bool(before) and (
        found["cpu_ratio"] > RATIO_LEEWAY * before["cpu_ratio"]
        or found["low"] > RATIO_LEEWAY * before["ratio"]
    )


def _ratio(kind: str, journey: Journey, ratio: float) -> str:
    """A rate as a share of the bare hello's; a time as a multiple of the yardstick's."""
    return f"1/{ratio:.1f}" if kind == "eight" else f"{ratio:.1f} x {journey.yardstick}"


def _goal(kind: str, journey: Journey, found: Figures) -> tuple[str, bool]:
    """A share is judged by rate with eight readers, milliseconds by processor with one."""
    goal: Goal = journey.goal
    if kind == "eight":
        share = goal.share or 0
        return f">= 1/{1 / share:.0f}", found["ratio"] <= 1 / share
    if goal.over is not None:
        return f"hash + {goal.over:g} ms CPU", found["over_cpu_ms"] <= goal.over
    if goal.milliseconds is not None:
        return f"<= {goal.milliseconds:g} ms CPU", found["cpu_ms"] <= goal.milliseconds
    return "", True


def _verdict(goal: str, *, reached: bool) -> str:
    if not goal:
        return NONE
    return OK if reached else MISSES


def _detail(found: Figures) -> str:
    over = f", {found['over_cpu_ms']:.1f} ms over" if "over_cpu_ms" in found else ""
    return (
        f"{found['low']:.1f}..{found['high']:.1f}; p50 {found['p50']:.1f}, p95 {found['p95']:.1f}; "
        f"CPU {found['cpu_ms']:.2f} ms = {found['cpu_ratio']:.1f} x{over}"
    )


def judge_bars(now: Figures, reference: Figures) -> Iterator[Row]:
    """Queries, bytes and requests, on each plan that was counted."""
    goals = {journey.name: journey.goal for journey in JOURNEYS}
    for plan, pages in now.get("bars", {}).items():
        known = reference.get("bars", {}).get(plan, {})
        for name, bars in pages.items():
            before = known.get(name, {})
            faults = list(heavier(bars, before))
            goal, reached = _bars_goal(goals[name], bars)
            yield Row(
                f"first load, {plan} school",
                name,
                _bars(bars),
                _bars(before) if before else "",
                goal,
                WORSE if faults else _verdict(goal, reached=reached),
                "more " + ", ".join(faults) if faults else "",
            )


def heavier(bars: Figures, before: Figures) -> Iterator[str]:
    """What grew past the reference; a query or a request more is one too many."""
    for what, allowed in before.items():
        leeway = BYTES_LEEWAY if what == "bytes" else 1
        if bars.get(what, 0) > allowed * leeway:
            yield what


def _bars(bars: Figures) -> str:
    parts = [f"{bars['queries']} q"]
    if "bytes" in bars:
        parts += [f"{bars['bytes'] / 1000:.1f} kB", f"{bars['requests']} req"]
    return ", ".join(parts)


def _bars_goal(goal: Goal, bars: Figures) -> tuple[str, bool]:
    parts, reached = [], True
    if goal.queries is not None:
        parts.append(f"<= {goal.queries} q")
        reached = bars["queries"] <= goal.queries
    if "bytes" in bars:
        parts.append(f"{FIRST_BYTES // 1000} kB, {FIRST_REQUESTS} req")
        reached = reached and bars["bytes"] <= FIRST_BYTES and bars["requests"] <= FIRST_REQUESTS
    return ", ".join(parts), reached


def judge_rest(now: Figures, reference: Figures) -> Iterator[Row]:
    """Papers, memory and starts by `LIMITS`; what a browser sees of each page."""
    for limit in LIMITS:
        found, before = now.get(limit.kind, {}), reference.get(limit.kind, {})
        if limit.key in found:
            yield _limited(limit, found[limit.key], before.get(limit.key))
    for name, found in now.get("browser", {}).items():
        before = reference.get("browser", {}).get(name, {})
        limit = Limit("first paint", name, "browser", "fcp_ms", "ms", PAINT_MILLISECONDS)
        row = _limited(limit, found["fcp_ms"], before.get("fcp_ms"))
        yield replace(row, detail=f"{found['elements']} elements")


def _limited(limit: Limit, found: float, before: float | None) -> Row:
    goal, verdict = "", NONE
    if limit.bound is not None:
        goal = f"{'>=' if limit.at_least else '<='} {limit.bound:g}"
        reached = found >= limit.bound if limit.at_least else found <= limit.bound
        verdict = OK if reached else MISSES
    if limit.leeway and before and found > before * limit.leeway:
        verdict = WORSE
    known = "" if before is None else f"{before:g}"
    return Row(limit.section, limit.name, f"{found:g} {limit.unit}", known, goal, verdict)


def table(rows: list[Row]) -> str:
    """All lines below each other, in columns as wide as they need."""
    heads = ("journey", "now", "reference", "goal", "verdict", "")
    cells = [heads, *((r.name, r.now, r.reference, r.goal, r.verdict, r.detail) for r in rows)]
    widths = [max(len(cell[column]) for cell in cells) for column in range(len(heads))]
    lines, section = [_line(heads, widths)], ""
    for row, cell in zip(rows, cells[1:], strict=True):
        if row.section != section:
            section = row.section
            lines += ["", section.upper()]
        lines.append(_line(cell, widths))
    return "\n".join(lines)


def _line(cell: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(cell, widths, strict=True)).rstrip()
