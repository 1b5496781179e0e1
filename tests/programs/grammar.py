"""Random Django templates: mostly sound HTML with everything that Django's tags can do to it, sometimes broken.

`Writer` writes one set of templates (``main`` and those that it includes or extends) with any source of chance that has
the methods of ``random.Random``; hypothesis has one that it can make smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from tests.programs.parts import Part

__all__ = ["FIXED", "Writer"]

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


class Writer:
    """Writes templates. ``broken``: also such HTML as nobody should write. ``size``: how much, about."""

    def __init__(self, random: Random, *, broken: bool = False, components: bool = True, size: int = 14) -> None:
        self.random = random
        self.broken = broken
        self.components = components
        self.left = size
        """How many things may still be written, about."""
        self.depth = 0
        self.templates: dict[str, Part] = {}
        self.scope: dict[str, str] = {}
        self.blocks = 0
        self.names = 0

    # Chance ----------------------------------------------------------------------------------------------------

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def one(self, choices: Any) -> Any:
        return choices[self.random.randrange(len(choices))]

    def chosen(self, table: tuple[tuple[int, Any], ...]) -> Any:
        """One of ``(weight, thing)``."""
        number = self.random.randrange(sum(weight for weight, _ in table))
        for weight, thing in table:
            number -= weight
            if number < 0:
                return thing
        raise AssertionError

    # Templates -------------------------------------------------------------------------------------------------

    def write(self) -> dict[str, Part]:
        """A set of templates; ``main`` is the component's."""
        main = self.extending() if self.chance(0.1) else self.root()
        return {**self.templates, "main": main}

    def root(self) -> Part:
        shape = self.random.random()
        if shape < 0.6:
            return self.element(
                Place(), self.one(("div", "section", "ul", "table", "main", "p", "form", "svg", "select"))
            )
        if shape < 0.75:
            return Part(self.gap(), self.element(Place(), "div"), self.gap())
        return self.content(Place(), 4)

    def gap(self) -> Part:
        return Part(self.one(("", "\n", "  \n", "<!-- c -->\n", "{# c #}")))

    def extending(self) -> Part:
        base = Part("<div>", self.content(Place(), 2), self.block("first"), self.content(Place(), 1))
        self.templates["base.html"] = Part(base, self.block("second"), "</div>")
        given = [self.override(name) for name in ("first", "second") if self.chance(0.7)]
        return Part("{% extends 'base.html' %}", *given)

    def block(self, name: str) -> Part:
        with self.scoped():
            return Part(f"{{% block {name} %}}", self.content(Place(), 2), f"{{% endblock {name} %}}")

    def override(self, name: str) -> Part:
        with self.scoped():
            above = Part("{{ block.super }}") if self.chance(0.4) else EMPTY
            return Part(
                f"{{% block {name} %}}", self.content(Place(), 2), above, self.content(Place(), 1), "{% endblock %}"
            )

    # Names and expressions ---------------------------------------------------------------------------------------

    @contextmanager
    def scoped(self, **names: str) -> Iterator[None]:
        outer, self.scope = self.scope, {**self.scope, **names}
        try:
            yield
        finally:
            self.scope = outer

    def name(self, prefix: str) -> str:
        """A new name, or sometimes one that hides another."""
        if self.chance(0.08):
            return str(self.one(("title", "n", "row", "x", "words")))
        self.names += 1
        return f"{prefix}{self.names}"

    def expression(self, kind: str) -> str:
        """An expression that comes to this kind of thing."""
        own = list(self.own(kind))
        if own and self.chance(0.75):
            return str(self.one(own))
        return str(self.one(ROOT[kind]))

    def own(self, kind: str) -> Iterator[str]:
        for name, stands_for in self.scope.items():
            if stands_for == kind:
                yield name
            for path in PARTS_OF.get(stands_for, {}).get(kind, ()):
                yield f"{name}.{path}"
        if self.scope.get("forloop") == "inner" and kind in OF_LOOP:
            for path in OF_LOOP[kind]:
                yield f"forloop.parentloop.{path}"
                yield f"forloop.{path}"

    def text(self) -> str:
        """Something to be shown as text: with filters, sometimes several."""
        kind = self.one(("text", "text", "text", "int"))
        found = self.expression(kind)
        while self.chance(0.3):
            found += f"|{self.one(TEXT_FILTERS if kind == 'text' else INT_FILTERS)}"
        return found

    def condition(self, depth: int = 1) -> str:
        shape = self.random.randrange(10)
        if shape < 4 or not depth:
            return self.expression("bool")
        if shape == 4:
            return f"not {self.condition(0)}"
        if shape == 5:
            return f"{self.condition(0)} {self.one(('and', 'or'))} {self.condition(0)}"
        if shape == 6:
            return f"{self.expression('text')} in {self.expression('words')}"
        if shape == 7:
            return f"{self.expression('text')} == {self.expression('text')}"
        return f"{self.expression('int')} {self.one(('>', '==', '!=', '<='))} {self.expression('int')}"

    # Content -----------------------------------------------------------------------------------------------------

    def content(self, place: Place, most: int = 3) -> Part:
        """Some things one after another that may stand there."""
        if self.depth > 7:
            return self.simple(place)
        self.depth += 1
        try:
            count = 0 if self.chance(0.06) else self.random.randrange(1, most + 1)
            return Part(*[self.thing(place) for _ in range(count)])
        finally:
            self.depth -= 1

    def thing(self, place: Place) -> Part:
        self.left -= 1
        if self.left < 0:
            return self.simple(place)
        if self.broken and self.chance(0.07):
            return self.broken_thing(place)
        if self.chance(0.4):
            made: Part = self.chosen(CONTROL)(self, place)
            return made
        return self.plain_thing(place)

    def simple(self, place: Place) -> Part:
        if place.may_hold_text:
            return self.variable(place) if self.chance(0.6) else self.words(place)
        return Part(self.one(("", "\n")))

    def plain_thing(self, place: Place) -> Part:
        if place.model in MODELS:
            return Part(MODELS[place.model](self, place))
        table = IN_FLOW if place.model == FLOW else IN_PHRASING
        made: Part = self.chosen(table)(self, place)
        return made

    # Text --------------------------------------------------------------------------------------------------------

    def words(self, place: Place) -> Part:
        return Part(self.one(WORDS))

    def variable(self, place: Place) -> Part:
        return Part("{{ ", self.text(), " }}")

    def sentence(self, place: Place) -> Part:
        return Part(self.variable(place), self.words(place), self.variable(place))

    def markup(self, place: Place) -> Part:
        if place.model == "svgtext":
            return self.variable(place)
        if self.chance(0.3):
            return Part("{% autoescape off %}", Part("{{ html }}"), self.words(place), "{% endautoescape %}")
        return Part("{{ html|safe }}")

    def little_tag(self, place: Place) -> Part:
        """A tag that writes text."""
        word, number = self.expression("text"), self.expression("int")
        return Part(
            self.one(
                (
                    f"{{% firstof {self.expression('text')} {word} 'none' %}}",
                    "{% url 'home' %}",
                    f"{{% url 'item' {number}|add:0|default:0 %}}" if self.chance(0.2) else "{% url 'item' n %}",
                    "{% url 'item' m as address %}{{ address }}",
                    "{% translate 'Monday' %}",
                    "{% trans title %}" if self.chance(0.3) else "{% trans 'Yes' %}",
                    "{% translate 'No' as no %}{{ no }}{{ no }}",
                    f"{{% blocktranslate with a={word} %}}Hello {{{{ a }}}}{{% endblocktranslate %}}",
                    f"{{% blocktranslate count c={number} %}}one{{% plural %}}{{{{ c }}}} all{{% endblocktranslate %}}",
                    "{% blocktranslate trimmed %}\n  Hello\n  {{ title }}\n{% endblocktranslate %}",
                    f"{{% widthratio {number} 10 100 %}}",
                    "{% now 'Y' %}",
                    "{% templatetag openvariable %}",
                    f"{{% joined {word} {number} 'x' %}}",
                    f"{{% joined {word} 'y' as put %}}{{{{ put }}}}",
                    "{% told 'title' %}",
                    "{% get_current_language as tongue %}{{ tongue }}",
                    "{% verbatim %}{{ no }} {% if %}{% endverbatim %}",
                    "{% comment %}<b>{{ title }}{% endcomment %}",
                    "{# nothing #}",
                    f"{{% setting put {word} %}}{{{{ put }}}}",
                    f"{{% with put={word} %}}{{{{ put }}}}{{% endwith %}}",
                    f"{{% firstof {word} 'none' as put %}}{{{{ put }}}}",
                    f"{{% setting {self.one(('put', 'title', 'n', 'x'))} {word} %}}",
                    f"{{% joined {word} as {self.one(('put', 'title'))} %}}",
                    f"{{% keep '{self.one(('put', 'words'))}' {word} %}}",
                    f"{{% cycle 'a' {word} as put silent %}}",
                    "{% cycle 'a' 'b' title %}",
                    "{{ note }}",
                    "{{ note|safe }}" if self.chance(0.3) else "{{ note|default:title }}",
                    "{{ note|date:'H:i' }}",
                    "{% timezone 'Asia/Tokyo' %}{{ note|date:'H:i' }}{% endtimezone %}",
                    "{% localtime off %}{{ note }}{% endlocaltime %}",
                    "{{ words|join:', ' }} {{ numbers|join:title }}",
                    "{{ rows|length }} {{ lookup|length }} {{ lookup }}",
                    "{% now 'e' %}{% get_current_timezone as zone %}{{ zone }}",
                    "{% spaceless %} {{ title }} {% endspaceless %}",
                    "{{ price }} {{ price|floatformat:1 }}",
                    "{{ day|date:'j F Y' }}",
                    "{% localize off %}{{ price }}{% endlocalize %}",
                )
            )
        )

    def big_tag(self, place: Place) -> Part:
        """A tag that writes elements."""
        if place.model == "svgtext":
            return self.variable(place)
        word, number = self.expression("text"), self.expression("int")
        return Part(
            self.one(
                (
                    f"{{% badge {word} %}}",
                    f"{{% badge {word} number={number} %}}",
                    "{% wide %}",
                    f"{{% strong {word} %}}",
                    f"{{% include 'badge.html' with label={word} %}}",
                    f"{{% include 'badge.html' with label={word} number={number} only %}}",
                    "{% include which %}",
                    "{% include file %}",
                    f"{{{{ {self.expression('text')}|urlize }}}}" if "a" not in place.inside else "x",
                )
            )
        )

    # Elements ----------------------------------------------------------------------------------------------------

    def any_block(self, place: Place) -> Part:
        return self.element(place, self.one(BLOCKS))

    def any_span(self, place: Place) -> Part:
        tag = self.one(SPANS)
        return self.element(place, "span" if tag in SOLE and place.inside & SOLE else tag)

    def list_element(self, place: Place) -> Part:
        return self.element(place, self.one(("ul", "ol", "dl", "table", "select", "svg", "table")))

    def element(self, place: Place, tag: str) -> Part:
        model = PHRASING if tag in PHRASING_ONLY or place.model == PHRASING else FLOW
        inner = place.to(CONTENT_OF.get(tag, model), tag)
        return Part(f"<{tag}", self.attributes(place, tag), ">", self.content(inner), f"</{tag}>")

    def void(self, place: Place) -> Part:
        return Part(self.one(("<br>", "<br/>", "<wbr>")), EMPTY) if self.chance(0.3) else self.control(place)

    def control(self, place: Place) -> Part:
        kind = self.one(("text", "checkbox", "radio", "hidden", ""))
        type_ = f' type="{kind}"' if kind else ""
        checked = (
            Part(f"{{% if {self.condition()} %}} checked{{% endif %}}") if kind in ("checkbox", "radio") else EMPTY
        )
        value = Part(' value="', self.attribute_value(), '"') if self.chance(0.6) else EMPTY
        return Part(f'<input{type_} name="f{self.random.randrange(3)}"', value, checked, ">")

    def textarea(self, place: Place) -> Part:
        return Part("<textarea", self.attributes(place, "textarea"), ">", self.attribute_value(), "</textarea>")

    def pre(self, place: Place) -> Part:
        return Part("<pre", self.attributes(place, "pre"), ">", self.content(place.to(PHRASING, "pre")), "</pre>")

    def raw(self, place: Place) -> Part:
        tag = self.one(("style", "title", "noscript", "iframe", "xmp", "style"))
        if tag in ("style", "xmp", "iframe", "noscript"):
            value = Part(self.one((".a{width:{{ n }}px}", "{{ n }}", "{% if flag %}a{% endif %}{{ m }}")))
        else:
            value = self.attribute_value()
        return Part(f"<{tag}", self.attributes(place, tag), ">", value, f"</{tag}>")

    def inert(self, place: Place) -> Part:
        return Part("<template>", self.without_components(self.content(place.to(PHRASING))), "</template>")

    def details(self, place: Place) -> Part:
        summary = Part("<summary>", self.content(place.to(PHRASING)), "</summary>")
        return Part("<details", self.attributes(place, "details"), ">", summary, self.content(place), "</details>")

    def form(self, place: Place) -> Part:
        if "form" in place.inside or place.inside & SOLE or place.model != FLOW:
            return self.any_span(place)
        shape = self.random.randrange(5)
        if shape < 2:
            inner = self.content(place.to(FLOW, "form"))
        elif shape == 2:
            inner = Part("{% for field in form %}<div>{{ field.label_tag }}{{ field }}</div>{% endfor %}")
        else:
            inner = Part(
                self.one(("{{ form }}", "{{ form.as_p }}", "{{ form.name }}", "{{ form.size }}{{ form.agreed }}"))
            )
        return Part("<form>", Part("{% csrf_token %}"), inner, "</form>")

    def live(self, place: Place) -> Part:
        if not self.components:
            return self.variable(place)
        key = f" key={self.one(self.identities())}" if self.identities() and self.chance(0.8) else ""
        given = f"label={self.expression('text')} number={self.expression('int')}"
        name = {"ul": "item", "tbody": "line"}.get(place.model) or self.one(
            ("leaf", "leaf", "leaf")
            if place.model != FLOW or place.inside & PHRASING_ONLY
            else ("leaf", "leaf", "box", "bare")
        )
        return Part(f'{{% live "programs.{name}" {given}{key} %}}')

    def identities(self) -> list[str]:
        found = [f"{name}.uid" for name, kind in self.scope.items() if kind == "row"]
        found += [f"{name}.pk" for name, kind in self.scope.items() if kind == "thing"]
        return found + (["forloop.counter"] if "forloop" in self.scope else [])

    # In lists, tables, selects and drawings ------------------------------------------------------------------------

    def li(self, place: Place) -> Part:
        if self.chance(0.1):
            return self.live(place)
        return Part("<li", self.attributes(place, "li"), ">", self.content(place.to(FLOW)), "</li>")

    def dt(self, place: Place) -> Part:
        return Part("<dt>", self.content(place.to(PHRASING)), "</dt><dd>", self.content(place.to(FLOW)), "</dd>")

    def in_table(self, place: Place) -> Part:
        if self.chance(0.15):
            return Part("<caption>", self.content(place.to(PHRASING)), "</caption>")
        tag = self.one(("tbody", "tbody", "thead", "tfoot"))
        return Part(f"<{tag}", self.attributes(place, tag), ">", self.content(place.to("tbody")), f"</{tag}>")

    def tr(self, place: Place) -> Part:
        if self.chance(0.1):
            return self.live(place)
        return Part("<tr", self.attributes(place, "tr"), ">", self.content(place.to("tr")), "</tr>")

    def td(self, place: Place) -> Part:
        tag = self.one(("td", "td", "th"))
        return Part(f"<{tag}", self.attributes(place, tag), ">", self.content(place.to(FLOW)), f"</{tag}>")

    def option(self, place: Place) -> Part:
        if place.model == "select" and self.chance(0.15):
            label = Part(' label="', self.attribute_value(), '"')
            return Part("<optgroup", label, ">", self.content(place.to("optgroup")), "</optgroup>")
        chosen = Part(f"{{% if {self.condition()} %}} selected{{% endif %}}")
        return Part('<option value="', self.attribute_value(), '"', chosen, ">", self.option_text(), "</option>")

    def option_text(self) -> Part:
        return Part(*[self.simple(Place("svgtext")) for _ in range(self.random.randrange(3))])

    def drawn(self, place: Place) -> Part:
        tag = self.one(("g", "circle", "rect", "text", "title", "foreignObject", "linearGradient", "a"))
        model = {"g": "svg", "a": "svg", "text": "svgtext", "title": "svgtext", "foreignObject": FLOW}.get(tag, "void")
        if model == "void":
            return Part(f"<{tag}", self.attributes(place, tag), "/>")
        return Part(f"<{tag}", self.attributes(place, tag), ">", self.content(place.to(model)), f"</{tag}>")

    # Attributes --------------------------------------------------------------------------------------------------

    def attributes(self, place: Place, tag: str) -> Part:
        names = ["class", "id", "title", "data-x", "style", "lang", "viewBox", "fill", "hidden", "key", "many", "dir"]
        if not self.chance(0.5):
            return EMPTY
        picked = [self.one(names) for _ in range(self.one((1, 1, 2, 3)))]
        if place.looping and self.identities() and self.chance(0.5):
            picked.append("key")
        return Part(*[self.attribute(name) for name in dict.fromkeys(picked)])

    def attribute(self, name: str) -> Part:
        if name == "key":
            rows = [each for each in self.identities() if each != "forloop.counter"]
            return Part(f' live-key="{{{{ {self.one(rows)} }}}}"') if rows else EMPTY
        if name == "hidden":
            return Part(f"{{% if {self.condition()} %}} hidden{{% endif %}}")
        if name == "many":
            return self.loose_attribute()
        quote = self.one(('"', '"', '"', "'"))
        return Part(f" {name}={quote}", self.attribute_value(quote), quote)

    def loose_attribute(self) -> Part:
        """One that stands in the tag as a whole."""
        return Part(
            self.one(
                (
                    " data-n={{ n }}",
                    " data-n={{ n }}{{ m }}",
                    ' {% if flag %}data-a="{{ title }}"{% else %}data-b=""{% endif %}',
                    "{% for number in numbers %} data-{{ number }}{% endfor %}",
                    " data-{{ n }}='x'",
                    ' data-y="a"data-z="{{ m }}"',
                    " data-c {% if other %}data-d{% endif %}",
                    ' data-w = "{{ n }}"',
                    "\n  data-v",
                    " DATA-U='{{ title }}'",
                )
            )
        )

    def attribute_value(self, quote: str = '"') -> Part:
        """Text that may stand between quotes, and as the content of a textarea."""
        return Part(*[self.attribute_piece(quote) for _ in range(self.random.randrange(4))])

    def attribute_piece(self, quote: str) -> Part:
        shape = self.random.randrange(10)
        if shape < 3:
            return Part(self.one([word for word in SAFE_WORDS if quote not in word and "'" not in word]))
        if shape < 8:
            return Part("{{ ", self.text(), " }}")
        if shape == 8:
            other = Part("{% else %}", self.attribute_value("\"'")) if self.chance(0.5) else EMPTY
            return Part(f"{{% if {self.condition()} %}}", self.attribute_value("\"'"), other, "{% endif %}")
        name = self.name("w")
        with self.scoped(**{name: "text", "forloop": "loop"}):
            inner = self.attribute_value("\"'")
        return Part(f"{{% for {name} in {self.expression('words')} %}}", inner, "{% endfor %}")

    # Control -----------------------------------------------------------------------------------------------------

    def if_(self, place: Place) -> Part:
        inner = replace(place)
        more = [Part(f"{{% elif {self.condition()} %}}", self.content(inner)) for _ in range(2) if self.chance(0.2)]
        other = Part("{% else %}", self.content(inner)) if self.chance(0.4) else EMPTY
        return Part(f"{{% if {self.condition()} %}}", self.content(inner), *more, other, "{% endif %}")

    def for_(self, place: Place) -> Part:
        kind = self.one(("words", "numbers", "rows", "rows", "rows", "rows", "things", "things", "grid", "pairs"))
        sequence = self.expression(kind)
        if kind == "pairs":
            first, second = self.name("k"), self.name("v")
            variables, names = f"{first}, {second}", {first: "text", second: "text"}
        else:
            variable = self.name("i")
            variables, names = variable, {variable: ITEMS[kind]}
        nested = "inner" if "forloop" in self.scope else "loop"
        empty = Part("{% empty %}", self.content(place, 2)) if self.chance(0.2) else EMPTY
        with self.scoped(**names, forloop=nested):
            body = self.body(place)
        backwards = " reversed" if self.chance(0.12) else ""
        return Part(f"{{% for {variables} in {sequence}{backwards} %}}", body, empty, "{% endfor %}")

    def body(self, place: Place) -> Part:
        place = replace(place, looping=True)
        if self.chance(0.7):
            return Part(self.plain_thing(place), self.content(place, 1) if self.chance(0.3) else EMPTY)
        return self.content(place)

    def changed(self, place: Place) -> Part:
        if "forloop" not in self.scope:
            return self.if_(place)
        shape = self.random.randrange(4)
        if shape == 0:
            return Part(f"{{% ifchanged {self.expression('text')} %}}", self.content(place), "{% endifchanged %}")
        if shape == 1:
            other = Part("{% else %}", self.content(place))
            return Part(f"{{% ifchanged {self.expression('int')} %}}", self.content(place), other, "{% endifchanged %}")
        if shape == 2:
            return Part("{% ifchanged %}", self.content(place), "{% endifchanged %}")
        if place.may_hold_text:
            return Part(self.one(("{% cycle 'odd' 'even' title %}", "{% cycle 'a' 'b' as turn silent %}{{ turn }}")))
        return EMPTY

    def with_(self, place: Place) -> Part:
        kind = self.one(("text", "int", "rows", "bool", "words"))
        name = self.name("w")
        value = self.expression(kind)
        with self.scoped(**{name: kind}):
            inner = self.content(place)
        return Part(f"{{% with {name}={value} %}}", inner, "{% endwith %}")

    def around(self, place: Place) -> Part:
        """A tag around content that is always there."""
        start, end = self.one(
            (
                ("{% autoescape off %}", "{% endautoescape %}"),
                ("{% autoescape on %}", "{% endautoescape %}"),
                ("{% spaceless %}", "{% endspaceless %}"),
                ("{% filter upper %}", "{% endfilter %}"),
                ("{% filter lower %}", "{% endfilter %}"),
                (f"{{% cache 60 frag{self.fresh_number()} title %}}", "{% endcache %}"),
                ("{% language 'de' %}", "{% endlanguage %}"),
                ("{% localize on %}", "{% endlocalize %}"),
                (f"{{% block in{self.fresh_number()} %}}", "{% endblock %}"),
                ("{% twice %}", "{% endtwice %}"),
            )
        )
        alone = place.looping or "block" in start
        with self.scoped():
            inner = self.content(place, 2) if not alone or "block" not in start else self.content(replace(place), 2)
        if "block" in start and ("forloop" in self.scope or "twice" in self.scope):
            return inner
        if "autoescape off" in start:  # whose quotes would end an attribute
            return Part(start, "{{ html }}" if place.may_hold_text and place.model != "svgtext" else "", end)
        if "cache" in start and any(word in str(inner) for word in (" as ", "setting", "keep", "{% include 'part")):
            return inner  # what is kept gives no names
        if any(word in start for word in ("filter", "twice", "cache", "language")):
            return Part(start, self.without_components(inner), end)
        return Part(start, inner, end)

    def fresh_number(self) -> int:
        self.names += 1
        return self.names

    def without_components(self, part: Part) -> Part:
        source = str(part)
        return part if not any(word in source for word in ("{% live", "form", "{% include 'part")) else EMPTY

    def included(self, place: Place) -> Part:
        name = f"part{self.fresh_number()}.html"
        outer = self.scope
        only = self.chance(0.25)
        given = {self.name("g"): kind for kind in ("text", "rows") if self.chance(0.5)}
        values = " ".join(f"{key}={self.expression(kind)}" for key, kind in given.items())
        self.scope = dict(given) if only else {**outer, **given}
        self.templates[name] = self.content(place, 2)
        self.scope = outer
        said = (f" with {values}" if values else "") + (" only" if only else "")
        return Part(f"{{% include '{name}'{said} %}}")

    def tree(self, place: Place) -> Part:
        """A template that includes itself."""
        if place.model != FLOW or "p" in place.inside or place.inside & PHRASING_ONLY:
            return self.included(place)
        with self.scoped(leaf="row"):
            item = Part("<li", self.attributes(place.to("ul"), "li"), ">", self.content(place.to(PHRASING), 2))
        again = Part("{% if leaf.kids %}", "{% include 'tree.html' with leaves=leaf.kids %}", "{% endif %}")
        self.templates["tree.html"] = Part("<ul>{% for leaf in leaves %}", item, again, "</li>{% endfor %}</ul>")
        return Part(f"{{% include 'tree.html' with leaves={self.one(('rows', 'rows', 'dicts', 'chosen.kids'))} %}}")

    def leaking(self, place: Place) -> Part:
        """A name that is given in a branch or a loop, and looked up behind it."""
        word = self.expression("text")
        name = self.one(("put", "title", "m"))
        give = self.one(
            (f"{{% setting {name} {word} %}}", f"{{% firstof {word} 1 as {name} %}}", f"{{% keep '{name}' {word} %}}")
        )
        around = self.one(
            (
                Part(f"{{% if {self.condition()} %}}", give, "{% endif %}"),
                Part(f"{{% for i in {self.expression('words')} %}}", give, "{% endfor %}"),
                Part("{% with a=1 %}", give, "{% endwith %}"),
                Part("{% autoescape off %}", give, "{% endautoescape %}"),
                Part(give),
            )
        )
        after = Part(f"{{{{ {name} }}}}") if place.may_hold_text else EMPTY
        return Part(around, self.content(place, 2), after)

    def regroup(self, place: Place) -> Part:
        group = self.name("g")
        with self.scoped(**{f"{group}.list": "rows", f"{group}.grouper": "bool", "forloop": "loop"}):
            body = self.body(place)
        source = self.one(("rows", "dicts"))
        return Part(f"{{% regroup {source} by flag as groups %}}{{% for {group} in groups %}}", body, "{% endfor %}")

    def cutting(self, place: Place) -> Part:
        """Tags that are opened in one branch and closed in another."""
        if place.may_hold_text:
            condition = self.condition()
            open_, close = self.one((("<b>", "</b>"), ('<i class="{{ n }}">', "</i>"), ("<u>", "</u>")))
            first, last = self.one((("<em>", "</em>"), ("<s>", "</s>"), ("", "")))
            other = (Part("{% else %}", first), Part("{% else %}", last)) if first else (EMPTY, EMPTY)
            middle = self.content(place.to("svgtext" if place.model == "svgtext" else PHRASING))
            if place.model == "svgtext":
                return middle
            start = Part(f"{{% if {condition} %}}", open_, other[0], "{% endif %}")
            return Part(start, middle, f"{{% if {condition} %}}", close, other[1], "{% endif %}")
        return self.plain_thing(place)

    # What nobody should write --------------------------------------------------------------------------------------

    def broken_thing(self, place: Place) -> Part:
        return Part(
            self.one(
                (
                    "<b>",
                    "</b>",
                    "</div>",
                    "<p>",
                    "<p>a<div>{{ title }}</div>b</p>",
                    "<li>{{ title }}",
                    "<td>{{ n }}</td>",
                    "<tr><td>{{ n }}",
                    "<table>{{ title }}<tr><td>{{ n }}</td></tr></table>",
                    "<table>{% for i in words %}<tr><td>{{ i }}</td></tr>{% endfor %}</table>",
                    "<h{{ n }}>x</h{{ n }}>",
                    "<!-- {{ title }} -->",
                    "<a>x<a>{{ title }}</a></a>",
                    "<div {{ title }}>x</div>",
                    "<{% if flag %}b{% else %}i{% endif %}>x</{% if flag %}b{% else %}i{% endif %}>",
                    "<span title={{ title }}>x</span>",
                    "{% if flag %}<b>{% endif %}",
                    "{% for i in words %}<b>{% endfor %}",
                    "<select><b>{{ title }}</b></select>",
                    "<select>{{ title }}<option>a</select>",
                    "<ul><li>a{{ title }}<li>b</ul>",
                    "<svg><p>{{ title }}</p></svg>",
                    "<button><button>{{ title }}</button></button>",
                    "<form><form>{{ title }}</form></form>",
                    "<textarea>{{ html|safe }}</textarea>",
                    "<body class='{{ title }}'>",
                    "<!doctype html>",
                    "<![CDATA[ {{ title }} ]]>",
                    "<br>{{ title }}</br>",
                    "</p>",
                    "<image>",
                    "<table><form>{{ title }}</form></table>",
                    "<colgroup><col></colgroup>",
                    '<div class="a" class="{{ title }}">x</div>',
                    "<div/>{{ title }}",
                    "<",
                    "&#{{ n }};",
                    "&{{ title }};",
                    "<b><i>{{ title }}</b></i>",
                    "<math><mi>{{ title }}</mi></math>",
                    "<frameset>",
                    "<plaintext>" if self.chance(0.1) else "x",
                )
            )
        )


Maker = Callable[[Writer, Place], Part]

CONTROL: tuple[tuple[int, Maker], ...] = (
    (30, Writer.if_),
    (34, Writer.for_),
    (7, Writer.with_),
    (9, Writer.around),
    (6, Writer.included),
    (6, Writer.changed),
    (4, Writer.regroup),
    (2, Writer.tree),
    (3, Writer.leaking),
    (3, Writer.cutting),
)
TEXTUAL: tuple[tuple[int, Maker], ...] = (
    (10, Writer.words),
    (20, Writer.variable),
    (8, Writer.sentence),
    (9, Writer.little_tag),
    (6, Writer.markup),
    (5, Writer.big_tag),
)
IN_PHRASING: tuple[tuple[int, Maker], ...] = (*TEXTUAL, (24, Writer.any_span), (6, Writer.void), (4, Writer.live))
IN_FLOW: tuple[tuple[int, Maker], ...] = (
    *IN_PHRASING,
    (24, Writer.any_block),
    (16, Writer.list_element),
    (3, Writer.textarea),
    (3, Writer.pre),
    (2, Writer.raw),
    (1, Writer.inert),
    (2, Writer.details),
    (3, Writer.form),
    (6, Writer.live),
)
MODELS: dict[str, Maker] = {
    "ul": Writer.li,
    "dl": Writer.dt,
    "table": Writer.in_table,
    "tbody": Writer.tr,
    "tr": Writer.td,
    "select": Writer.option,
    "optgroup": Writer.option,
    "svg": Writer.drawn,
    "svgtext": lambda self, place: self.chosen(TEXTUAL[:4])(self, place),
}
CONTENT_OF: dict[str, str] = {
    "ul": "ul",
    "ol": "ul",
    "dl": "dl",
    "table": "table",
    "select": "select",
    "svg": "svg",
}
