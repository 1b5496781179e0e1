"""What ``manage.py live doctor`` has found, and how it says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Literal, NamedTuple

__all__ = ["Finding", "Verdict", "bad", "good", "is_well", "note", "table"]

Verdict = Literal["good", "note", "bad"]

MARKS: dict[Verdict, str] = {"good": "✓", "note": "·", "bad": "✗"}

WIDTH = 110


class Finding(NamedTuple):
    """``what`` was looked at, what was ``seen``, and what to do (``advice``), if there is anything to do."""

    what: str
    seen: str
    verdict: Verdict
    advice: str = ""


def good(what: str, seen: str) -> Finding:
    return Finding(what, seen, "good")


def note(what: str, seen: str, advice: str = "") -> Finding:
    """Nothing is broken, and whoever runs the site would like to know."""
    return Finding(what, seen, "note", advice)


def bad(what: str, seen: str, advice: str) -> Finding:
    return Finding(what, seen, "bad", advice)


def is_well(findings: Iterable[Finding]) -> bool:
    return all(finding.verdict != "bad" for finding in findings)


def table(findings: Iterable[Finding]) -> Iterator[str]:
    """The lines of a table: mark, what was looked at, what was seen; below it what to do."""
    found = list(findings)
    column = max((len(finding.what) for finding in found), default=0)
    margin = " " * (column + 4)
    for finding in found:
        first, *more = wrap(finding.seen, WIDTH - len(margin)) or [""]
        yield f"{MARKS[finding.verdict]} {finding.what:<{column}}  {first}"
        yield from (f"{margin}{line}" for line in more)
        yield from (f"{margin}{line}" for line in wrap(f"→ {finding.advice}" if finding.advice else "", WIDTH - 20))
