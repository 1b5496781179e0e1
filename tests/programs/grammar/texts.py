"""Text, and tags that write text or a few elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.grammar.words import WORDS, Maker, Place
from tests.programs.parts import Part

if TYPE_CHECKING:
    from tests.programs.grammar.writer import Writer


def words(writer: Writer, place: Place) -> Part:
    return Part(writer.one(WORDS))


def variable(writer: Writer, place: Place) -> Part:
    return Part("{{ ", writer.text(), " }}")


def sentence(writer: Writer, place: Place) -> Part:
    return Part(variable(writer, place), words(writer, place), variable(writer, place))


def markup(writer: Writer, place: Place) -> Part:
    if place.model == "svgtext":
        return variable(writer, place)
    if writer.chance(0.3):
        return Part("{% autoescape off %}", Part("{{ html }}"), words(writer, place), "{% endautoescape %}")
    return Part("{{ html|safe }}")


def little_tag(writer: Writer, place: Place) -> Part:
    """A tag that writes text."""
    word, number = writer.expression("text"), writer.expression("int")
    return Part(
        writer.one(
            (
                f"{{% firstof {writer.expression('text')} {word} 'none' %}}",
                "{% url 'home' %}",
                f"{{% url 'item' {number}|add:0|default:0 %}}" if writer.chance(0.2) else "{% url 'item' n %}",
                "{% url 'item' m as address %}{{ address }}",
                "{% translate 'Monday' %}",
                "{% trans title %}" if writer.chance(0.3) else "{% trans 'Yes' %}",
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
                f"{{% setting {writer.one(('put', 'title', 'n', 'x'))} {word} %}}",
                f"{{% joined {word} as {writer.one(('put', 'title'))} %}}",
                f"{{% keep '{writer.one(('put', 'words'))}' {word} %}}",
                f"{{% cycle 'a' {word} as put silent %}}",
                "{% cycle 'a' 'b' title %}",
                "{{ note }}",
                "{{ note|safe }}" if writer.chance(0.3) else "{{ note|default:title }}",
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


def big_tag(writer: Writer, place: Place) -> Part:
    """A tag that writes elements."""
    if place.model == "svgtext":
        return variable(writer, place)
    word, number = writer.expression("text"), writer.expression("int")
    return Part(
        writer.one(
            (
                f"{{% badge {word} %}}",
                f"{{% badge {word} number={number} %}}",
                "{% wide %}",
                f"{{% strong {word} %}}",
                f"{{% include 'badge.html' with label={word} %}}",
                f"{{% include 'badge.html' with label={word} number={number} only %}}",
                "{% include which %}",
                "{% include file %}",
                f"{{{{ {writer.expression('text')}|urlize }}}}" if "a" not in place.inside else "x",
            )
        )
    )


TEXTUAL: tuple[tuple[int, Maker], ...] = (
    (10, words),
    (20, variable),
    (8, sentence),
    (9, little_tag),
    (6, markup),
    (5, big_tag),
)
