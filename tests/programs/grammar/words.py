"""What templates are written of: texts, expressions by what they come to, and where what may stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tests.programs.parts import Part

if TYPE_CHECKING:
    from tests.programs.grammar.writer import Writer


FIXED: Final = {
    "badge.html": '<span class="badge b{{ number }}">{{ label }}</span>',
    "wide.html": "{{ label }}{% if number %} ({{ number }}){% endif %}",
}
"""Templates of the inclusion tags of ``tests.programs.tags``."""

EMPTY = Part()

WORDS = (
    *("x", "Hello", "one two", " ", "\n", "\n  ", "a &amp; b", "&eacute;", "&lt;", "&nbsp;", "ä😀", "0", ", "),
    *(": ", " of ", "it's", '"', "&copy", "&", "1 < 2", "tail "),
)
SAFE_WORDS = tuple(word for word in WORDS if "<" not in word)

ROOT: Final[dict[str, list[str]]] = {
    "text": (
        "title note words.0 rows.0.name chosen.name lookup.a dicts.0.name title title html shout kind "
        "component.title missing things.0.name user 'const' day price pairs.0.0 put put note address "
        "lookup.keys numbers.0"
    ).split(),
    "int": "n m n m words|length numbers.0 chosen.n double rows.0.sum grid.0.0 7 rows|length".split(),
    "bool": "flag other flag other chosen chosen.flag words rows rows.0.flag title n".split(),
    "words": "words words stream title|make_list words|slice:\":2\" lookup words|dictsort:0 'ab'".split(),
    "numbers": 'numbers numbers grid.0 numbers|slice:"1:"'.split(),
    "rows": 'rows rows rows chosen.kids rows.0.kids rows|dictsort:"n" rows|slice:":2" dicts dicts'.split(),
    "things": 'things things things things things things things things|dictsort:"stock" catalog'.split(),
    "grid": "grid".split(),
    "pairs": "pairs lookup.items pairs".split(),
}
"""Expressions by what they come to, at the top of a template."""

OF_ROW: Final[dict[str, tuple[str, ...]]] = {
    "text": ("name", "name", "label", "uid"),
    "int": ("n", "n", "uid", "sum", "kids|length"),
    "bool": ("flag", "kids", "name"),
    "rows": ("kids",),
}
OF_THING: Final[dict[str, tuple[str, ...]]] = {
    "text": ("name", "name", "sku", "price"),
    "int": ("stock", "pk", "id"),
    "bool": ("stock", "name"),
}
OF_LOOP: Final[dict[str, tuple[str, ...]]] = {
    "int": ("counter", "counter0", "revcounter", "revcounter0"),
    "bool": ("first", "last"),
}
PARTS_OF: Final = {"row": OF_ROW, "thing": OF_THING, "loop": OF_LOOP}
ITEMS: Final = {"words": "text", "numbers": "int", "rows": "row", "things": "thing", "grid": "numbers"}
"""What the items of a list are."""

TEXT_FILTERS = (
    "upper lower title capfirst truncatechars:60 default:'–' default_if_none:'none' slugify length first "
    "wordcount escape force_escape addslashes cut:'a' add:'x' bracketed doubled striptags ljust:'5' "
    "linebreaksbr yesno:'ja,nein,weder' urlencode stringformat:'s' center:9"
).split()
INT_FILTERS = ("add:1 floatformat:2 pluralize divisibleby:2 yesno bracketed default:0 stringformat:'03d'").split()

FLOW: Final = "flow"
PHRASING: Final = "phrasing"
BLOCKS: Final = ("div", "div", "section", "article", "p", "h2", "blockquote", "header", "x-card", "fieldset", "main")
SPANS: Final = ("span", "b", "i", "em", "code", "small", "label", "a", "button", "mark", "x-chip", "q", "sub")
PHRASING_ONLY: Final = frozenset({"p", "h2", *SPANS})
SOLE: Final = frozenset({"a", "button", "label"})
"""Not one inside another."""


@dataclass(frozen=True)
class Place:
    """Where something is written: what may stand there, and inside what."""

    model: str = FLOW
    inside: frozenset[str] = frozenset()
    looping: bool = False

    def to(self, model: str, *names: str) -> Place:
        return replace(self, model=model, inside=self.inside | frozenset(names), looping=False)

    @property
    def may_hold_text(self) -> bool:
        return self.model in (FLOW, PHRASING, "svgtext")


Maker = Callable[["Writer", Place], Part]
"""What writes one kind of thing at a place."""
