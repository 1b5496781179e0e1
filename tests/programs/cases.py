"""Cases: a set of templates and a sequence of states, made from a number, or written down in a golden file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import Any

from django.template import Engine, Template

from tests.programs.grammar import FIXED, Writer
from tests.programs.parts import Part
from tests.programs.states import PLAIN, Description, following, reduced, some_state

__all__ = ["Case", "case_of", "made", "shrunk"]

NAMES = re.compile(rf"\b({'|'.join(PLAIN)})\b")
SEEN_THROUGH = {
    "shout": "title",
    "double": "n",
    "stream": "words",
    "form": "title flag other",
    "file": "flag title n",
    "catalog": "n",
    "which": "",
    "wide": "title n",
    "told": "title",
}
"""What else of the state a name that a template uses shows."""


@dataclass(frozen=True)
class Case:
    """Templates by name (``main`` is the component's), states one after another, and the language of the page."""

    templates: dict[str, Part]
    states: list[Description]
    language: str | None = None
    seed: str = ""

    @property
    def sources(self) -> dict[str, str]:
        return {name: str(part) for name, part in self.templates.items()}

    def __str__(self) -> str:
        lines = [f"case {self.seed} language={self.language}" if self.language else f"case {self.seed}"]
        lines += [f"  {name}: {source!r}" for name, source in self.sources.items()]
        lines += [f"  {number}. {state!r}" for number, state in enumerate(self.states)]
        return "\n".join(lines)

    @property
    def size(self) -> int:
        return sum(map(len, self.sources.values())) + len(repr(self.states)) + len(self.language or "")

    def template(self) -> Template:
        """Parsed. What it includes or extends is found in the same set."""
        sources = {**FIXED, **self.sources}
        return Template(sources["main"], engine=engine_of(sources), name="main")


def used(templates: dict[str, Part]) -> frozenset[str]:
    """The fields of the state that some templates show."""
    text = "".join(map(str, templates.values()))
    text += "".join(f" {more}" for name, more in SEEN_THROUGH.items() if name in text)
    return frozenset(NAMES.findall(text))


def made(random: Random, seed: str = "", **options: Any) -> Case:
    """A case by chance. ``options`` are those of `Writer`."""
    writer = Writer(random, size=random.choice((3, 6, 10, 16)), **options)
    templates = writer.write()
    names = used(templates)
    states = [some_state(random, names)]
    for _ in range(random.choice((2, 3, 4))):
        states.append(following(random, states[-1], names))
    language = "de" if random.random() < 0.05 else None
    return Case(templates, states, language, seed)


def case_of(seed: str, **options: Any) -> Case:
    """The case of a seed: always the same one for the same grammar."""
    return made(Random(seed), seed, **options)


# Parsing -----------------------------------------------------------------------------------------------------------

BUILTINS = (
    "django.template.defaulttags",
    "django.template.defaultfilters",
    "django.template.loader_tags",
    "django.templatetags.i18n",
    "django.templatetags.l10n",
    "django.templatetags.tz",
    "django.templatetags.cache",
    "liveactions.templatetags.live",
    "tests.programs.tags",
)


def engine_of(sources: dict[str, str]) -> Engine:
    """Where everything is loaded already."""
    found = Engine.__new__(Engine)
    vars(found).update(vars(prototype()))
    found.loaders = [("django.template.loaders.locmem.Loader", sources)]
    found.__dict__.pop("template_loaders", None)
    return found


def prototype() -> Engine:
    if not kept:
        kept.append(Engine())
        kept[0].builtins = list(BUILTINS)
        kept[0].template_builtins = kept[0].get_template_builtins(BUILTINS)
    return kept[0]


kept: list[Engine] = []

# Making smaller ----------------------------------------------------------------------------------------------------

PATIENCE = 2500
"""How many smaller cases are tried."""


def shrunk(case: Case, fails: Callable[[Case], bool]) -> Case:
    """A small case that still fails."""
    left = PATIENCE
    found = True
    while found and left > 0:
        found = False
        for smaller in islice(smaller_than(case), left):
            left -= 1
            if smaller.size < case.size and fails(smaller):
                case, found = smaller, True
                break
    return case


def smaller_than(case: Case) -> Iterator[Case]:
    if case.language:
        yield replace(case, language=None)
    if len(case.states) > 2:
        for place in range(len(case.states) - 1, -1, -1):
            yield replace(case, states=case.states[:place] + case.states[place + 1 :])
    for name, part in case.templates.items():
        if name != "main" and name not in "".join(source for n, source in case.sources.items() if n != name):
            yield replace(case, templates={n: each for n, each in case.templates.items() if n != name})
        for smaller in part.smaller():
            yield replace(case, templates={**case.templates, name: smaller})
    for states in reduced(case.states):
        if len(states) > 1:
            yield replace(case, states=states)
