"""What the server tells a page while a case is played, for clients that play it again.

A recorded case is JSON: ``forms`` (the client form of each program, by hash), ``html`` (the first HTML of the
component), ``first`` (the same as Django renders it), and ``steps``, each with its ``items`` (component id and word, as
they travel) and the ``html`` that Django renders after it.
"""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from django.core.cache import cache

from liveactions.results import Whole, to_wire
from liveactions.runtime import Surroundings, Tree
from liveactions.templating import TemplateRenderer, form_of
from liveactions.templating.program import Program, looked_up
from tests.programs.cases import Case, case_of
from tests.programs.playing import SUBJECT, TOKEN, bared, django_html, subject_template
from tests.programs.states import Description, Subject, World

__all__ = ["recorded", "recordings"]

PROGRAM = re.compile(r'live-program="([\w-]+)"')


def recorded(case: Case, chance: Random | None = None) -> dict[str, Any] | None:
    """The case as a page gets to know it; None if its component has no program. Raises what rendering raises.

    With ``chance``, the page sometimes asks for the component whole, and the server sometimes is another one.
    """
    template = case.template()
    program = looked_up(template, Subject)
    if not isinstance(program, Program):
        return None
    cache.clear()
    with subject_template(template):
        server = Server(case.language, wrapped=program.wrapped)
        server.world.become(server.node.component, case.states[0])
        html, first = server.tree.html(server.node), server.wanted()
        steps = [server.step(state, chance) for state in case.states[1:]]
    return {"forms": forms_in(html, steps), "html": html, "first": first, "steps": steps}


class Server:
    """The server's side of a page with one component."""

    def __init__(self, language: str | None, *, wrapped: bool) -> None:
        self.language = language
        self.wrapped = wrapped
        around = Surroundings(language=language, csrf=lambda: TOKEN)
        self.tree = Tree(TemplateRenderer(), around, page="p", first_id=1, limit=10_000)
        self.tree.programs = True
        self.node = self.tree.mount(SUBJECT, {})
        self.world = World()

    def step(self, state: Description, chance: Random | None) -> dict[str, Any]:
        if chance is not None and chance.random() < 0.15:
            self.move()
        self.node.begin()
        self.world.become(self.node.component, state)
        if chance is not None and chance.random() < 0.1:
            told = [(self.node.id, Whole(self.tree.html(self.node)))]
        else:
            told = self.tree.settled(self.node)
        return {"items": [[number, to_wire(word)] for number, word in told], "html": self.wanted()}

    def move(self) -> None:
        """The page goes on elsewhere: what is remembered of it was written down, and what has changed is not known."""
        for node in self.node.walk():
            node.memo, node.known = self.tree.renderer.dry(node), False

    def wanted(self) -> str:
        html = django_html(self.node.component, self.language)
        return f"<live-root>{html}</live-root>" if self.wrapped else bared(html)


def forms_in(html: str, steps: list[Any]) -> dict[str, Any]:
    """The client forms of the programs that are named in what a page gets."""
    names = set(PROGRAM.findall(json.dumps([html, steps]).replace('\\"', '"')))
    return {name: json.loads(form_of(name) or b"null") for name in sorted(names)}


def recordings(seed: str, count: int) -> dict[str, Any]:
    """So many random cases by their seeds, without those that have no program or cannot be rendered."""
    found = {}
    for number in range(count):
        name = f"{seed}-{number}"
        try:
            broken = number % 5 == 0
            case = case_of(name, broken=broken)
            told = recorded(case, Random(name))
        except Exception:  # noqa: BLE001  # it fails for these states; the oracle says what that means
            continue
        loops = sum(source.count("{% for ") for source in case.sources.values())
        if told is not None:
            found[name] = {"sound": not broken, "loops": loops > 1, **told}
    return found
