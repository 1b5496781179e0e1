"""Elements: in text, around it, in lists, tables, selects and drawings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.grammar.attributes import attribute_value, attributes
from tests.programs.grammar.texts import TEXTUAL, variable
from tests.programs.grammar.words import BLOCKS, EMPTY, FLOW, PHRASING, PHRASING_ONLY, SOLE, SPANS, Maker, Place
from tests.programs.parts import Part

if TYPE_CHECKING:
    from tests.programs.grammar.writer import Writer


def any_block(writer: Writer, place: Place) -> Part:
    return element(writer, place, writer.one(BLOCKS))


def any_span(writer: Writer, place: Place) -> Part:
    tag = writer.one(SPANS)
    return element(writer, place, "span" if tag in SOLE and place.inside & SOLE else tag)


def list_element(writer: Writer, place: Place) -> Part:
    return element(writer, place, writer.one(("ul", "ol", "dl", "table", "select", "svg", "table")))


def element(writer: Writer, place: Place, tag: str) -> Part:
    model = PHRASING if tag in PHRASING_ONLY or place.model == PHRASING else FLOW
    inner = place.to(CONTENT_OF.get(tag, model), tag)
    return Part(f"<{tag}", attributes(writer, place, tag), ">", writer.content(inner), f"</{tag}>")


def void(writer: Writer, place: Place) -> Part:
    return Part(writer.one(("<br>", "<br/>", "<wbr>")), EMPTY) if writer.chance(0.3) else input_(writer, place)


def input_(writer: Writer, place: Place) -> Part:
    kind = writer.one(("text", "checkbox", "radio", "hidden", ""))
    type_ = f' type="{kind}"' if kind else ""
    checked = Part(f"{{% if {writer.condition()} %}} checked{{% endif %}}") if kind in ("checkbox", "radio") else EMPTY
    value = Part(' value="', attribute_value(writer), '"') if writer.chance(0.6) else EMPTY
    return Part(f'<input{type_} name="f{writer.random.randrange(3)}"', value, checked, ">")


def textarea(writer: Writer, place: Place) -> Part:
    return Part("<textarea", attributes(writer, place, "textarea"), ">", attribute_value(writer), "</textarea>")


def pre(writer: Writer, place: Place) -> Part:
    return Part("<pre", attributes(writer, place, "pre"), ">", writer.content(place.to(PHRASING, "pre")), "</pre>")


def raw(writer: Writer, place: Place) -> Part:
    tag = writer.one(("style", "title", "noscript", "iframe", "xmp", "style"))
    if tag in ("style", "xmp", "iframe", "noscript"):
        value = Part(writer.one((".a{width:{{ n }}px}", "{{ n }}", "{% if flag %}a{% endif %}{{ m }}")))
    else:
        value = attribute_value(writer)
    return Part(f"<{tag}", attributes(writer, place, tag), ">", value, f"</{tag}>")


def inert(writer: Writer, place: Place) -> Part:
    return Part("<template>", without_components(writer.content(place.to(PHRASING))), "</template>")


def details(writer: Writer, place: Place) -> Part:
    summary = Part("<summary>", writer.content(place.to(PHRASING)), "</summary>")
    return Part("<details", attributes(writer, place, "details"), ">", summary, writer.content(place), "</details>")


def form(writer: Writer, place: Place) -> Part:
    if "form" in place.inside or place.inside & SOLE or place.model != FLOW:
        return any_span(writer, place)
    shape = writer.random.randrange(5)
    if shape < 2:
        inner = writer.content(place.to(FLOW, "form"))
    elif shape == 2:
        inner = Part("{% for field in form %}<div>{{ field.label_tag }}{{ field }}</div>{% endfor %}")
    else:
        inner = Part(
            writer.one(("{{ form }}", "{{ form.as_p }}", "{{ form.name }}", "{{ form.size }}{{ form.agreed }}"))
        )
    return Part("<form>", Part("{% csrf_token %}"), inner, "</form>")


def live(writer: Writer, place: Place) -> Part:
    if not writer.components:
        return variable(writer, place)
    key = f" key={writer.one(writer.identities())}" if writer.identities() and writer.chance(0.8) else ""
    given = f"label={writer.expression('text')} number={writer.expression('int')}"
    name = {"ul": "item", "tbody": "line"}.get(place.model) or writer.one(
        ("leaf", "leaf", "leaf")
        if place.model != FLOW or place.inside & PHRASING_ONLY
        else ("leaf", "leaf", "box", "bare")
    )
    return Part(f'{{% live "programs.{name}" {given}{key} %}}')


def li(writer: Writer, place: Place) -> Part:
    if writer.chance(0.1):
        return live(writer, place)
    return Part("<li", attributes(writer, place, "li"), ">", writer.content(place.to(FLOW)), "</li>")


def dt(writer: Writer, place: Place) -> Part:
    return Part("<dt>", writer.content(place.to(PHRASING)), "</dt><dd>", writer.content(place.to(FLOW)), "</dd>")


def in_table(writer: Writer, place: Place) -> Part:
    if writer.chance(0.15):
        return Part("<caption>", writer.content(place.to(PHRASING)), "</caption>")
    tag = writer.one(("tbody", "tbody", "thead", "tfoot"))
    return Part(f"<{tag}", attributes(writer, place, tag), ">", writer.content(place.to("tbody")), f"</{tag}>")


def tr(writer: Writer, place: Place) -> Part:
    if writer.chance(0.1):
        return live(writer, place)
    return Part("<tr", attributes(writer, place, "tr"), ">", writer.content(place.to("tr")), "</tr>")


def td(writer: Writer, place: Place) -> Part:
    tag = writer.one(("td", "td", "th"))
    return Part(f"<{tag}", attributes(writer, place, tag), ">", writer.content(place.to(FLOW)), f"</{tag}>")


def option(writer: Writer, place: Place) -> Part:
    if place.model == "select" and writer.chance(0.15):
        label = Part(' label="', attribute_value(writer), '"')
        return Part("<optgroup", label, ">", writer.content(place.to("optgroup")), "</optgroup>")
    chosen = Part(f"{{% if {writer.condition()} %}} selected{{% endif %}}")
    return Part('<option value="', attribute_value(writer), '"', chosen, ">", option_text(writer), "</option>")


def option_text(writer: Writer) -> Part:
    return Part(*[writer.simple(Place("svgtext")) for _ in range(writer.random.randrange(3))])


def drawn(writer: Writer, place: Place) -> Part:
    tag = writer.one(("g", "circle", "rect", "text", "title", "foreignObject", "linearGradient", "a"))
    model = {"g": "svg", "a": "svg", "text": "svgtext", "title": "svgtext", "foreignObject": FLOW}.get(tag, "void")
    if model == "void":
        return Part(f"<{tag}", attributes(writer, place, tag), "/>")
    return Part(f"<{tag}", attributes(writer, place, tag), ">", writer.content(place.to(model)), f"</{tag}>")


def without_components(part: Part) -> Part:
    source = str(part)
    return part if not any(word in source for word in ("{% live", "form", "{% include 'part")) else EMPTY


IN_PHRASING: tuple[tuple[int, Maker], ...] = (*TEXTUAL, (24, any_span), (6, void), (4, live))
IN_FLOW: tuple[tuple[int, Maker], ...] = (
    *IN_PHRASING,
    (24, any_block),
    (16, list_element),
    (3, textarea),
    (3, pre),
    (2, raw),
    (1, inert),
    (2, details),
    (3, form),
    (6, live),
)
MODELS: dict[str, Maker] = {
    "ul": li,
    "dl": dt,
    "table": in_table,
    "tbody": tr,
    "tr": td,
    "select": option,
    "optgroup": option,
    "svg": drawn,
    "svgtext": lambda writer, place: writer.chosen(TEXTUAL[:4])(writer, place),
}
CONTENT_OF: dict[str, str] = {
    "ul": "ul",
    "ol": "ul",
    "dl": "dl",
    "table": "table",
    "select": "select",
    "svg": "svg",
}
