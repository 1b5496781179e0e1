"""Reading one list: which slot each dynamic piece is, and what is noted as a problem."""

from __future__ import annotations

import re

import pytest

from liveactions.rendering.blocks import Kind
from liveactions.rendering.builder import read
from liveactions.rendering.content import Element
from liveactions.rendering.reading import Misfit, Reading
from tests.rendering.sketches import sketch, written


def reading(source: str) -> Reading:
    return read(sketch(source), Element("", None))


def closed(source: str) -> str:
    """With the end tag of the only element, if that has none."""
    name = re.match(r"<(p|a|svg)\b", source)
    return source if name is None or f"</{name[1]}>" in source else f"{source}</{name[1]}>"


SLOTS = {
    "<p>{{a}} of {{b}}!</p>": ["RUN {{a}} of {{b}}!"],
    "<p>[if a:b]{{c}}</p>": ["RUN [if a:b]{{c}}"],
    "<p>a {%b%} c</p>": ["RUN {%b%}"],
    "<p>{{a}}{%b%}{{c}}</p>": ["RUN {{a}}", "RUN {%b%}", "RUN {{c}}"],
    "<p>{{a}}<br>{{b}}<!-- -->{{c}}</p>": ["RUN {{a}}", "RUN {{b}}", "RUN {{c}}"],
    "<p class='x {{a}}' lang=\"{{b}}\">": ["ATTRIBUTE class x {{a}}", "ATTRIBUTE lang {{b}}"],
    '<p CLASS="{{a}}">': ["ATTRIBUTE class {{a}}"],
    '<svg viewbox="{{a}}">': ["ATTRIBUTE viewBox {{a}}"],
    '<p class="[if a:b|{{c}}]">': ["ATTRIBUTE class [if a:b|{{c}}]"],
    "<p class={{a}}>": ["TAG  class={{a}}"],
    "<p {{a}}>": ["TAG  {{a}}"],
    "<p{{a}}>": ["TAG {{a}}"],
    '<p class="b"[if a: hidden] lang="{{c}}">': ['TAG  class="b"[if a: hidden] lang="{{c}}"'],
    '<p class="b" class="{{a}}">': ['TAG  class="b" class="{{a}}"'],
    '<p data-{{a}}="b">': ['TAG  data-{{a}}="b"'],
    '<p @click="{{a}}">': ['TAG  @click="{{a}}"'],
    "<input {{a}}/>": ["TAG  {{a}}/"],
    "<svg><path {{a}} /></svg>": ["TAG  {{a}} "],
    "<textarea>a {{b}}</textarea>": ["CONTENT a {{b}}"],
    "<script>if (a < b) [if c:{{d}}</p>]</script>": ["CONTENT if (a < b) [if c:{{d}}</p>]"],
    "<svg><title>{{a}}</title></svg>": ["RUN {{a}}"],
    "<p>[live 3]</p>": ["COMPONENT 3"],
    "<p>[if a:<b></b>]</p>": ["BRANCH a"],
    "<p>[if a:{%b%}]</p>": ["BRANCH a"],
    "<p>[for a:<b></b>]</p>": ["LOOP a"],
    "<p>[in s:a {{b}}] {{c}}</p>": ["RUN [in s:a {{b}}] {{c}}"],
    "<p>[in s:a {{b}}<br>] {{c}}</p>": ["RUN a {{b}}", "RUN  {{c}}"],
    "<p [in s:lang='{{a}}'] title=\"{{b}}\">": ["ATTRIBUTE lang {{a}}", "ATTRIBUTE title {{b}}"],
    "<pre>\n{{a}}</pre>": ["RUN {{a}}"],
    "<pre>\r\n{{a}}</pre>": ["RUN {{a}}"],
    "<svg><![CDATA[{{a}} > <b>]]></svg>": ["RUN <![CDATA[{{a}} > <b>]]>"],
    "<table><tbody>[if a: ]</tbody></table>": ["RUN [if a: ]"],
}


@pytest.mark.parametrize("source", SLOTS)
def test_a_dynamic_piece_is_the_slot_of_its_place(source):
    found = []
    for find in sorted(reading(closed(source)).finds, key=lambda find: find.start):
        text = written(find.slot.source) if find.slot.kind < Kind.BRANCH else find.slot.source
        found.append(" ".join(filter(None, [find.slot.kind.name, find.slot.name, text])))
    assert found == SLOTS[source]


PROBLEMS = {
    "<p>{{a}}</p>": [],
    "<div><h{{a}}></h{{a}}></div>": ["h…", "h…"],
    "<div><!-- {{a}} --></div>": ["div"],
    "<div><!--live@3--></div>": ["div"],
    "<div><!doctype html></div>": ["div"],
    "<div></></div>": ["div"],
    "<div><template>{{a}}</template></div>": ["template"],
    "<div><template><p title='{{a}}'></p></template></div>": ["p"],
    "<div><template shadowrootmode=open></template></div>": [],
    "<table>{{a}}</table>": ["table"],
    "<table><tbody>x</tbody></table>": ["table"],
    "<table><tr></tr></table>": ["table"],
    "<p><span><div>{{a}}</div></span></p>": ["p"],
    "<div>[if a:<b>]</div>": ["div", ""],
    "<ul><li>{{a}}<li></ul>": ["li", "li", "li"],
    "<table><tbody><tr><td><b>{{a}}</td></tr></tbody></table>": ["td"],
    "<main><b>{{a}}</main>": [""],
    "<main><x-y><span><div>{{a}}</span></div></x-y></main>": ["main", "x-y"],
    "<div></p></div>": ["div"],
    "<div></div {{a}}>": ["div"],
    "<pre>{{a}}</pre>": ["pre"],
    "<pre>{%a%}</pre>": ["pre"],
    "<pre>[for a:<b></b>]\nx</pre>": ["pre"],
    "<pre>[for a:<b></b>]x</pre>": [],
    "<pre>[for a:b<b></b>]</pre>": ["pre"],
    "<pre><code>{{a}}</code></pre>": [],
    "<p>x &am[if a:<b></b>]</p>": ["p"],
    "<p>x & [if a:<b></b>]</p>": [],
    "<p>x\r[if a:<b></b>]</p>": ["p"],
    "<svg><path d={{a}} /></svg>": ["svg"],
    "<div><p {{a}}[in s: {{b}}>]</p></div>": ["div"],
    '<div><p title="[if a:b|c" id="d]"></p></div>': ["div"],
}


@pytest.mark.parametrize("source", PROBLEMS)
def test_what_cannot_be_told_apart_is_noted_with_the_element_it_touches(source):
    found = [element.name.replace("\udfff", "…") for element in reading(source).problems]
    assert found == PROBLEMS[source]


@pytest.mark.parametrize("source", ["<p>", "</p>", "<i></i><b>", "<p", "x <", "<!-- "])
def test_a_list_that_leaves_something_open_or_closes_something_outside_is_no_block(source):
    around = Element("p", Element("", None))
    with pytest.raises(Misfit) as caught:
        read(sketch(source), around)
    assert caught.value.element is around


def test_the_outermost_element_that_a_list_touches_is_named():
    paragraph = Element("p", Element("", None))
    with pytest.raises(Misfit) as caught:
        read(sketch("<div>{{a}}</div><i>"), Element("span", paragraph))
    assert caught.value.element is paragraph


PLACES = {
    "<p>{{a}}</p>": "text",
    "<p>{%a%}</p>": "html",
    '<a HREF="{{a}}">': "attribute href",
    "<a Href={{a}}>": "unquoted attribute href",
    "<INPUT {{a}}>": "tag <input>",
    "<script>{{a}}</script>": "content of <script>",
    "[if a:<b></b>]": "branch",
    "[for a:<b></b>]": "loop",
    "[live 1]": "component",
}


@pytest.mark.parametrize("source", PLACES)
def test_a_person_is_told_where_a_slot_stands(source):
    (find,) = reading(closed(source)).finds
    assert find.slot.place == PLACES[source]


def test_entities_mean_something_in_a_textarea_and_nothing_in_a_script():
    assert [find.slot.raw for find in reading("<textarea>{{a}}</textarea><script>{{b}}</script>").finds] == [
        False,
        True,
    ]
