"""The attributes of an element, and text that may stand between quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.grammar.words import EMPTY, SAFE_WORDS, Place
from tests.programs.parts import Part

if TYPE_CHECKING:
    from tests.programs.grammar.writer import Writer


def attributes(writer: Writer, place: Place, tag: str) -> Part:
    names = ["class", "id", "title", "data-x", "style", "lang", "viewBox", "fill", "hidden", "key", "many", "dir"]
    if not writer.chance(0.5):
        return EMPTY
    picked = [writer.one(names) for _ in range(writer.one((1, 1, 2, 3)))]
    if place.looping and writer.identities() and writer.chance(0.5):
        picked.append("key")
    return Part(*[attribute(writer, name) for name in dict.fromkeys(picked)])


def attribute(writer: Writer, name: str) -> Part:
    if name == "key":
        rows = [each for each in writer.identities() if each != "forloop.counter"]
        return Part(f' live-key="{{{{ {writer.one(rows)} }}}}"') if rows else EMPTY
    if name == "hidden":
        return Part(f"{{% if {writer.condition()} %}} hidden{{% endif %}}")
    if name == "many":
        return loose_attribute(writer)
    quote = writer.one(('"', '"', '"', "'"))
    return Part(f" {name}={quote}", attribute_value(writer, quote), quote)


def loose_attribute(writer: Writer) -> Part:
    """One that stands in the tag as a whole."""
    return Part(
        writer.one(
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


def attribute_value(writer: Writer, quote: str = '"') -> Part:
    """Text that may stand between quotes, and as the content of a textarea."""
    return Part(*[attribute_piece(writer, quote) for _ in range(writer.random.randrange(4))])


def attribute_piece(writer: Writer, quote: str) -> Part:
    shape = writer.random.randrange(10)
    if shape < 3:
        return Part(writer.one([word for word in SAFE_WORDS if quote not in word and "'" not in word]))
    if shape < 8:
        return Part("{{ ", writer.text(), " }}")
    if shape == 8:
        other = Part("{% else %}", attribute_value(writer, "\"'")) if writer.chance(0.5) else EMPTY
        return Part(f"{{% if {writer.condition()} %}}", attribute_value(writer, "\"'"), other, "{% endif %}")
    name = writer.name("w")
    with writer.scoped(**{name: "text", "forloop": "loop"}):
        inner = attribute_value(writer, "\"'")
    return Part(f"{{% for {name} in {writer.expression('words')} %}}", inner, "{% endfor %}")
