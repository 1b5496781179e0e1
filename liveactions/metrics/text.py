"""Figures as Prometheus reads them (text format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from liveactions.metrics.values import Family

__all__ = ["CONTENT_TYPE", "exposition"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def exposition(families: Iterable[Family]) -> str:
    """The page that a scraper is given."""
    return "\n".join(line for family in families for line in lines(family)) + "\n"


def lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {family.about}"
    yield f"# TYPE {family.name} {family.kind}"
    for value, labels, suffix in family.samples:
        yield f"{family.name}{suffix}{written(labels)} {number(value)}"


def written(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{value.translate(ESCAPES)}"' for name, value in labels.items()) + "}"


def number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
