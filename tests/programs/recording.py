"""What the server tells a page while a case is played, for clients that play it again.

A recorded case is JSON: ``forms`` (the client form of each program, by hash), ``html`` (the first HTML of the
component), ``first`` (the same as Django renders it), and ``steps``, each with its ``items`` (component id and word, as
they travel) and the ``html`` that Django renders after it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.core.cache import cache

from liveactions.results import to_wire
from liveactions.runtime import Surroundings, Tree
from liveactions.templating import TemplateRenderer
from liveactions.templating.program import Program, form_of, looked_up
from tests.programs.cases import Case, case_of
from tests.programs.playing import SUBJECT, TOKEN, bared, django_html, subject_template
from tests.programs.states import Subject, World

__all__ = ["recorded", "recordings"]

PROGRAM = re.compile(r'live-program="([\w-]+)"')


def recorded(case: Case) -> dict[str, Any] | None:
    """The case as a page gets to know it; None if its component has no program. Raises what rendering raises."""
    template = case.template()
    program = looked_up(template, Subject)
    if not isinstance(program, Program):
        return None
    cache.clear()
    around = Surroundings(language=case.language, csrf=lambda: TOKEN)
    tree = Tree(TemplateRenderer(), around, page="p", first_id=1, limit=10_000)
    tree.programs = True
    with subject_template(template):
        node = tree.mount(SUBJECT, {})
        world = World()
        world.become(node.component, case.states[0])

        def wanted() -> str:
            html = django_html(node.component, case.language)
            return f"<live-root>{html}</live-root>" if program.wrapped else bared(html)

        html, first = tree.html(node), wanted()
        steps = []
        for state in case.states[1:]:
            node.begin()
            world.become(node.component, state)
            items = [[number, to_wire(word)] for number, word in tree.settled(node)]
            steps.append({"items": items, "html": wanted()})
    return {"forms": forms_in(html, steps), "html": html, "first": first, "steps": steps}


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
            told = recorded(case_of(name, broken=number % 5 == 0))
        except Exception:  # a template that fails for these states; the oracle tells what is to be made of that
            continue
        if told is not None:
            found[name] = told
    return found
