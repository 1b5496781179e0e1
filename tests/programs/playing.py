"""Plays a case on the server's side: programs against Django's own rendering, state after state.

`faults` is the oracle. It plays a case several times, each time with another idea of what has changed and of how the
memo was kept; every time, what the page is told has to make it what Django renders.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgpack
from django.core.cache import cache
from django.template import Template, TemplateSyntaxError

from liveactions.errors import DeclarationError
from liveactions.rendering import compose, filled
from liveactions.runtime import Surroundings, Tree
from liveactions.runtime.node import Drawing, Node
from liveactions.runtime.ports import Canvas
from liveactions.templating import TemplateRenderer, template_of
from liveactions.templating.context import context_of, scope_of
from liveactions.templating.placing import Placing
from liveactions.templating.program import Program, looked_up
from liveactions.templating.renderer import inline_templates
from liveactions.templating.slots import Run
from tests.programs.applying import applied
from tests.programs.cases import Case
from tests.programs.states import Description, Subject, World

__all__ = ["Fault", "Plain", "Played", "django_html", "fault_of", "played", "subject_template"]

TOKEN = "t" * 64
SUBJECT = "programs.subject"
MARKS = re.compile(r' live-(?:id="\d+"|program="[\w-]*"|shape="[^"]*"|keep)')
AROUND = re.compile(r"\A(?:\s|<!--.*?-->)*(.*?)(?:\s|<!--(?:(?!-->).)*-->)*\Z", re.DOTALL)


class Fault(AssertionError):
    """A case in which a program and Django do not agree."""


class Plain(TemplateRenderer):
    """Renders as if there were no programs."""

    def draw(self, tree: Canvas, node: Node) -> Drawing:
        placing = Placing(tree, node, whole=True)
        with self.surround(tree.surroundings):
            template = template_of(type(node.component))
            html = template.render(context_of(placing))
        placing.finish()
        program = looked_up(template, type(node.component))
        return Drawing(html, wrapped=program.wrapped if isinstance(program, Program) else None)

    def changes(self, tree: Canvas, node: Node, dirty: frozenset[str] | None) -> None:
        return None


@contextmanager
def subject_template(template: Template) -> Iterator[None]:
    """The template of the component that the cases are about."""
    inline_templates[Subject] = template
    try:
        yield
    finally:
        inline_templates.pop(Subject, None)


def new_tree(language: str | None, first_id: int = 1) -> Tree:
    around = Surroundings(language=language, csrf=lambda: TOKEN)
    return Tree(Plain(), around, page="p", first_id=first_id, limit=10_000)


def django_html(component: Any, language: str | None) -> str:
    """What Django renders of a component as it is now, nested components included, without marks of ours."""
    tree = new_tree(language, first_id=100_001)
    node = tree.add(Node(component, SUBJECT, None, ""))
    placing = Placing(tree, node, whole=True)
    with tree.renderer.surround(tree.surroundings):
        html = template_of(Subject).render(context_of(placing))
    placing.finish()
    return clean(filled(html, lambda child: html_of(tree, child)))


def html_of(tree: Tree, child: int) -> str:
    """A nested component as it is now, rendered by Django."""
    node = tree.nodes[child]
    tree.draw(node)
    html, _ = tree.mark(node, {})
    node.drawing = None  # this was for us, not for the page
    return filled(html, lambda inner: html_of(tree, inner))


def clean(html: str) -> str:
    """Without marks of ours."""
    return MARKS.sub("", html)


def bared(html: str) -> str:
    """Without white space and comments around the root element."""
    found = AROUND.match(html)
    assert found is not None
    return found[1]


class Outcome:
    """What somebody's rendering came to: HTML, or an error."""

    def __init__(self, make: Callable[[], str]) -> None:
        self.html = ""
        self.error: Exception | None = None
        try:
            self.html = make()
        except Exception as error:  # noqa: BLE001  # a template may raise anything
            self.error = error


@dataclass
class Played:
    """What came of playing a case."""

    program: bool = False
    why: str = ""
    """Why there is no program."""
    steps: int = 0
    raised: int = 0


class Watched:
    """An evaluator that says when it evaluates."""

    def __init__(self, inner: Any, slot: int, evaluated: list[int]) -> None:
        self.inner = inner
        self.slot = slot
        self.evaluated = evaluated

    def __getattr__(self, name: str) -> Any:
        if name in ("change", "fresh", "value"):
            self.evaluated.append(self.slot)
        return getattr(self.inner, name)


@contextmanager
def watched(program: Program) -> Iterator[list[int]]:
    """The numbers of the slots that are evaluated meanwhile, of those at the top of a program."""
    block, evaluated = program.evaluator, []
    own = block.evaluators
    block.evaluators = tuple(Watched(each, slot, evaluated) for slot, each in enumerate(own))
    try:
        yield evaluated
    finally:
        block.evaluators = own


class Referring(Placing):
    """Nested components travel as what stands for them only: what they look like is asked when it is compared."""

    def html(self, child: int) -> None:
        return None


class Stage:
    """One component that goes through the states of a case, told to a page by changes. Subclasses make it harder."""

    known = True
    """Whether it is known which fields have changed."""

    def __init__(self, case: Case, program: Program) -> None:
        self.case = case
        self.program = program
        self.tree = new_tree(case.language)
        self.node = self.tree.mount(SUBJECT, {})
        self.world = World()
        self.values: list[Any] | None = None
        self.memo: Any = None
        self.due: frozenset[str] = frozenset()
        """Fields that have changed since the memo was made."""

    def run(self, *, whole: bool, dirty: frozenset[str] | None) -> Run:
        self.placing = Referring(self.tree, self.node, whole=whole)
        return Run(scope_of(self.placing), dirty, self.placing, self.program.template, wire=not whole)

    def evaluate(self, how: Callable[[], Any]) -> Any:
        """As the tree does it: components that are no longer placed end; after an error those that were begun do."""

        def made(tree: Tree, _: Node) -> Any:
            with tree.renderer.surround(tree.surroundings):
                found = how()
            self.placing.finish()
            return found

        return self.tree.rendered(self.node, made)

    def fresh(self) -> str:
        run = self.run(whole=True, dirty=None)
        self.values, self.memo = self.evaluate(lambda: self.program.fresh(run, None))
        self.due = frozenset()
        return self.html()

    def change(self) -> str:
        self.prepare()
        self.take(self.due)
        self.due = frozenset()
        return self.html()

    def prepare(self) -> None:
        """What happens before a change."""

    def take(self, due: frozenset[str]) -> None:
        """Tell the page what has changed; if that raises, nothing has happened."""
        run = self.run(whole=False, dirty=due if self.known else None)
        with watched(self.program) as evaluated:
            changes, memo = self.evaluate(lambda: self.program.change(run, self.memo))
        if run.dirty is not None:
            self.check(evaluated, due)
        msgpack.packb(changes)
        self.values, self.memo = applied(self.program.block, self.values or [], changes), memo

    def check(self, evaluated: list[int], due: frozenset[str]) -> None:
        """Only what may have changed was evaluated."""
        block = self.program.evaluator
        for slot in set(evaluated):
            each = block.evaluators[slot]
            if each.reads is not None and each.reads.isdisjoint(due) and not each.restless(self.memo[slot]):
                raise Fault(
                    f"slot {slot} was evaluated, which reads {sorted(each.reads)}, for {sorted(due)} has changed"
                )

    def html(self) -> str:
        html = compose.html(self.program.block, self.values or [], self.nested)
        return clean(filled(html, self.nested))

    def nested(self, child: int) -> str:
        return html_of(self.tree, child)

    def play(self, expected: dict[int, Outcome], played: Played) -> None:
        for number, state in enumerate(self.case.states):
            self.become(state)
            due = self.due
            if number not in expected:
                expected[number] = Outcome(lambda: django_html(self.node.component, self.case.language))
            got = Outcome(self.change if self.values is not None else self.fresh)
            self.compare(number, expected[number], got, due)
            played.steps += 1
            played.raised += got.error is not None

    def become(self, state: Description) -> None:
        self.due |= self.world.become(self.node.component, state)

    def is_swallowed(self, error: Exception) -> bool:
        """Whether Django hides this error: whatever fails silently inside ``{{ block.super }}``."""
        silent = getattr(error, "silent_variable_failure", False)
        return silent and any("block.super" in source for source in self.case.sources.values())

    def compare(self, number: int, expected: Outcome, got: Outcome, due: frozenset[str]) -> None:
        how = f"{type(self).__name__} step={number} changed={sorted(due)}"
        if got.error is not None:
            if expected.error is None and not (is_repeated(got.error) or self.is_swallowed(got.error)):
                trace = "".join(traceback.format_exception(got.error)[-4:])
                raise Fault(f"{how}: the program failed, Django does not\n{trace}") from got.error
            return
        if expected.error is not None:  # by something that nobody looks at, such as a name that is given and not used
            return
        wanted = expected.html if self.program.wrapped else bared(expected.html)
        if got.html != wanted:
            raise Fault(f"{how}:\n    Django  {wanted!r}\n    program {got.html!r}")


class Unknowing(Stage):
    """Nobody knows which fields have changed."""

    known = False


class Elsewhere(Unknowing):
    """Between the steps it waits in a store, and goes on in another process: with other objects, another program."""

    def prepare(self) -> None:
        dried = msgpack.unpackb(msgpack.packb(self.program.dry(self.memo)), strict_map_key=False)
        self.program, self.memo = program_of_case(self.case), dried

    def become(self, state: Description) -> None:
        self.world = World()
        super().become(state)


class Accompanied(Stage):
    """Another component with the same program is at other states meanwhile."""

    def __init__(self, case: Case, program: Program) -> None:
        super().__init__(case, program)
        self.other = Stage(case, program)
        self.left = case.states[::-1]

    def prepare(self) -> None:
        self.other.become(self.left.pop(0))
        try:
            if self.other.values is None:
                self.other.fresh()
            else:
                self.other.take(self.other.due)
        except Exception:  # noqa: BLE001  # not what is looked at here
            pass


class Stumbling(Stage):
    """Before each step there is one in which something cannot be rendered: nothing has happened then."""

    def prepare(self) -> None:
        have = vars(self.node.component)
        name = min(self.due, default="")
        if name not in have:
            return
        kept, have[name] = have[name], Bomb()
        try:
            self.take(self.due)
        except Exception:  # noqa: BLE001  # unless nobody looks at it, or a condition swallows it
            pass
        finally:
            have[name] = kept


WAYS: tuple[type[Stage], ...] = (Stage, Unknowing, Elsewhere, Accompanied, Stumbling)


class Bomb:
    """A value that cannot be shown, counted, compared or gone through."""

    def __getattr__(self, name: str) -> Any:
        raise ZeroDivisionError(name)

    def fails(self, *_: object) -> Any:
        raise ZeroDivisionError

    __str__ = __iter__ = __len__ = __bool__ = __eq__ = __getitem__ = __contains__ = fails
    __hash__ = object.__hash__


def is_repeated(error: Exception) -> bool:
    return isinstance(error, DeclarationError) and "have the live-key" in str(error)


def program_of_case(case: Case) -> Program:
    found = looked_up(case.template(), Subject)
    assert isinstance(found, Program)
    return found


def played(case: Case) -> Played:
    """Play a case in every way. Raises `Fault`."""
    template = case.template()
    outcome = looked_up(template, Subject)
    if not isinstance(outcome, Program):
        if "mistake in liveactions" in outcome.why:
            raise Fault(outcome.why)
        return Played(why=outcome.why)
    found = Played(program=True)
    expected: dict[int, Outcome] = {}
    caching = any("{% cache" in source for source in case.sources.values())
    with subject_template(template):
        for way in WAYS:
            if caching:
                cache.clear()
                expected = {}
            way(case, outcome).play(expected, found)
    return found


def fault_of(case: Case) -> Fault | None:
    """What is wrong with a case; None if nothing is, or if its templates cannot be parsed."""
    try:
        played(case)
    except Fault as fault:
        return fault
    except TemplateSyntaxError:
        return None
    return None
