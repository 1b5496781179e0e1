"""HTML as nobody should write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.grammar.words import Place
from tests.programs.parts import Part

if TYPE_CHECKING:
    from tests.programs.grammar.writer import Writer


def broken_thing(writer: Writer, place: Place) -> Part:
    return Part(
        writer.one(
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
                "<plaintext>" if writer.chance(0.1) else "x",
            )
        )
    )
