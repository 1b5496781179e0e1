"""A Django template → pieces: the parsed node list, walked once; a table says what each kind of node becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.template import Engine, Template, TemplateDoesNotExist
from django.template.base import Node, NodeList, TextNode, Token, TokenType, VariableNode
from django.template.defaulttags import (
    AutoEscapeControlNode,
    CommentNode,
    CsrfTokenNode,
    CycleNode,
    DebugNode,
    FilterNode,
    FirstOfNode,
    ForNode,
    IfChangedNode,
    IfNode,
    LoadNode,
    LoremNode,
    NowNode,
    RegroupNode,
    ResetCycleNode,
    SpacelessNode,
    TemplateTagNode,
    URLNode,
    VerbatimNode,
    WidthRatioNode,
    WithNode,
)
from django.template.library import InclusionNode, SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode, construct_relative_path
from django.templatetags.cache import CacheNode
from django.templatetags.i18n import (
    BlockTranslateNode,
    GetAvailableLanguagesNode,
    GetCurrentLanguageBidiNode,
    GetCurrentLanguageNode,
    GetLanguageInfoListNode,
    GetLanguageInfoNode,
    LanguageNode,
    TranslateNode,
)
from django.templatetags.l10n import LocalizeNode
from django.templatetags.static import PrefixNode, StaticNode
from django.templatetags.tz import GetCurrentTimezoneNode, LocalTimeNode, TimezoneNode

from liveactions.rendering.pieces import Branch, Embed, Leaf, Loop, Piece, Scope, Text
from liveactions.templating import probes
from liveactions.templating.nodes import (
    Changed,
    Chosen,
    Condition,
    Conditional,
    Content,
    Cycled,
    Embedded,
    Emptiness,
    Guard,
    Lookup,
    Looped,
    Part,
    Printed,
    SetName,
)
from liveactions.templating.probes import Probe, Use, exported, probes_of
from liveactions.templating.reads import (
    CONSTANT,
    Binding,
    Names,
    State,
    derived,
    given,
    impurity,
    merged,
    of_condition,
    of_expression,
    path_of,
    untracked,
)
from liveactions.templating.scopes import (
    Autoescaped,
    Extended,
    Given,
    InBlock,
    Included,
    InLanguage,
    InTimezone,
    Localized,
    LocalTimed,
    Named,
    Overridden,
    Pushed,
    Scoped,
)
from liveactions.templating.slots import EVERYTHING, NOWHERE, Frame, Reading

__all__ = ["Compiled", "Uncompilable", "compiled"]


class Uncompilable(Exception):
    """A template cannot be told in advance; the message says why, in a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template as pieces. ``guard``: needed where a tag might change what names mean. ``sources``: every template."""

    content: Content
    guard: Guard
    sources: tuple[Template, ...]


def compiled(template: Template, component: type) -> Compiled:
    """The pieces of a template of a component class. Raises ``Uncompilable``."""
    maker = Maker(template, component)
    content = maker.content(template.nodelist, Place(Names(State(component), {}), template))
    maker.guard.watched = frozenset(maker.watched)
    return Compiled(content, maker.guard, tuple(maker.sources))


# ── Where in a template ──


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of a chain of templates: for each name its nodes, the outermost first, with the template of each."""

    nodes: Mapping[str, tuple[tuple[BlockNode, Template], ...]] = field(default_factory=dict)
    present: str = ""
    """The name of the block that is being walked."""

    def taken(self, name: str) -> Blocks:
        """Inside the nearest of this name: without it."""
        return Blocks({**self.nodes, name: self.nodes.get(name, ())[:-1]}, name)


@dataclass(frozen=True, slots=True)
class Place:
    """What is known where a node stands."""

    names: Names
    template: Template
    ambient: Reading = Reading()
    """What everything depends on here: the language, the time zone."""
    blocks: Blocks | None = None
    templates: tuple[Template, ...] = ()
    """The templates that this one is included in."""
    row: bool = False
    """Every row of one loop, which is in no other, comes by here once."""
    loops: int = 0

    def inside(self, **changes: Any) -> Place:
        return replace(self, **changes)


@dataclass(slots=True)
class Leak:
    """Names that a tag gives although it may not be reached: whoever looks them up needs it to be."""

    names: frozenset[str]
    contents: list[Content]
    since: int
    """How many pieces of the list there were when it ended."""


@dataclass(slots=True)
class Sheet:
    """One list of nodes while it is walked."""

    place: Place
    pieces: list[Piece] = field(default_factory=list)
    setters: list[SetName] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)
    bound: dict[str, Binding] = field(default_factory=dict)
    leaks: list[Leak] = field(default_factory=list)

    def add(self, piece: Piece, part: Part) -> None:
        part.before = len(self.setters)
        self.probes += exported(part.whole, self.bound)
        self.pieces.append(piece)

    def bind(self, names: Mapping[str, Binding]) -> None:
        """From here on these names mean this."""
        self.bound.update(names)
        self.place = self.place.inside(names=self.place.names.binding(names))

    def later(self, since: int) -> frozenset[str]:
        """The names that are looked up by what comes after this many pieces."""
        parts = [piece.payload for piece in self.pieces[since:] if not isinstance(piece, Text)]
        readings = [*(part.total() for part in parts), *(setter.reading for setter in self.setters)]
        return frozenset().union(*(each.names for each in readings))


class Maker:
    """Makes pieces of the nodes of a template, and of the templates that it extends and includes."""

    def __init__(self, template: Template, component: type) -> None:
        self.engine: Engine = template.engine
        self.guard = Guard()
        self.watched: set[str] = set()
        self.sources: list[Template] = [template]
        self.cycles = cycles_in(template.nodelist)

    # Lists of nodes ---------------------------------------------------------------------------------------------

    def content(self, nodes: Iterable[Node], place: Place, around: Sheet | None = None) -> Content:
        """What a list of nodes becomes. ``around``: the list that names given in this one are seen in, too."""
        sheet = Sheet(place)
        for node in nodes:
            TABLE.get(type(node), unknown)(self, node, sheet)
        content = Content(tuple(sheet.pieces))
        self.settle(sheet, content, around)
        return content

    def settle(self, sheet: Sheet, content: Content, around: Sheet | None) -> None:
        """What the setters of a list mean for those who come later, in it and around it."""
        for leak in sheet.leaks:
            if EVERYTHING in (later := sheet.later(leak.since)) or leak.names & later:
                force(leak.contents)
        forced = any(setter.guard is not None or EVERYTHING in setter.sets for setter in sheet.setters)
        content.frame = Frame(tuple(sheet.setters), forced)
        content.probes = (*sheet.probes, *(probe for setter in sheet.setters for probe in setter.probes))
        names = frozenset(name for setter in sheet.setters for name in setter.sets)
        content.gives = names.union(*(leak.names for leak in sheet.leaks))
        content.givers = tuple(giver for leak in sheet.leaks for giver in leak.contents)
        if around is None:
            return
        if names:
            around.leaks.append(Leak(names, [content], -1))
        around.leaks += [Leak(leak.names, [*leak.contents, content], -1) for leak in sheet.leaks]

    def leaked(self, sheet: Sheet) -> None:
        """After a tag whose content gave names: from here on they cannot be told."""
        news = [leak for leak in sheet.leaks if leak.since < 0]
        for leak in news:
            leak.since = len(sheet.pieces)
        names = frozenset().union(*(leak.names for leak in news)) - {EVERYTHING}
        why = "{} is set by a tag that is not always reached"
        sheet.bind({name: Binding(untracked(why.format(name), name)) for name in sorted(names)})

    # Kinds of parts ---------------------------------------------------------------------------------------------

    def read(self, expressions: Iterable[Any], place: Place, *more: Reading) -> Reading:
        """What expressions read here, with what everything depends on here."""
        every = [of_expression(each, place.names) for each in expressions]
        return self.noted(merged([*every, place.ambient, *more]))

    def noted(self, reading: Reading) -> Reading:
        """Names that something is known to look up are watched."""
        if reading.fields is not None:
            self.watched |= reading.names
        return reading

    def lookup(self, variable: Any, names: Names) -> Lookup | None:
        """A way of our own to look a variable up. None for what is not one."""
        path = path_of(variable)
        if path is None:
            return None
        self.watched.add(path[0])
        field = path[0] not in names.bound and isinstance(names.base, State) and path[0] in names.base.fields
        return Lookup(path, field=field)

    def leaf(self, sheet: Sheet, part: Part, *, text: bool = True) -> None:
        sheet.add(Leaf(part, text), part)

    def sets(
        self,
        sheet: Sheet,
        node: Node,
        names: Iterable[str],
        reading: Reading,
        looks: tuple[Probe, ...] = (),
        guard: Guard | None = None,
    ) -> None:
        """A tag that writes nothing and sets names."""
        setter = SetName(node, reading, looks, before=len(sheet.setters), sets=frozenset(names), guard=guard)
        sheet.setters.append(setter)
        sheet.bind({name: derived(reading) for name in setter.sets - {EVERYTHING}})

    def scope(self, sheet: Sheet, part: Scoped) -> None:
        """A tag around what always stands there."""
        if part.contents[0].parts:
            sheet.add(Scope(part, part.contents[0].pieces), part)
            return
        self.done(sheet, part)
        sheet.pieces += part.contents[0].pieces

    def done(self, sheet: Sheet, part: Part, own: Reading = CONSTANT) -> None:
        """A tag in which nothing is dynamic: it has an effect on names, or might fail. Django does it as a whole."""
        inner = [setter for content in part.contents for setter in content.frame.setters]
        names = frozenset().union(*(setter.sets for setter in inner)) if part.leaks else frozenset()
        before = [self.names_of(sheet, name) for name in names - {EVERYTHING}]
        reading = merged([own, *before, *(setter.reading for setter in inner)])
        guard = next((setter.guard for setter in inner if setter.guard is not None), None)
        self.sets(sheet, part.node, names, reading, part.whole, guard)

    def names_of(self, sheet: Sheet, name: str) -> Reading:
        return sheet.place.names[name].at(name, ())


def force(contents: Iterable[Content]) -> None:
    """See that these are reached at every turn."""
    for content in contents:
        content.frame = replace(content.frame, forced=True)


def cycles_in(nodes: Iterable[Node]) -> dict[int, int]:
    """How often each ``{% cycle %}`` stands in a template; once more if something resets it."""
    counts: dict[int, int] = {}
    for node in nodes:
        named = node.node if isinstance(node, ResetCycleNode) else node
        if isinstance(named, CycleNode):
            counts[id(named)] = counts.get(id(named), 0) + 1
        for name in getattr(node, "child_nodelists", ()):
            inner = cycles_in(getattr(node, name, None) or ())
            for key, count in inner.items():
                counts[key] = counts.get(key, 0) + count
    return counts


Handler = Callable[[Maker, Any, Sheet], None]

# ── Text ──


def text(maker: Maker, node: TextNode, sheet: Sheet) -> None:
    static(sheet, node.s)


def verbatim(maker: Maker, node: VerbatimNode, sheet: Sheet) -> None:
    static(sheet, node.content)


def template_tag(maker: Maker, node: TemplateTagNode, sheet: Sheet) -> None:
    static(sheet, node.mapping.get(node.tagtype, ""))


def static(sheet: Sheet, source: str) -> None:
    if source:
        sheet.pieces.append(Text(source))


def nothing(maker: Maker, node: Node, sheet: Sheet) -> None:
    """A tag that is only for whoever reads the template."""


# ── Tags that write a text, or set a name to one ──


def variable(maker: Maker, node: VariableNode, sheet: Sheet) -> None:
    expression, names = node.filter_expression, sheet.place.names
    if expression.token == "block.super" and super_block(maker, node, sheet):
        return
    reading = maker.read([expression], sheet.place)
    whole = probes_of([expression], names, Use.WHOLE)
    arguments = probes_of(filter_arguments(expression), names, Use.WHOLE)
    maker.leaf(sheet, Printed(node, reading, arguments, whole, maker.lookup(expression.var, names)))


@dataclass(frozen=True, slots=True)
class Wording:
    """A tag that writes a text made of expressions; or, with ``as``, gives it to a name."""

    expressions: Callable[[Any], Iterable[Any]]
    asvar: str = "asvar"
    why: str = ""
    """Why the same expressions do not always make the same text."""
    text: Callable[[Any], bool] = lambda _: True  # noqa: E731
    """Whether it writes no tags."""

    def __call__(self, maker: Maker, node: Any, sheet: Sheet) -> None:
        expressions = [each for each in self.expressions(node) if each is not None]
        more = [untracked(self.why)] if self.why else []
        reading = maker.read(expressions, sheet.place, *more)
        looks = probes_of(expressions, sheet.place.names, Use.WHOLE)
        name = getattr(node, self.asvar, None)
        if name:
            maker.sets(sheet, node, [name], reading, looks)
        else:
            maker.leaf(sheet, Part(node, reading, looks), text=self.text(node))


def has_no_tags(*tokens: Any) -> bool:
    return not any("<" in str(token) for token in tokens)


def block_translation(maker: Maker, node: BlockTranslateNode, sheet: Sheet) -> None:
    tokens: list[Token] = [*(node.singular or ()), *(node.plural or ())]
    own = {name: given(each, sheet.place.names) for name, each in node.extra_context.items()}
    if node.countervar:
        own[node.countervar] = given(node.counter, sheet.place.names)
    inner = sheet.place.names.binding(own)
    used = [token.contents for token in tokens if token.token_type == TokenType.VAR]
    expressions = [*node.extra_context.values(), *filter(None, (node.counter, node.message_context))]
    reading = maker.read(expressions, sheet.place, *(inner[name].at(name, ()) for name in used))
    looks = (
        *probes_of(expressions, sheet.place.names, Use.WHOLE),
        *(Probe(name, (), Use.WHOLE) for name in used if name not in own and probes.needs_probe(inner[name])),
    )
    if node.asvar:
        maker.sets(sheet, node, [node.asvar], reading, looks)
    else:
        plain = has_no_tags(*(token.contents for token in tokens))
        maker.leaf(sheet, Part(node, reading, looks), text=plain)


def token_of(maker: Maker, node: CsrfTokenNode, sheet: Sheet) -> None:
    reading = maker.noted(sheet.place.names["csrf_token"].at("csrf_token", ()))
    maker.leaf(sheet, Part(node, reading), text=False)


def filtered(maker: Maker, node: FilterNode, sheet: Sheet) -> None:
    """The content goes through filters, and could be anything afterwards."""
    content = maker.content(node.nodelist, sheet.place.inside(row=False), sheet)
    own = derived(content.total())
    inner = sheet.place.names.binding({"var": own})
    arguments = tuple(filter_arguments(node.filter_expr))
    reading = maker.noted(merged([of_expression(node.filter_expr, inner), sheet.place.ambient]))
    part = Part(node, reading, probes_of(arguments, sheet.place.names, Use.WHOLE), (content,))
    as_a_whole(maker, sheet, part)


def filter_arguments(expression: Any) -> Iterator[Any]:
    """The arguments of the filters in an expression."""
    for _, arguments in expression.filters:
        yield from (value for is_variable, value in arguments if is_variable)


def spaceless(maker: Maker, node: SpacelessNode, sheet: Sheet) -> None:
    as_a_whole(maker, sheet, Part(node, contents=(maker.content(node.nodelist, sheet.place.inside(row=False), sheet),)))


def cached(maker: Maker, node: CacheNode, sheet: Sheet) -> None:
    """What it writes is what it found in the cache."""
    content = maker.content(node.nodelist, sheet.place.inside(row=False), sheet)
    reading = untracked("what {% cache %} writes comes from the cache", EVERYTHING)
    as_a_whole(maker, sheet, Part(node, reading, contents=(content,), stateful=content.stateful))


def as_a_whole(maker: Maker, sheet: Sheet, part: Part) -> None:
    """A tag whose content cannot be told apart from what the tag makes of it."""
    part.whole = (*part.probes, *part.contents[0].probes)
    is_text = all(isinstance(piece, Text) and "<" not in piece.text for piece in part.contents[0].pieces)
    maker.leaf(sheet, part, text=is_text)
    maker.leaked(sheet)


# ── Branches ──


def condition(maker: Maker, node: IfNode, sheet: Sheet) -> None:
    place = sheet.place.inside(row=False)
    readings = [of_condition(each, place.names) for each, _ in node.conditions_nodelists]
    reading = maker.noted(merged([*readings, place.ambient]))
    conditions = tuple(test_of(maker, each, place.names) for each, _ in node.conditions_nodelists)
    contents = tuple(maker.content(nodes, place, sheet) for _, nodes in node.conditions_nodelists)
    branch(maker, sheet, Conditional(node, reading, contents, conditions))


def test_of(maker: Maker, condition: Any, names: Names) -> Condition:
    """The condition of an ``{% if %}``; None is that of an ``{% else %}``."""
    if condition is None:
        return Condition(None)
    bare = getattr(condition, "value", None)
    path = path_of(bare) if bare is not None else None
    lookup = None if path is None else maker.lookup(bare.var, names)
    return Condition(condition, probes.of_condition(condition, names), lookup)


def branch(maker: Maker, sheet: Sheet, part: Chosen) -> None:
    if is_idle(part):
        sheet.leaks = [leak for leak in sheet.leaks if leak.since >= 0]
        maker.done(sheet, part, part.reading)
        if not any(content.pieces for content in part.contents):
            return
        for content in part.contents:
            content.frame = NOWHERE
    sheet.add(Branch(part, tuple(content.pieces for content in part.contents)), part)
    maker.leaked(sheet)


def is_idle(part: Chosen) -> bool:
    """Whether a branch is there for the names that are set in it, and writes nothing but white space at most."""
    if not any(content.frame.setters for content in part.contents):
        return False
    # What has a memory would answer something else when it is asked again, for the white space.
    empty = not any(content.pieces for content in part.contents)
    return empty or (not part.stateful and all(map(is_blank, part.contents)))


def is_blank(content: Content) -> bool:
    """Whether nothing but white space is written."""
    return all(isinstance(piece, Text) and piece.text.isspace() for piece in content.pieces)


def changed(maker: Maker, node: IfChangedNode, sheet: Sheet) -> None:
    """With names it is a branch; without, its content has to be written to know whether it is new."""
    place = sheet.place.inside(row=False)
    lists = [node.nodelist_true, node.nodelist_false] if node.nodelist_false else [node.nodelist_true]
    contents = tuple(maker.content(nodes, place, sheet) for nodes in lists)
    expressions = node._varlist  # noqa: SLF001  # Django gives no other name to it
    reading = maker.read(expressions, place, untracked("{% ifchanged %} depends on what came before"))
    if expressions:
        branch(maker, sheet, Changed(node, reading, contents=contents, stateful=True))
        return
    maker.leaf(sheet, Part(node, reading, contents=contents, stateful=True), text=False)
    maker.leaked(sheet)


# ── Loops ──


def loop(maker: Maker, node: ForNode, sheet: Sheet) -> None:
    place = sheet.place
    reading = maker.read([node.sequence], place)
    looks = probes_of([node.sequence], place.names, Use.PASSED)
    names = place.names.looping(node.loopvars, reading)
    row = rows(maker, node, place.inside(names=names, row=not place.loops, loops=place.loops + 1))
    whole = (*probes_of([node.sequence], place.names, Use.WHOLE), *row.probes)
    part = Looped(node, reading, looks, (row,), whole=whole)
    if not node.nodelist_empty and not row.pieces:
        maker.done(sheet, part)
        return
    if not node.nodelist_empty:
        sheet.add(Loop(part, row.pieces), part)
        return
    only = Content((Loop(part, row.pieces),), probes=whole)
    otherwise = alone(node, maker.content(node.nodelist_empty, place.inside(row=False)))
    emptiness = Emptiness(node, reading, looks, (only, otherwise), whole=(*whole, *otherwise.probes))
    sheet.add(Branch(emptiness, (only.pieces, otherwise.pieces)), emptiness)


def rows(maker: Maker, node: ForNode, place: Place) -> Content:
    """The content of a loop. With one variable, all rows share a layer of names: what one sets, the next one sees."""
    row = maker.content(node.nodelist_loop, place)
    needs = row.needs()
    if len(node.loopvars) > 1 or not row.gives or not (EVERYTHING in needs or row.gives & needs):
        return row
    why = "{} is set in the row before"
    before = {name: Binding(untracked(why.format(name))) for name in sorted(row.gives - {EVERYTHING, *node.loopvars})}
    row = maker.content(node.nodelist_loop, place.inside(names=place.names.binding(before), row=False))
    force([row, *row.givers])
    return row


def alone(node: Node, content: Content) -> Content:
    """A content in a layer of names of its own."""
    if not content.parts and not content.frame.setters:
        return content
    part = Pushed(node, contents=(content,))
    return Content((Scope(part, content.pieces),), probes=content.probes)


def cycle(maker: Maker, node: CycleNode, sheet: Sheet) -> None:
    """Where every row comes by just once, the number of the row tells the value."""
    reading = maker.read(node.cyclevars, sheet.place)
    once = maker.cycles.get(id(node)) == 1 and not node.variable_name and not node.silent
    if once and sheet.place.row:
        position = sheet.place.names["forloop"].at("forloop", ("counter0",))
        looks = probes_of(node.cyclevars, sheet.place.names, Use.WHOLE)
        maker.leaf(sheet, Cycled(node, maker.noted(merged([reading, position])), looks))
        return
    memory = merged([reading, untracked("{% cycle %} depends on what came before")])
    maker.leaf(sheet, Part(node, memory, stateful=True))
    if node.variable_name:
        why = f"{node.variable_name} is set by {{% cycle %}}, which depends on what came before"
        sheet.bind({node.variable_name: Binding(untracked(why))})


def reset_cycle(maker: Maker, node: ResetCycleNode, sheet: Sheet) -> None:
    maker.sets(sheet, node, [EVERYTHING], untracked("{% resetcycle %} has an effect on what comes after"))


# ── Names ──


def with_(maker: Maker, node: WithNode, sheet: Sheet) -> None:
    bound, own = naming(maker, node.extra_context, sheet.place)
    content = maker.content(node.nodelist, sheet.place.inside(names=sheet.place.names.binding(bound)))
    maker.scope(sheet, Named(node, contents=(content,), given=own, whole=seen_whole(own, bound, content, sheet)))


def naming(maker: Maker, expressions: Mapping[str, Any], place: Place) -> tuple[dict[str, Binding], dict[str, Given]]:
    """What names stand for, and how their values are found."""
    bound = {name: given(each, place.names) for name, each in expressions.items()}
    own = {
        name: Given(each, maker.read([each], place), probes_of([each], place.names, Use.PASSED))
        for name, each in expressions.items()
    }
    return bound, own


def seen_whole(
    own: Mapping[str, Given], bound: dict[str, Binding], content: Content, sheet: Sheet
) -> tuple[Probe, ...]:
    made = [each.expression for name, each in own.items() if not bound[name].alias]
    return (*probes_of(made, sheet.place.names, Use.WHOLE), *exported(content.probes, bound))


def regroup(maker: Maker, node: RegroupNode, sheet: Sheet) -> None:
    names = sheet.place.names
    target = maker.read([node.target], sheet.place)
    inner = names.binding({node.var_name: derived(target)})
    reading = maker.noted(merged([target, of_expression(node.expression, inner)]))
    looks = probes_of([node.target], names, Use.WHOLE)
    maker.sets(sheet, node, [node.var_name], reading, looks)


def include(maker: Maker, node: IncludeNode, sheet: Sheet) -> None:
    """A template whose name stands there is walked in its place, unless it is in itself."""
    place = sheet.place
    template = included(maker, node, place)
    if template is None:
        unknown(maker, node, sheet, f"{first_word(node)} names a template that is only known when it is rendered")
        return
    bound, own = naming(maker, node.extra_context, place)
    names = place.names.alone(bound) if node.isolated_context else place.names.binding(bound)
    inner = Place(names, template, place.ambient, None, (*place.templates, place.template), loops=place.loops)
    maker.cycles.update(cycles_in(template.nodelist))
    try:
        content = maker.content(template.nodelist, inner)
    except Uncompilable as reason:
        unknown(maker, node, sheet, f"{first_word(node)} names a template that cannot be told in advance: {reason}")
        return
    whole = seen_whole(own, bound, content, sheet)
    part = Included(node, contents=(content,), given=own, whole=whole, template_object=template)
    maker.scope(sheet, part)


def included(maker: Maker, node: IncludeNode, place: Place) -> Template | None:
    name = constant(node.template)
    if name is None:
        return None
    try:
        path = construct_relative_path(node.origin.template_name, name)
        template = maker.engine.select_template((path,))
    except Exception:  # noqa: BLE001  # whatever it is, rendering will raise it
        return None
    around = [same.origin for same in (*place.templates, place.template)]
    if type(template) is not Template or template.origin in around:
        return None
    maker.sources.append(template)
    return template


def constant(expression: Any) -> str | None:
    """The string that an expression is; None if it takes a context to tell."""
    if expression.filters or not isinstance(expression.var, str):
        return None
    return str(expression.var)


# ── Inheritance ──


def extends(maker: Maker, node: ExtendsNode, sheet: Sheet) -> None:
    """The outermost template is walked, with the blocks that those below put into it."""
    templates, levels = [sheet.place.template], [node.blocks]
    here: ExtendsNode | None = node
    seen = [node.origin]
    while here is not None:
        parent = parent_of(maker, here, seen)
        templates.append(parent)
        here = next((each for each in parent.nodelist if isinstance(each, ExtendsNode)), None)
        levels.append(here.blocks if here is not None else blocks_in(parent))
    maker.sources += templates[1:]
    root = templates[-1]
    found: dict[str, tuple[tuple[BlockNode, Template], ...]] = {}
    for template, level in zip(templates, levels):
        for name, block in level.items():
            found[name] = ((block, template), *found.get(name, ()))
    leading = [each for middle in templates[1:-1] for each in middle.nodelist if isinstance(each, TextNode)]
    for each in templates:
        maker.cycles.update(cycles_in(each.nodelist))
    inner = sheet.place.inside(template=root, blocks=Blocks(found))
    content = maker.content([*leading, *root.nodelist], inner, sheet)
    maker.scope(sheet, Extended(node, contents=(content,), root=root, levels=tuple(levels)))
    maker.leaked(sheet)


def parent_of(maker: Maker, node: ExtendsNode, seen: list[Any]) -> Template:
    name = constant(node.parent_name)
    if name is None:
        raise Uncompilable("It extends a template whose name is only known when it is rendered.")
    try:
        template, origin = maker.engine.find_template(name, skip=seen)
    except TemplateDoesNotExist:
        raise Uncompilable(f"It extends {name}, which does not exist.") from None
    seen.append(origin)
    return template


def blocks_in(template: Template) -> dict[str, BlockNode]:
    found: list[Any] = template.nodelist.get_nodes_by_type(BlockNode)
    return {block.name: block for block in found}


def block(maker: Maker, node: BlockNode, sheet: Sheet) -> None:
    place = sheet.place
    blocks = place.blocks
    nodelist, template, inner = node.nodelist, place.template, None
    if blocks is not None:
        inner = blocks.taken(node.name)
        if found := blocks.nodes.get(node.name):
            nodelist, template = found[-1][0].nodelist, found[-1][1]
    in_block(maker, sheet, node, node.name, nodelist, template, inner)


def super_block(maker: Maker, node: VariableNode, sheet: Sheet) -> bool:
    """``{{ block.super }}``: the same block of the template further out. False where that is for Django to say."""
    place = sheet.place
    if place.blocks is None or not place.names["block"].block:
        return False
    name = place.blocks.present
    found = place.blocks.nodes.get(name)
    if not found:
        return bool(name)  # there is none, and it writes nothing
    nearest, template = found[-1]
    sheet.place = place.inside(row=False)  # the same nodes may be walked again for another {{ block.super }}
    in_block(maker, sheet, node, name, nearest.nodelist, template, place.blocks.taken(name))
    sheet.place = sheet.place.inside(row=place.row)
    return True


def in_block(
    maker: Maker, sheet: Sheet, node: Node, name: str, nodes: NodeList, template: Template, blocks: Blocks | None
) -> None:
    meaning = Binding(untracked("block is not data"), block=True)
    names = sheet.place.names.binding({"block": meaning})
    content = maker.content(nodes, sheet.place.inside(names=names, template=template, blocks=blocks))
    maker.scope(sheet, InBlock(node, contents=(content,), name=name))


# ── How values are written ──


def switched(part: type[Scoped]) -> Handler:
    def handler(maker: Maker, node: Any, sheet: Sheet) -> None:
        maker.scope(sheet, part(node, contents=(maker.content(node.nodelist, sheet.place, sheet),)))
        maker.leaked(sheet)

    return handler


def overridden(kind: type[Overridden], attribute: str) -> Handler:
    def handler(maker: Maker, node: Any, sheet: Sheet) -> None:
        place, expression = sheet.place, getattr(node, attribute)
        reading = maker.read([expression], place)
        part = kind(node, reading, probes_of([expression], place.names, Use.WHOLE))
        ambient = merged([place.ambient, replace(reading, names=reading.names | {part.mark})])
        part.contents = (maker.content(node.nodelist, place.inside(ambient=ambient), sheet),)
        part.__post_init__()
        maker.scope(sheet, part)
        maker.leaked(sheet)

    return handler


# ── Tags of applications ──


def simple(maker: Maker, node: SimpleNode, sheet: Sheet) -> None:
    """A simple tag: a function of its arguments, of which only its author knows whether it looks elsewhere."""
    place = sheet.place
    arguments = [*node.args, *node.kwargs.values()]
    why = impurity(node.func)
    looks = probes_of(arguments, place.names, Use.WHOLE)
    if is_live(node) and node.target_var is None:
        part = Embedded(
            node, maker.read(arguments, place), probes_of(arguments, place.names, Use.PASSED), places=True, whole=looks
        )
        sheet.add(Embed(part), part)
        return
    if why and node.takes_context:
        takes_context(maker, node, sheet, why)
        return
    reading = maker.read(arguments, place, *([untracked(why)] if why else []))
    if node.target_var:
        maker.sets(sheet, node, [node.target_var], reading, looks)
    else:
        maker.leaf(sheet, Part(node, reading, looks), text=False)


def takes_context(maker: Maker, node: SimpleNode, sheet: Sheet, why: str) -> None:
    """It is given the context, and may do to it what it likes."""
    if not node.target_var:
        unknown(maker, node, sheet, why)
        return
    maker.guard.needed = True
    maker.sets(sheet, node, [node.target_var], untracked(why, EVERYTHING), guard=maker.guard)


LIVE: Final = ("liveactions.templatetags.live", "live")


def is_live(node: SimpleNode) -> bool:
    """Whether it is ``{% live %}``. It is told by its name, for it lives on the floor above."""
    return (node.func.__module__, node.func.__name__) == LIVE


def inclusion(maker: Maker, node: InclusionNode, sheet: Sheet) -> None:
    """Its template is given nothing but what the function makes of the arguments."""
    why = impurity(node.func)
    if why and node.takes_context:
        unknown(maker, node, sheet, why)
        return
    arguments = [*node.args, *node.kwargs.values()]
    reading = maker.read(arguments, sheet.place, *([untracked(why)] if why else []))
    looks = probes_of(arguments, sheet.place.names, Use.WHOLE)
    maker.leaf(sheet, Part(node, reading, looks, places=True), text=False)


def unknown(maker: Maker, node: Node, sheet: Sheet, why: str = "") -> None:
    """A tag that nobody knows anything about."""
    maker.guard.needed = True
    why = why or f"nothing is known about what {first_word(node)} reads"
    part = Part(node, untracked(why, EVERYTHING), stateful=True, places=True, guard=maker.guard)
    maker.leaf(sheet, part, text=False)


def first_word(node: Node) -> str:
    words = node.token.split_contents() if node.token is not None else [type(node).__name__]
    return f"{{% {words[0]} %}}"


TABLE: Final[dict[type, Handler]] = {
    TextNode: text,
    VerbatimNode: verbatim,
    TemplateTagNode: template_tag,
    CommentNode: nothing,
    LoadNode: nothing,
    VariableNode: variable,
    FirstOfNode: Wording(lambda node: node.vars),
    URLNode: Wording(lambda node: [node.view_name, *node.args, *node.kwargs.values()]),
    WidthRatioNode: Wording(lambda node: [node.val_expr, node.max_expr, node.max_width]),
    NowNode: Wording(lambda _: [], why="{% now %} depends on the time"),
    LoremNode: Wording(
        lambda node: [node.count], why="{% lorem %} writes what it likes", text=lambda node: node.method != "p"
    ),
    DebugNode: Wording(lambda _: [], why="{% debug %} writes all there is"),
    TranslateNode: Wording(
        lambda node: [node.filter_expression, node.message_context],
        text=lambda node: has_no_tags(node.filter_expression.token),
    ),
    BlockTranslateNode: block_translation,
    CsrfTokenNode: token_of,
    StaticNode: Wording(lambda node: [node.path], "varname"),
    PrefixNode: Wording(lambda _: [], "varname"),
    GetCurrentLanguageNode: Wording(lambda _: [], "variable"),
    GetCurrentLanguageBidiNode: Wording(lambda _: [], "variable"),
    GetAvailableLanguagesNode: Wording(lambda _: [], "variable"),
    GetLanguageInfoNode: Wording(lambda node: [node.lang_code], "variable"),
    GetLanguageInfoListNode: Wording(lambda node: [node.languages], "variable"),
    GetCurrentTimezoneNode: Wording(lambda _: [], "variable"),
    RegroupNode: regroup,
    FilterNode: filtered,
    SpacelessNode: spaceless,
    CacheNode: cached,
    IfNode: condition,
    IfChangedNode: changed,
    ForNode: loop,
    CycleNode: cycle,
    ResetCycleNode: reset_cycle,
    WithNode: with_,
    IncludeNode: include,
    ExtendsNode: extends,
    BlockNode: block,
    AutoEscapeControlNode: switched(Autoescaped),
    LocalizeNode: switched(Localized),
    LocalTimeNode: switched(LocalTimed),
    LanguageNode: overridden(InLanguage, "language"),
    TimezoneNode: overridden(InTimezone, "tz"),
    SimpleNode: simple,
    InclusionNode: inclusion,
}
"""What each kind of node becomes. A subclass is another kind: it is not in the table."""
