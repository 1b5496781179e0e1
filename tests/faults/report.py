"""What a person reads in the end: expected, measured, reached or not."""

from __future__ import annotations

from collections.abc import Sequence

from tests.faults.running import Outcome

__all__ = ["table"]

MARKS = {"reached": "✓", "missed": "○", "violated": "✗", "": " "}


def table(outcomes: Sequence[Outcome]) -> str:
    """All runs, a line for each figure, and below each what was violated."""
    rows: list[str] = []
    for outcome in outcomes:
        scenario, load = outcome.scenario, outcome.scenario.plan.load
        mark = "✗" if outcome.broken else "✓"
        servers = "+".join(scenario.plan.servers)
        rows.append(
            f"{mark} {scenario.number:<4} {scenario.title} ({load.pages} pages, {servers}, seed {outcome.seed})"
        )
        for figure in outcome.figures:
            limit = "" if figure.limit is None else f"{figure.limit:g}"
            rows.append(
                f"      {MARKS[figure.verdict]} {figure.name:<18}{limit:>10}{figure.measured:>12.4g}  {figure.verdict}"
            )
        rows += [f"      ✗ {broken}" for broken in outcome.broken]
    runs, bad = len(outcomes), sum(bool(outcome.broken) for outcome in outcomes)
    missed = sum(figure.verdict == "missed" for outcome in outcomes for figure in outcome.figures)
    head = f"      {'figure':<20}{'at most':>10}{'measured':>12}"
    foot = f"{runs} runs, {bad} with violations, {missed} figures missed"
    return "\n".join([head, *rows, foot])
