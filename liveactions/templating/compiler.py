"""A Django template → pieces: the parsed node list, walked once; a table says what each kind of node becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.template import Template
from django.template.base import TextNode, VariableNode
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
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
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

from liveactions.templating import containers, inheritance, leaves
from liveactions.templating.leaves import Wording
from liveactions.templating.nodes import Content, Guard
from liveactions.templating.reads import Names, State
from liveactions.templating.scopes import Autoescaped, InLanguage, InTimezone, Localized, LocalTimed
from liveactions.templating.sheets import Maker, Place, Table, Uncompilable

__all__ = ["TABLE", "Compiled", "Uncompilable", "compiled"]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template as pieces. ``guard``: needed where a tag might change what names mean. ``sources``: every template."""

    content: Content
    guard: Guard
    sources: tuple[Template, ...]


def compiled(template: Template, component: type) -> Compiled:
    """The pieces of a template of a component class. Raises ``Uncompilable``."""
    maker = Maker(template, TABLE, leaves.unknown)
    content = maker.content(template.nodelist, Place(Names(State(component), {}), template))
    maker.guard.watched = frozenset(maker.watched)
    return Compiled(content, maker.guard, tuple(maker.sources))


TABLE: Final[Table] = {
    TextNode: leaves.text,
    VerbatimNode: leaves.verbatim,
    TemplateTagNode: leaves.template_tag,
    CommentNode: leaves.nothing,
    LoadNode: leaves.nothing,
    VariableNode: inheritance.variable_or_block,
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
        text=lambda node: leaves.has_no_tags(node.filter_expression.token),
    ),
    BlockTranslateNode: leaves.block_translation,
    CsrfTokenNode: leaves.csrf,
    StaticNode: Wording(lambda node: [node.path], "varname"),
    PrefixNode: Wording(lambda _: [], "varname"),
    GetCurrentLanguageNode: Wording(lambda _: [], "variable"),
    GetCurrentLanguageBidiNode: Wording(lambda _: [], "variable"),
    GetAvailableLanguagesNode: Wording(lambda _: [], "variable"),
    GetLanguageInfoNode: Wording(lambda node: [node.lang_code], "variable"),
    GetLanguageInfoListNode: Wording(lambda node: [node.languages], "variable"),
    GetCurrentTimezoneNode: Wording(lambda _: [], "variable"),
    RegroupNode: leaves.regroup,
    FilterNode: leaves.filtered,
    SpacelessNode: leaves.spaceless,
    CacheNode: leaves.cached,
    IfNode: containers.condition,
    IfChangedNode: containers.changed,
    ForNode: containers.loop,
    CycleNode: containers.cycle,
    ResetCycleNode: leaves.reset_cycle,
    WithNode: containers.with_,
    IncludeNode: inheritance.include,
    ExtendsNode: inheritance.extends,
    BlockNode: inheritance.block,
    AutoEscapeControlNode: containers.switched(Autoescaped),
    LocalizeNode: containers.switched(Localized),
    LocalTimeNode: containers.switched(LocalTimed),
    LanguageNode: containers.overridden(InLanguage, "language"),
    TimezoneNode: containers.overridden(InTimezone, "tz"),
    SimpleNode: leaves.simple,
    InclusionNode: leaves.inclusion,
}
"""What each kind of node becomes. A subclass is another kind: it is not in the table."""
