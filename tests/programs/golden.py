"""The golden cases of programs, in ``protocol/programs/``: what is written in each, and how the files are made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from tests.programs.cases import Case
from tests.programs.parts import Part
from tests.programs.recording import recorded

__all__ = ["FOLDER", "GOLDEN", "Golden", "case_of", "contents", "write"]

FOLDER = Path(__file__).parent.parent.parent / "protocol" / "programs"

State = dict[str, Any]


class Golden(NamedTuple):
    """``about``: a sentence. ``main``: the component's template, ``others`` those that it includes or extends.
    ``states``: one after another, as `tests.programs.states` understands them."""

    about: str
    main: str
    states: list[State]
    others: dict[str, str] = {}


def rows(*uids: int, **more: Any) -> list[State]:
    return [row(uid, **more) for uid in uids]


def row(uid: int, **more: Any) -> State:
    return {"uid": uid, "name": f"row {uid}", "n": uid * 10, "flag": uid % 2 == 0, "kids": [], **more}


def things(*pks: int) -> list[State]:
    return [{"pk": pk, "name": f"thing {pk}", "stock": pk} for pk in pks]


LIST = '<ul>{% for row in rows %}<li live-key="{{ row.uid }}">{{ row.name }}</li>{% endfor %}</ul>'
MIXED = "<div>{% for row in rows %}{{ row.n }}, {% if row.flag %}<b>{{ row.name }}</b>{% endif %}{% endfor %}.</div>"
TABLE = (
    '<table><caption>{{ title }}</caption><tbody>{% for thing in things %}<tr class="r{{ forloop.counter }}">'
    "<td>{{ thing.name }}</td><td>{{ thing.stock }}</td></tr>{% endfor %}</tbody></table>"
)
NESTED = (
    "<div>{% for row in rows %}<section><h2>{{ row.name }}</h2><ul>{% for kid in row.kids %}<li>{{ kid.name }} of"
    " {{ row.name }}</li>{% empty %}<li>none</li>{% endfor %}</ul></section>{% endfor %}</div>"
)

GOLDEN: dict[str, Golden] = {
    "text": Golden(
        "A text is written; what stands beside it is not touched.",
        "<p>Hello {{ title }}, you have {{ n }}.</p>",
        [{"title": "Ana", "n": 1}, {"title": "Ben", "n": 1}, {"title": "", "n": 1}, {"title": '<b> & "Ana"', "n": 2}],
    ),
    "text_beside_text": Golden(
        "Two dynamic texts with static text between are one run.",
        "<p>{{ n }} of {{ m }}</p>",
        [{"n": 1, "m": 3}, {"n": 2, "m": 3}, {"n": 3, "m": 4}],
    ),
    "text_alone": Golden(
        "A text that was empty is there later, and is gone again.",
        "<p>{{ title }}</p>",
        [{"title": ""}, {"title": "x"}, {"title": ""}, {"title": "\n y "}],
    ),
    "attribute": Golden(
        "The value of a quoted attribute, with static text in it.",
        """<a href="/item/{{ n }}/?q={{ title|urlencode }}" title='{{ title }}'>x</a>""",
        [{"n": 1, "title": "a"}, {"n": 2, "title": 'a & "b"'}, {"n": 2, "title": "<c>"}],
    ),
    "attribute_and_text": Golden(
        "Slots of one element's tag and of its content.",
        '<p class="{% if flag %}on{% else %}off{% endif %} static" data-n="{{ n }}">{{ n }}</p>',
        [{"n": 1}, {"n": 2, "flag": True}, {"n": 2}],
    ),
    "tag": Golden(
        "Attributes that come and go are a slot of the tag.",
        '<form><input name="a" type="checkbox"{% if flag %} checked{% endif %}'
        "{% if other %} disabled{% endif %}></form>",
        [{}, {"flag": True}, {"flag": True, "other": True}, {}],
    ),
    "tag_unquoted": Golden(
        "An attribute value without quotes.",
        "<p data-n={{ n }} data-m=x{{ m }}>x</p>",
        [{"n": 1}, {"n": 20}, {"n": 20, "m": 3}],
    ),
    "input": Golden(
        "The value of a control.",
        '<form><input name="a" value="{{ title }}"></form>',
        [{"title": "a"}, {"title": "b"}, {"title": ""}],
    ),
    "select": Golden(
        "The options of a select.",
        '<select name="s">{% for word in words %}<option value="{{ word }}"{% if word == title %} selected{% endif %}>'
        "{{ word }}</option>{% endfor %}</select>",
        [
            {"words": ["a", "b"], "title": "b"},
            {"words": ["a", "b", "c"], "title": "c"},
            {"words": ["c", "a"], "title": "c"},
            {"words": []},
        ],
    ),
    "textarea": Golden(
        "The content of a textarea, with signs, and a line feed at its start.",
        '<form><textarea name="a">{{ title }} ({{ n }})</textarea></form>',
        [{"title": "a"}, {"title": "</textarea>&amp;"}, {"title": "\nb"}, {"title": "", "n": 1}],
    ),
    "style": Golden(
        "The content of a style element, in which entities mean nothing.",
        "<div><style>.a { width: {{ n }}px }</style><p>x</p></div>",
        [{"n": 1}, {"n": 2}],
    ),
    "pre": Golden(
        "A line feed at the start of a pre is dropped by the parser.",
        "<div><pre>{{ title }}</pre><pre>\n{{ title }}</pre></div>",
        [{"title": "a"}, {"title": "\nb"}, {"title": "\n\nc"}, {"title": ""}],
    ),
    "branch": Golden(
        "Something is there, or nothing.",
        "<div>a{% if flag %}<b>{{ title }}</b>{% endif %}b</div>",
        [{}, {"flag": True, "title": "x"}, {"flag": True, "title": "y"}, {"title": "y"}],
    ),
    "branch_alternatives": Golden(
        "One of three; inside the present one only what differs is written.",
        "<div>{% if n == 1 %}<b>{{ title }}</b>{% elif n == 2 %}<i>{{ title }}</i>"
        "{% else %}<u>{{ n }}</u>{% endif %}</div>",
        [{"n": 1, "title": "a"}, {"n": 1, "title": "b"}, {"n": 2, "title": "b"}, {"n": 3}, {"n": 4}],
    ),
    "branch_of_text": Golden(
        "A branch that holds text only is part of the run it stands in.",
        "<p>{{ n }} item{% if n != 1 %}s{% endif %} of {{ m }}</p>",
        [{"n": 1, "m": 2}, {"n": 2, "m": 2}, {"n": 0, "m": 2}],
    ),
    "branch_with_text": Golden(
        "A branch that begins and ends with text, between texts.",
        "<p>{{ n }}{% if flag %}{{ title }}<b>b</b>{{ title }}{% endif %}{{ m }}</p>",
        [{"n": 1, "m": 2}, {"n": 1, "m": 2, "flag": True, "title": "x"}, {"n": 3, "m": 4, "flag": True}, {"n": 3}],
    ),
    "branch_nested": Golden(
        "A branch in a branch.",
        "<div>{% if flag %}<p>{% if other %}<b>{{ title }}</b>{% else %}<i>{{ n }}</i>{% endif %}</p>{% endif %}</div>",
        [
            {"flag": True},
            {"flag": True, "other": True, "title": "x"},
            {"flag": True, "n": 2},
            {},
            {"flag": True, "n": 2},
        ],
    ),
    "for_grow": Golden(
        "Rows are added behind, before and between.",
        LIST,
        [
            {"rows": rows(2)},
            {"rows": rows(2, 4)},
            {"rows": rows(1, 2, 4)},
            {"rows": rows(1, 2, 3, 4)},
        ],
    ),
    "for_shrink": Golden(
        "Rows are removed behind, before and between.",
        LIST,
        [
            {"rows": rows(1, 2, 3, 4, 5)},
            {"rows": rows(1, 2, 3, 4)},
            {"rows": rows(2, 3, 4)},
            {"rows": rows(2, 4)},
        ],
    ),
    "for_move": Golden(
        "Rows are moved, two are swapped.",
        LIST,
        [
            {"rows": rows(1, 2, 3, 4, 5)},
            {"rows": rows(2, 3, 4, 5, 1)},
            {"rows": rows(5, 3, 4, 2, 1)},
        ],
    ),
    "for_reverse": Golden(
        "All rows are reversed.", LIST, [{"rows": rows(1, 2, 3, 4, 5, 6)}, {"rows": rows(6, 5, 4, 3, 2, 1)}]
    ),
    "for_empty": Golden(
        "All rows go, and come back.", LIST, [{"rows": rows(1, 2)}, {"rows": []}, {"rows": rows(3, 1)}]
    ),
    "for_change": Golden(
        "One row is changed where it stands, another one while it is moved.",
        LIST,
        [
            {"rows": rows(1, 2, 3)},
            {"rows": [row(1), row(2, name="two"), row(3)]},
            {"rows": [row(3, name="three"), row(1), row(2, name="two")]},
        ],
    ),
    "for_everything": Golden(
        "Rows are moved, changed, removed and added at once.",
        LIST,
        [
            {"rows": rows(1, 2, 3, 4, 5)},
            {"rows": [row(5), row(6), row(2, name="two"), row(7), row(1)]},
        ],
    ),
    "for_words": Golden(
        "Scalars are known by themselves, the second of the same by being the second.",
        "<ul>{% for word in words %}<li>{{ word }}</li>{% endfor %}</ul>",
        [{"words": ["a", "b", "a"]}, {"words": ["b", "a", "a", "c"]}, {"words": ["c", "c"]}],
    ),
    "for_models": Golden(
        "Model instances are known by their primary key; positions are values like any other.",
        TABLE,
        [
            {"title": "a", "things": things(1, 2, 3)},
            {"title": "a", "things": [*things(1), {"pk": 2, "name": "two", "stock": 9}, *things(3)]},
            {"title": "b", "things": things(3, 1, 4)},
        ],
    ),
    "for_empty_tag": Golden(
        "Without rows something else stands there.",
        "<ul>{% for word in words %}<li>{{ word }}</li>{% empty %}<li><i>{{ title }}</i></li>{% endfor %}</ul>",
        [{"title": "none"}, {"words": ["a"]}, {"words": ["a", "b"]}, {"title": "nothing"}, {"title": "none"}],
    ),
    "for_positions": Golden(
        "What the position says changes where rows are added.",
        "<ol>{% for word in words %}<li>{{ forloop.counter }}/{{ forloop.revcounter }} {{ word }}"
        "{% if not forloop.last %}, <br>{% endif %}</li>{% endfor %}</ol>",
        [{"words": ["a", "b"]}, {"words": ["a", "b", "c"]}, {"words": ["x", "a", "b", "c"]}, {"words": ["x"]}],
    ),
    "for_nested": Golden(
        "Rows in rows.",
        NESTED,
        [
            {"rows": [row(1, kids=rows(11, 12)), row(2)]},
            {"rows": [row(1, kids=rows(12, 11)), row(2, kids=rows(21))]},
            {"rows": [row(2, kids=rows(21)), row(1, name="one", kids=rows(12, 13))]},
        ],
    ),
    "for_of_many_nodes": Golden(
        "A row of several nodes, text first and last.",
        "<p>{% for word in words %}{{ word }} <b>{{ word }}</b> {{ n }}{% endfor %}</p>",
        [{"words": ["a", "b"]}, {"words": ["b", "a"]}, {"words": ["b", "c", "a"], "n": 1}, {"words": []}],
    ),
    "for_without_elements": Golden(
        "Rows that may hold nothing but text, beside other text.",
        MIXED,
        [{"rows": rows(1, 2)}, {"rows": rows(2, 1, 3)}, {"rows": []}, {"rows": rows(4)}],
    ),
    "for_many": Golden(
        "More rows than one sign of the shape can say.",
        LIST,
        [{"rows": rows(*range(1, 41))}, {"rows": rows(*range(2, 40), 1)}],
    ),
    "run_of_html": Golden(
        "A run goes from text to HTML and back.",
        "<p>a {{ html|safe }} b</p>",
        [{"html": "text"}, {"html": "<b>x</b> y"}, {"html": "<b>z</b> y"}, {"html": "&lt;text&gt;"}, {"html": ""}],
    ),
    "run_of_html_parted": Golden(
        "Runs that stand beside one another, each text or HTML.",
        "<p>{% if flag %}<i>i</i>{% endif %}{{ html|safe }}"
        "{% for word in words %}<b>{{ word }}</b>{{ word }}{% endfor %}"
        "{{ title }}</p>",
        [
            {"html": "a", "words": ["x"], "title": "t"},
            {"html": "<u>a</u>", "words": ["x", "y"], "title": "t", "flag": True},
            {"html": "b<u>a</u>", "words": [], "title": "u"},
            {"html": "b", "words": ["z"], "title": ""},
        ],
    ),
    "opaque_tag": Golden(
        "A tag that is not known is rendered as a whole.",
        "<div>{% twice %}<b>{{ title }}</b>{% endtwice %}{% badge title number=n %}</div>",
        [{"title": "a"}, {"title": "b"}, {"title": "b", "n": 2}],
    ),
    "cutting": Golden(
        "A branch that opens a tag, which another one closes: the element around both is rendered as a whole.",
        "<div><p>{% if flag %}<span>{% endif %}{{ title }}{% if flag %}</span>{% endif %}</p><p>{{ n }}</p></div>",
        [{"title": "a"}, {"title": "a", "flag": True}, {"title": "b", "flag": True, "n": 1}, {"title": "b"}],
    ),
    "wrapped": Golden(
        "A template with more than one root element stands in <live-root>.",
        "<h2>{{ title }}</h2>{% if flag %}<p>{{ n }}</p>{% endif %}",
        [{"title": "a"}, {"title": "b", "flag": True}, {"title": "b", "flag": True, "n": 2}, {"title": "b"}],
    ),
    "wrapped_text": Golden(
        "A template without any element.",
        "{{ title }}",
        [{"title": "a"}, {"title": "b & c"}, {"title": ""}],
    ),
    "root_with_comments": Golden(
        "White space and comments around the root element are not part of the component.",
        "<!-- a -->\n<p>{{ title }}</p>\n{# b #}\n",
        [{"title": "a"}, {"title": "b"}],
    ),
    "root_attributes": Golden(
        "Slots in the tag of the root element.",
        '<section class="{{ title }}"{% if flag %} hidden{% endif %}>{{ n }}</section>',
        [{"title": "a"}, {"title": "b", "flag": True}, {"title": "b", "n": 1}],
    ),
    "svg": Golden(
        "Inside an svg.",
        '<svg viewBox="0 0 {{ n }} 9">{% for number in numbers %}<circle r="{{ number }}"/>'
        "{% if number > 1 %}<text>{{ number }}</text>{% endif %}{% endfor %}"
        "<foreignObject>{% if flag %}<p>{{ title }}</p>{% endif %}</foreignObject></svg>",
        [
            {"n": 1, "numbers": [1, 2]},
            {"n": 2, "numbers": [2, 3, 1], "flag": True, "title": "x"},
            {"n": 2, "numbers": [], "flag": True, "title": "y"},
        ],
    ),
    "svg_root": Golden(
        "A drawing is the root element, its rows are groups.",
        '<svg>{% for row in rows %}<g fill="{{ row.name }}"><title>{{ row.name }}</title></g>{% endfor %}</svg>',
        [{"rows": rows(1)}, {"rows": rows(2, 1)}, {"rows": rows(3)}],
    ),
    "math": Golden(
        "Inside a math.",
        "<math><mrow><mi>{{ title }}</mi>{% if flag %}<mo>+</mo><mn>{{ n }}</mn>{% endif %}</mrow></math>",
        [{"title": "x"}, {"title": "y", "flag": True, "n": 1}, {"title": "y"}],
    ),
    "table": Golden(
        "Rows and cells of a table.",
        "<table>{% if flag %}<thead><tr><th>{{ title }}</th></tr></thead>{% endif %}<tbody>{% for row in rows %}<tr>"
        "<td>{{ row.name }}</td>{% if row.flag %}<td>{{ row.n }}</td>{% endif %}</tr>{% endfor %}</tbody></table>",
        [
            {"rows": rows(1, 2)},
            {"rows": rows(3, 2), "flag": True, "title": "x"},
            {"rows": [], "flag": True, "title": "y"},
        ],
    ),
    "table_root": Golden("A table is the root element.", TABLE, [{"things": things(1)}, {"things": things(2, 1)}]),
    "scopes": Golden(
        "Tags around content are not seen in the page.",
        "<div>{% with name=title %}{% autoescape off %}<b>{{ name }}</b>{{ html }}{% endautoescape %}"
        "{% if flag %}<i>{{ name|upper }}</i>{% endif %}{% endwith %}</div>",
        [
            {"title": "a", "html": "x"},
            {"title": "b", "html": "<u>x</u>"},
            {"title": "b", "html": "<u>y</u>", "flag": True},
        ],
    ),
    "included": Golden(
        "A template that extends and includes others.",
        "{% extends 'base.html' %}{% block first %}<b>{{ title }}</b>{{ block.super }}{% endblock %}",
        [{"title": "a", "n": 1, "words": ["x"]}, {"title": "b", "n": 1, "words": ["y", "x"]}, {"title": "b", "n": 2}],
        {
            "base.html": "<div>{% block first %}<i>{{ n }}</i>{% endblock %}{% include 'list.html' %}</div>",
            "list.html": "<ul>{% for each in words %}<li>{{ each }}</li>{% endfor %}</ul>",
        },
    ),
    "component": Golden(
        "A nested component, which is changed by what it is given.",
        '<div>{% live "programs.leaf" label=title number=n %}'
        '{% if flag %}<hr>{% live "programs.box" label=title number=m %}'
        "{% endif %}</div>",
        [{"title": "a"}, {"title": "b"}, {"title": "b", "flag": True, "m": 1}, {"title": "b", "m": 2}],
    ),
    "component_rows": Golden(
        "Nested components in a loop are moved with their rows.",
        '<ul>{% for row in rows %}{% live "programs.item" label=row.name number=row.n key=row.uid %}{% endfor %}</ul>',
        [{"rows": rows(1, 2)}, {"rows": rows(3, 2, 1)}, {"rows": [row(1, name="one"), row(3)]}, {"rows": []}],
    ),
    "component_moves": Golden(
        "A nested component with a key goes from one place to another.",
        '<div><p>{% if flag %}{% live "programs.leaf" label=title number=n key="k" %}{% endif %}</p>'
        '<div>{% if not flag %}{% live "programs.leaf" label=title number=n key="k" %}{% endif %}</div></div>',
        [{"title": "a"}, {"title": "a", "flag": True}, {"title": "b"}],
    ),
    "changed_and_cycled": Golden(
        "Tags that depend on the rows before.",
        "<ul>{% for row in rows %}{% ifchanged row.flag %}<li><b>{{ row.flag }}</b></li>{% endifchanged %}"
        "<li class=\"{% cycle 'odd' 'even' %}\">{{ row.name }}</li>{% endfor %}</ul>",
        [{"rows": rows(1, 3, 2)}, {"rows": rows(1, 2, 3)}, {"rows": rows(2, 3)}],
    ),
    "form": Golden(
        "The controls of a form, as Django draws them.",
        "<form>{% csrf_token %}{{ form.name }}{{ form.size }}{{ form.agreed }}<p>{{ title }}</p></form>",
        [{"title": "a"}, {"title": "b", "flag": True}, {"title": "b", "flag": True, "other": True}],
    ),
    "line_ends": Golden(
        "Carriage returns in values.",
        '<div title="{{ title }}">{{ title }}<b>{{ n }}</b>'
        "<pre>{{ title }}</pre><textarea>{{ title }}</textarea></div>",
        [{"title": "a"}, {"title": "a\r\nb\rc"}, {"title": "\r\nd"}],
    ),
    # Failures that were found once ---------------------------------------------------------------------------------
    "component_stays_with_its_place": Golden(
        "A component known by its place goes to the new row at that place, and the row that had it gets another one.",
        '<ul>{% for row in rows %}{% live "programs.item" label=row.name key=forloop.counter %}{% endfor %}</ul>',
        [{"rows": rows(2)}, {"rows": rows(1, 2)}, {"rows": rows(3, 1, 2)}, {"rows": rows(2)}],
    ),
    "components_change_rows": Golden(
        "Components known by their place, when the first row goes and one comes behind.",
        '<ul>{% for row in rows %}{% live "programs.item" label=row.name key=forloop.counter %}{% endfor %}</ul>',
        [{"rows": rows(1, 2, 3)}, {"rows": rows(2, 3, 4)}, {"rows": rows(4, 2, 3)}, {"rows": rows(3, 1, 4, 2)}],
    ),
    "components_change_runs": Golden(
        "Components inside elements that are rendered as a whole go from one to another.",
        "<ul>{% for row in rows %}<li>{% if row.flag %}<b>{% endif %}"
        '{% live "programs.leaf" label=row.n key=forloop.counter %}'
        "{% if row.flag %}</b>{% endif %}</li>{% endfor %}</ul>",
        [{"rows": rows(1, 2, 3)}, {"rows": rows(3, 2, 1)}, {"rows": rows(2, 3)}, {"rows": rows(4, 3, 2, 1)}],
    ),
    "component_without_wrapper": Golden(
        "An element around a component goes, and the component stays.",
        '<div>{% if flag %}<b>{% endif %}{% live "programs.leaf" label=title %}{% if flag %}</b>{% endif %}</div>&amp;',
        [{"title": "a", "flag": True}, {"title": "b"}, {"title": "b", "flag": True}],
    ),
    "select_in_row": Golden(
        "A select that is new with its options: the first one is chosen.",
        '<div>{% for row in rows %}<select name="s{{ row.uid }}">{% for kid in row.kids %}'
        '<option value="{{ kid.uid }}">'
        "{{ kid.name }}</option>{% endfor %}</select>{% endfor %}</div>",
        [{}, {"rows": [row(1, kids=rows(4, 5, 6))]}, {"rows": [row(1, kids=rows(4, 5, 6)), row(2, kids=rows(7, 8))]}],
    ),
    "component_in_run": Golden(
        "A component that is new inside something that Django renders as a whole.",
        "<div>{% spaceless %}{% for word in words %}"
        '{% live "programs.leaf" label=word key=forloop.counter %}{% endfor %}'
        "{% endspaceless %}</div>",
        [{}, {"words": ["a", "b"]}, {"words": ["c", "b", "a"]}, {"words": ["a"]}],
    ),
    "component_in_filter": Golden(
        "A filter around a component changes what stands beside it, and leaves the component as it is.",
        '<div>{% filter upper %}<i>{{ title }}</i>{% live "programs.leaf" label=title number=n %}{% endfilter %}</div>',
        [{"title": "a"}, {"title": "b"}, {"title": "b", "n": 2}],
    ),
    "component_given_the_same_otherwise": Golden(
        "Parameters that are equal and look different.",
        '<div>{% live "programs.leaf" label=note %}</div>',
        [{"note": 1}, {"note": 1.0}, {"note": True}],
    ),
    "key_in_run": Golden(
        "Elements with a key stay the same inside something that is rendered as a whole.",
        "<div><p>{% if flag %}<span>{% endif %}{{ title }}{% if flag %}</span>{% endif %}{% for row in rows %}"
        '<b live-key="{{ row.uid }}">{{ row.name }}</b>{% endfor %}</p></div>',
        [{"rows": rows(1, 2)}, {"rows": rows(2, 3, 1)}, {"rows": rows(1, 3), "title": "x", "flag": True}],
    ),
    "key_in_tag": Golden(
        "A key that stands in a tag with other dynamics.",
        '<ul>{% for row in dicts %}<li{% if row.flag %} hidden{% endif %} live-key="k{{ row.uid }}">{{ row.n }}</li>'
        "{% endfor %}</ul>",
        [{"dicts": rows(2)}, {"dicts": rows(1, 2)}, {"dicts": [row(2, flag=False), row(3), row(1)]}],
    ),
    "generator_in_rows": Golden(
        "A generator that was given a name is gone through in the first row, and empty in the others.",
        "<ul>{% with words=stream %}{% for row in rows %}<li>{% for word in words %}{{ word }}{% empty %}<i>none</i>"
        "{% endfor %}</li>{% endfor %}{% endwith %}</ul>",
        [{}, {"words": ["a"], "rows": rows(1)}, {"words": ["a"], "rows": rows(1, 2)}],
    ),
    "generator_with_a_name": Golden(
        "A generator that was given a name is gone through once.",
        "<ul>{% with words=stream %}{% for word in words %}<li>{{ word }}</li>{% empty %}<li>none</li>{% endfor %}"
        "{% endwith %}</ul>",
        [{}, {"words": ["a"]}, {"words": ["a", "b"]}, {}],
    ),
    "row_gives_a_name": Golden(
        "A name that a row gives is there in the rows behind it.",
        "<ul>{% for word in words %}<li>{{ title }}{% firstof word as title %}</li>{% endfor %}</ul>",
        [{"title": "x"}, {"title": "x", "words": ["a", "b"]}, {"title": "x", "words": ["b", "a", "c"]}],
    ),
    "svg_names": Golden(
        "Attributes of elements inside which there is HTML again.",
        '<svg><foreignObject viewBox="{{ title }}"></foreignObject><title viewBox="{{ title }}">x</title></svg>',
        [{"title": "a"}, {"title": "b"}],
    ),
    "link_or_not": Golden(
        "A link around a text, or only the text.",
        '<div><p>{% if flag %}<a href="/{{ n }}/">{% endif %}{{ title }}{% if flag %}</a>{% endif %}'
        "</p><p>{{ n }}</p></div>",
        [{"title": "a"}, {"title": "a", "flag": True}, {"title": "b", "flag": True, "n": 1}, {"title": "b"}],
    ),
}


def case_of(golden: Golden) -> Case:
    return Case({name: Part(source) for name, source in {**golden.others, "main": golden.main}.items()}, golden.states)


def contents(golden: Golden) -> str:
    """The file of a golden case."""
    told = recorded(case_of(golden))
    assert told is not None, golden.main
    told["steps"] = [{"state": state, **step} for state, step in zip(golden.states[1:], told["steps"], strict=True)]
    file = {
        "about": golden.about,
        "template": golden.main,
        **({"templates": golden.others} if golden.others else {}),
        "state": golden.states[0],
        **told,
    }
    return readable(file)


def readable(file: dict[str, Any]) -> str:
    """JSON with a line for each thing that a person would look at."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def lines(value: Any, depth: int) -> str:
        if depth == 0 or not value or not isinstance(value, (dict, list)):
            return line(value)
        inside = "  " * (4 - depth)
        if isinstance(value, list):
            return "[\n" + ",\n".join(inside + lines(each, depth - 1) for each in value) + "\n" + inside[2:] + "]"
        pairs = (f"{inside}{line(key)}: {lines(each, DEEPER.get(key, 0))}" for key, each in value.items())
        return "{\n" + ",\n".join(pairs) + "\n" + inside[2:] + "}"

    return lines(file, 3) + "\n"


DEEPER = {"steps": 2, "forms": 1, "templates": 1}
"""How many levels below these have lines of their own."""


def write() -> None:
    """Write the files anew."""
    FOLDER.mkdir(exist_ok=True)
    made = {FOLDER / f"{name}.json": contents(golden) for name, golden in GOLDEN.items()}
    for path in FOLDER.glob("*.json"):
        if path not in made:
            path.unlink()
    for path, text in made.items():
        path.write_text(text, "utf-8")
