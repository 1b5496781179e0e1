"""Django's tags around content: branches, loops, names, templates in templates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.programs.grammar.attributes import attributes
from tests.programs.grammar.elements import without_components
from tests.programs.grammar.words import EMPTY, FLOW, ITEMS, PHRASING, PHRASING_ONLY, Maker, Place
from tests.programs.parts import Part

if TYPE_CHECKING:
    from tests.programs.grammar.writer import Writer


def if_(writer: Writer, place: Place) -> Part:
    inner = replace(place)
    more = [Part(f"{{% elif {writer.condition()} %}}", writer.content(inner)) for _ in range(2) if writer.chance(0.2)]
    other = Part("{% else %}", writer.content(inner)) if writer.chance(0.4) else EMPTY
    return Part(f"{{% if {writer.condition()} %}}", writer.content(inner), *more, other, "{% endif %}")


def for_(writer: Writer, place: Place) -> Part:
    kind = writer.one(("words", "numbers", "rows", "rows", "rows", "rows", "things", "things", "grid", "pairs"))
    sequence = writer.expression(kind)
    if kind == "pairs":
        first, second = writer.name("k"), writer.name("v")
        variables, names = f"{first}, {second}", {first: "text", second: "text"}
    else:
        variable = writer.name("i")
        variables, names = variable, {variable: ITEMS[kind]}
    nested = "inner" if "forloop" in writer.scope else "loop"
    empty = Part("{% empty %}", writer.content(place, 2)) if writer.chance(0.2) else EMPTY
    with writer.scoped(**names, forloop=nested):
        body = loop_body(writer, place)
    backwards = " reversed" if writer.chance(0.12) else ""
    return Part(f"{{% for {variables} in {sequence}{backwards} %}}", body, empty, "{% endfor %}")


def loop_body(writer: Writer, place: Place) -> Part:
    place = replace(place, looping=True)
    if writer.chance(0.7):
        return Part(writer.plain_thing(place), writer.content(place, 1) if writer.chance(0.3) else EMPTY)
    return writer.content(place)


def changed(writer: Writer, place: Place) -> Part:
    if "forloop" not in writer.scope:
        return if_(writer, place)
    shape = writer.random.randrange(4)
    if shape == 0:
        return Part(f"{{% ifchanged {writer.expression('text')} %}}", writer.content(place), "{% endifchanged %}")
    if shape == 1:
        other = Part("{% else %}", writer.content(place))
        return Part(f"{{% ifchanged {writer.expression('int')} %}}", writer.content(place), other, "{% endifchanged %}")
    if shape == 2:
        return Part("{% ifchanged %}", writer.content(place), "{% endifchanged %}")
    if place.may_hold_text:
        return Part(writer.one(("{% cycle 'odd' 'even' title %}", "{% cycle 'a' 'b' as turn silent %}{{ turn }}")))
    return EMPTY


def with_(writer: Writer, place: Place) -> Part:
    kind = writer.one(("text", "int", "rows", "bool", "words"))
    name = writer.name("w")
    value = writer.expression(kind)
    with writer.scoped(**{name: kind}):
        inner = writer.content(place)
    return Part(f"{{% with {name}={value} %}}", inner, "{% endwith %}")


def around(writer: Writer, place: Place) -> Part:
    """A tag around content that is always there."""
    start, end = writer.one(
        (
            ("{% autoescape off %}", "{% endautoescape %}"),
            ("{% autoescape on %}", "{% endautoescape %}"),
            ("{% spaceless %}", "{% endspaceless %}"),
            ("{% filter upper %}", "{% endfilter %}"),
            ("{% filter lower %}", "{% endfilter %}"),
            (f"{{% cache 60 frag{writer.fresh_number()} title %}}", "{% endcache %}"),
            ("{% language 'de' %}", "{% endlanguage %}"),
            ("{% localize on %}", "{% endlocalize %}"),
            (f"{{% block in{writer.fresh_number()} %}}", "{% endblock %}"),
            ("{% twice %}", "{% endtwice %}"),
        )
    )
    alone = place.looping or "block" in start
    with writer.scoped():
        inner = writer.content(place, 2) if not alone or "block" not in start else writer.content(replace(place), 2)
    if "block" in start and ("forloop" in writer.scope or "twice" in writer.scope):
        return inner
    if "autoescape off" in start:  # whose quotes would end an attribute
        return Part(start, "{{ html }}" if place.may_hold_text and place.model != "svgtext" else "", end)
    if "cache" in start and any(word in str(inner) for word in (" as ", "setting", "keep", "{% include 'part")):
        return inner  # what is kept gives no names
    if any(word in start for word in ("filter", "twice", "cache", "language")):
        return Part(start, without_components(inner), end)
    return Part(start, inner, end)


def included(writer: Writer, place: Place) -> Part:
    name = f"part{writer.fresh_number()}.html"
    outer = writer.scope
    only = writer.chance(0.25)
    given = {writer.name("g"): kind for kind in ("text", "rows") if writer.chance(0.5)}
    values = " ".join(f"{key}={writer.expression(kind)}" for key, kind in given.items())
    writer.scope = dict(given) if only else {**outer, **given}
    writer.templates[name] = writer.content(place, 2)
    writer.scope = outer
    said = (f" with {values}" if values else "") + (" only" if only else "")
    return Part(f"{{% include '{name}'{said} %}}")


def tree(writer: Writer, place: Place) -> Part:
    """A template that includes itself."""
    if place.model != FLOW or "p" in place.inside or place.inside & PHRASING_ONLY:
        return included(writer, place)
    with writer.scoped(leaf="row"):
        item = Part("<li", attributes(writer, place.to("ul"), "li"), ">", writer.content(place.to(PHRASING), 2))
    again = Part("{% if leaf.kids %}", "{% include 'tree.html' with leaves=leaf.kids %}", "{% endif %}")
    writer.templates["tree.html"] = Part("<ul>{% for leaf in leaves %}", item, again, "</li>{% endfor %}</ul>")
    return Part(f"{{% include 'tree.html' with leaves={writer.one(('rows', 'rows', 'dicts', 'chosen.kids'))} %}}")


def leaking(writer: Writer, place: Place) -> Part:
    """A name that is given in a branch or a loop, and looked up behind it."""
    word = writer.expression("text")
    name = writer.one(("put", "title", "m"))
    give = writer.one(
        (f"{{% setting {name} {word} %}}", f"{{% firstof {word} 1 as {name} %}}", f"{{% keep '{name}' {word} %}}")
    )
    around = writer.one(
        (
            Part(f"{{% if {writer.condition()} %}}", give, "{% endif %}"),
            Part(f"{{% for i in {writer.expression('words')} %}}", give, "{% endfor %}"),
            Part("{% with a=1 %}", give, "{% endwith %}"),
            Part("{% autoescape off %}", give, "{% endautoescape %}"),
            Part(give),
        )
    )
    after = Part(f"{{{{ {name} }}}}") if place.may_hold_text else EMPTY
    return Part(around, writer.content(place, 2), after)


def regroup(writer: Writer, place: Place) -> Part:
    group = writer.name("g")
    with writer.scoped(**{f"{group}.list": "rows", f"{group}.grouper": "bool", "forloop": "loop"}):
        body = loop_body(writer, place)
    source = writer.one(("rows", "dicts"))
    return Part(f"{{% regroup {source} by flag as groups %}}{{% for {group} in groups %}}", body, "{% endfor %}")


def cutting(writer: Writer, place: Place) -> Part:
    """Tags that are opened in one branch and closed in another."""
    if place.may_hold_text:
        condition = writer.condition()
        open_, close = writer.one((("<b>", "</b>"), ('<i class="{{ n }}">', "</i>"), ("<u>", "</u>")))
        first, last = writer.one((("<em>", "</em>"), ("<s>", "</s>"), ("", "")))
        other = (Part("{% else %}", first), Part("{% else %}", last)) if first else (EMPTY, EMPTY)
        middle = writer.content(place.to("svgtext" if place.model == "svgtext" else PHRASING))
        if place.model == "svgtext":
            return middle
        start = Part(f"{{% if {condition} %}}", open_, other[0], "{% endif %}")
        return Part(start, middle, f"{{% if {condition} %}}", close, other[1], "{% endif %}")
    return writer.plain_thing(place)


CONTROL: tuple[tuple[int, Maker], ...] = (
    (30, if_),
    (34, for_),
    (7, with_),
    (9, around),
    (6, included),
    (6, changed),
    (4, regroup),
    (2, tree),
    (3, leaking),
    (3, cutting),
)
