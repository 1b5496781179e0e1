"""Programs: Django templates compiled once, for each component class that renders with them."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.template import Template, TemplateDoesNotExist, TemplateSyntaxError

from liveactions.rendering.blocks import Block, Plan
from liveactions.rendering.builder import build
from liveactions.rendering.compose import client_form, program_hash
from liveactions.templating.compiler import Compiled, Uncompilable, compiled
from liveactions.templating.evaluators import Making
from liveactions.templating.slots import Memo, Run

__all__ = ["Outcome", "Program", "Refused", "known_form", "looked_up", "program_of", "remember"]

logger = logging.getLogger("liveactions")


class Program:
    """A template compiled: its blocks, and evaluators for their slots.

    ``hash`` names the ``form``, which is all that a browser has to know of it. ``wrapped``: the component's element is
    a ``<live-root>`` around everything.
    """

    def __init__(self, template: Template, compiled: Compiled, plan: Plan) -> None:
        self.template = template
        self.compiled = compiled
        self.block: Block = plan.block
        self.wrapped = plan.wrapped
        self.form = client_form(plan)
        self.hash = program_hash(self.form)
        self.evaluator = Making(wary=compiled.guard.needed).block(plan.block, compiled.content.frame)

    def __repr__(self) -> str:
        return f"<Program {self.hash} of {self.template.name or 'a template'}>"

    def fresh(self, run: Run, was: Memo | None = None) -> tuple[list[Any], Memo]:
        """All values, and what has to be remembered of them. ``was``: what the component's place held before."""
        return self.evaluator.fresh(run, was)

    def change(self, run: Run, memo: Memo) -> tuple[list[Any], Memo]:
        """What is different from ``memo``, as changes, and the new memo. The old one stays as it is."""
        return self.evaluator.change(run, memo)

    def dry(self, memo: Memo) -> Memo:
        """The memo as plain data."""
        return self.evaluator.dry(memo)

    @property
    def stale(self) -> bool:
        """Whether one of its templates has been edited. Asked only where templates are being written."""
        return any(edited(source) for source in self.compiled.sources[1:])


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no program; ``why`` is a sentence for a person. The template is rendered by Django as a whole."""

    why: str


Outcome = Program | Refused

PROGRAMS: Final = "_liveactions_programs"
"""Where a template keeps its programs: they live as long as it does."""
FORMS: Final = 2000
"""Forms that are kept for browsers that may still ask for them."""

forms: OrderedDict[str, bytes] = OrderedDict()
lock = Lock()


def program_of(template: Template, component: type) -> Program | None:
    """The program of a template for a component class, compiled when it is first asked for. None: there is none."""
    found = looked_up(template, component)
    return found if type(found) is Program else None


def looked_up(template: Template, component: type) -> Outcome:
    """The program, or why there is none."""
    programs: WeakKeyDictionary[type, Outcome] | None = vars(template).get(PROGRAMS)
    if programs is None:
        programs = vars(template).setdefault(PROGRAMS, WeakKeyDictionary())
    found = programs.get(component)
    if found is None or (template.engine.debug and type(found) is Program and found.stale):
        found = programs[component] = made(template, component)
        if isinstance(found, Program):
            remember(found)
    return found


def made(template: Template, component: type) -> Outcome:
    try:
        source = compiled(template, component)
        plan = build(source.content.pieces)
    except Uncompilable as reason:
        return Refused(str(reason))
    except (TemplateDoesNotExist, TemplateSyntaxError) as error:
        return Refused(f"A template that it extends or includes cannot be used ({type(error).__name__}: {error}).")
    except Exception as error:
        logger.exception("The template of %s cannot be compiled; it is rendered as a whole.", component.__qualname__)
        return Refused(f"Compiling it failed ({type(error).__name__}: {error}); that is a mistake in liveactions.")
    if plan is None:
        return Refused("Its tags do not make elements: one is opened or closed in a part only, and nothing holds it.")
    return Program(template, source, plan)


def edited(source: Template) -> bool:
    if not source.name:
        return False
    try:
        now, _ = source.engine.find_template(source.name)
    except TemplateDoesNotExist:
        return True
    return bool(now.origin == source.origin and now.source != source.source)


# ── Forms ──


def remember(program: Program) -> None:
    """Keep the form of a program, the newest ones longest."""
    with lock:
        forms[program.hash] = program.form
        forms.move_to_end(program.hash)
        while len(forms) > FORMS:
            forms.popitem(last=False)


def known_form(hash: str) -> bytes | None:  # noqa: A002  # the name of the thing
    """The form of a program that was compiled in this process, or that it was told to remember."""
    return forms.get(hash)
