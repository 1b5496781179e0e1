"""What the server tells a page while a case is played, for clients that play it again.

A recorded case is JSON: ``forms`` (the client form of each program, by hash), ``html`` (the first HTML of the
component), and ``steps``, each with its ``items`` (component id and word, as they travel) and the ``html`` that Django
renders after it. Words are ``[12, html]`` and ``[13, changes]``.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.core.cache import cache

from liveactions.results import Patch, Whole, to_wire
from liveactions.runtime import Surroundings, Tree
from liveactions.templating import TemplateRenderer
from liveactions.templating.program import form_of, looked_up
from tests.programs.cases import Case
from tests.programs.playing import SUBJECT, TOKEN, bared, django_html, subject_template
from tests.programs.states import Subject, World

__all__ = ["recorded"]


def recorded(case: Case) -> dict[str, Any] | None:
    """The case as a page gets to know it; None if its component has no program, or something cannot be rendered."""
    template = case.template()
    program = looked_up(template, Subject)
    if not hasattr(program, "form"):
        return None
    cache.clear()
    with subject_template(template):
        tree = Tree(
            TemplateRenderer(),
            Surroundings(language=case.language, csrf=lambda: TOKEN),
            page="p",
            first_id=1,
            limit=10_000,
        )
        tree.programs = True
        node = tree.mount(SUBJECT, {})
        world = World()
        world.become(node.component, case.states[0])
        html = tree.html(node)
        first = expected(node.component, case.language, wrapped=program.wrapped)
        steps = []
        for state in case.states[1:]:
            node.begin()
            world.become(node.component, state)
            items = [[number, to_wire(word)] for number, word in tree.settled(node)]
            steps.append({"items": items, "html": expected(node.component, case.language, wrapped=program.wrapped)})
    return {"forms": forms_in(html, steps), "html": html, "first": first, "steps": steps}


PROGRAM = re.compile(r'live-program="([\w-]+)"')


def forms_in(html: str, steps: list[Any]) -> dict[str, Any]:
    """The client forms of the programs that are named in what a page gets."""
    names = set(re.findall(PROGRAM, json.dumps([html, steps]).replace('\\"', '"')))
    return {name: json.loads(form_of(name) or b"null") for name in sorted(names)}


def expected(component: Any, language: str | None, *, wrapped: bool) -> str:
    html = django_html(component, language)
    return f"<live-root>{html}</live-root>" if wrapped else bared(html)
