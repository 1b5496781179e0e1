"""Templates, one for each thing that Django's language can do, and states for them to go through."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal
from typing import Any

from django.utils.safestring import mark_safe

from liveactions import Component


class Person:
    """An object with attributes of its own, and with things that are not."""

    def __init__(self, name: str, age: int = 0) -> None:
        self.name = name
        self.age = age

    def __str__(self) -> str:
        return f"Person {self.name}"

    @property
    def shout(self) -> str:
        return self.name.upper()

    def greet(self) -> str:
        return f"Hello {self.name}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Person) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


class Every(Component):
    """A component with a field for whatever a template may want."""

    template = "x"
    count: int = 0
    total: float = 2.5
    price: Decimal = Decimal("3.10")
    title: str = "a <b> & 'c'"
    html: Any = ""
    on: bool = False
    off: bool = True
    word: str = "de"
    part: str = "part.html"
    when: datetime = datetime(2024, 5, 6, 7, 8, tzinfo=timezone.utc)
    day: date = date(2024, 5, 6)
    items: list[Any] = []
    table: dict[str, Any] = {}
    person: Any = None
    nothing: Any = None

    kind = "an attribute of the class"

    @property
    def shouted(self) -> str:
        return self.title.upper()

    def twice(self) -> int:
        return self.count * 2


TEMPLATES = {
    "base.html": (
        "<main>{% block head %}<h1>{{ title }}</h1>{% endblock %}{% block body %}<p>base {{ count }}</p>"
        "{% endblock %}</main>"
    ),
    "middle.html": (
        "{% extends 'base.html' %}{% block body %}<section>{{ block.super }}{{ word }}</section>{% endblock %}"
    ),
    "part.html": "<em>{{ count }}:{{ given }}</em>",
    "words.html": "{{ count }} and {{ given }}",
    "naming.html": "{% url 'login' as address %}<a href='{{ address }}'>{{ title }}</a>",
    "deep/one.html": "{% include './two.html' %}",
    "deep/two.html": "<b>{{ title }}</b>",
    "tree.html": "<ul>{{ depth }}{% if depth %}{% include 'tree.html' with depth=0 %}{% endif %}</ul>",
    "card.html": "<article>{{ title }}</article>",
    "cycling.html": "<i class='{% cycle 'a' 'b' %}'>{{ n }}</i>",
}

State = dict[str, Any]

COUNTS: tuple[State, ...] = ({"count": 1}, {"count": 1}, {"title": "new"}, {"count": 2, "title": "<x>"}, {"on": True})
SWITCHES: tuple[State, ...] = ({"on": True}, {"count": 3}, {"off": False}, {"on": False, "count": 4}, {"on": True})
PEOPLE: tuple[State, ...] = (
    {"person": Person("Ada", 36)},
    {"count": 1},
    {"person": Person("Bob")},
    {"person": None},
    {"person": {"name": "a dict", "age": 3}},
)
ITEMS: tuple[State, ...] = (
    {"items": [1, 2, 3]},
    {"count": 7},
    {"items": [3, 1, 2, 4]},
    {"items": []},
    {"items": ["<a>", "b"]},
    {"items": ["<a>", "c"], "count": 9},
)
RECORDS: tuple[State, ...] = (
    {"items": [Person("Ada", 1), Person("Bob", 2)]},
    {"items": [Person("Bob", 2), Person("Ada", 1), Person("Cid", 3)]},
    {"on": True},
    {"count": 5},
    {"items": [{"name": "Dan", "age": 1}, Person("Eve", 1)]},
)

FEATURES: dict[str, tuple[str, tuple[State, ...]]] = {
    # ── variables ──
    "a number": ("<p>{{ count }}</p>", COUNTS),
    "several in one text": ("<p>{{ count }} of {{ total }}: {{ title }}</p>", COUNTS),
    "an attribute": ("<p class='{{ title }} {{ count }}' data-a=\"{{ count }}\">x</p>", COUNTS),
    "an unquoted attribute": ("<p id={{ count }}>x</p>", COUNTS),
    "a tag": ("<input {% if on %}checked{% endif %} value='{{ count }}'>", SWITCHES),
    "a script": ("<div><script>let a = {{ count }}</script><style>.a { top: {{ count }}px }</style></div>", COUNTS),
    "a text area": ("<textarea>{{ title }}</textarea>", COUNTS),
    "safe html": ("<p>{{ html }}</p>", ({"html": mark_safe("<b>x</b>")}, {"html": "<b>x</b>"}, {"html": 3})),
    "what the class has": ("<p>{{ kind }} {{ shouted }} {{ twice }}</p>", COUNTS),
    "what is not there": (
        "<p>[{{ missing }}] [{{ missing.too }}] [{{ count.missing }}] [{{ missing|default:count }}]</p>",
        COUNTS,
    ),
    "constants": ("<p>{{ 'a' }} {{ 5 }} {{ True }} {{ None }} {{ 'x'|upper }}</p>", COUNTS),
    "an object": (
        "<p>{{ person }} {{ person.name }} {{ person.age }} {{ person.shout }} {{ person.greet }}</p>",
        PEOPLE,
    ),
    "a list": (
        "<p>{{ items }} {{ items.0 }} {{ items.9 }} {{ items|length }} {{ items|first }} {{ items|join:', ' }}</p>",
        ITEMS,
    ),
    "a table": (
        "<p>{{ table.a }} {{ table.items }} {{ table.missing }} {{ table.nested.x }}</p>",
        ({"table": {"a": 1}}, {"table": {"nested": {"x": 2}}}, {"table": {"items": 3}}, {"count": 1}),
    ),
    "methods of what never changes": (
        "<p>{{ title.upper }} {{ title.split.0 }} {{ day.year }} {{ day.isoformat }}</p>",
        COUNTS,
    ),
    "dates and decimals": (
        "<p>{{ when }} {{ day }} {{ price }} {{ total }} {{ when|date:'Y' }}</p>",
        ({"total": 1.0}, {"price": Decimal("1.00")}),
    ),
    "filters": (
        "<p>{{ title|upper|truncatechars:count }} {{ count|add:count }} {{ on|yesno:'a,b' }}</p>",
        (*COUNTS, {"count": 99}),
    ),
    "a filter that nobody knows": ("{% load tried %}<p>{{ title|shout }} {{ title|whisper }}</p>", COUNTS),
    "csrf token": ("<form>{% csrf_token %}<input value='{{ count }}'></form>", COUNTS),
    # ── branches ──
    "if": ("<div>{% if on %}<b>{{ count }}</b>{% endif %}</div>", SWITCHES),
    "if else": (
        "<div>{% if on %}<b>{{ count }}</b>{% elif off %}<u>{{ title }}</u>{% else %}<i>no</i>{% endif %}</div>",
        SWITCHES,
    ),
    "conditions": (
        (
            "<div>{% if count > 2 and not on or title == 'new' %}<b>1</b>{% endif %}"
            "{% if count in items %}<b>2</b>{% endif %}{% if missing %}<b>3</b>{% endif %}"
            "{% if person.age > 3 %}<b>4</b>{% endif %}{% if count|add:1 == 4 %}<b>5</b>{% endif %}</div>"
        ),
        (*SWITCHES, *ITEMS, *PEOPLE),
    ),
    "text if": (
        "<p class='a {% if on %}on{% else %}off {{ count }}{% endif %}'>{% if on %}yes {{ title }}{% endif %}</p>",
        SWITCHES,
    ),
    "nested if": (
        "<div>{% if on %}{% if off %}<b>{{ count }}</b>{% else %}<i>{{ count }}</i>{% endif %}{% endif %}</div>",
        SWITCHES,
    ),
    "an object's truth": (
        "<div>{% if person %}<b>{{ person.name }}</b>{% else %}<i>nobody</i>{% endif %}</div>",
        PEOPLE,
    ),
    # ── scopes ──
    "with": (
        "<div>{% with a=count b=person.name %}<b>{{ a }} {{ b }}</b>{{ count }}{% endwith %}</div>",
        (*COUNTS, *PEOPLE),
    ),
    "with hides a field": (
        "<div>{% with count=title %}<b>{{ count }}</b>{% endwith %}<i>{{ count }}</i></div>",
        COUNTS,
    ),
    "with a property": (
        "<div>{% with p=person.shout %}<b>{{ p }}</b><i>{{ count }}</i>{% endwith %}</div>",
        (*PEOPLE, *COUNTS),
    ),
    "include": ("<div>{% include 'part.html' %}{% include 'part.html' with given=title %}</div>", COUNTS),
    "include only": ("<div>{% include 'part.html' with given=title only %}{{ count }}</div>", COUNTS),
    "include of text": (
        "<p title='{% include 'words.html' with given=title %}'>{% include 'words.html' %}</p>",
        COUNTS,
    ),
    "include by variable": ("<div>{% include part %}</div>", ({"count": 3}, {"part": "words.html"})),
    "include of one that includes": ("<div>{% include 'deep/one.html' %}</div>", COUNTS),
    "include of itself": ("<div>{% include 'tree.html' with depth=count %}</div>", COUNTS),
    "include that sets names": ("<div>{% include 'naming.html' %}{{ address }}</div>", COUNTS),
    "extends": ("{% extends 'base.html' %}{% block body %}<p>mine {{ count }}</p>{% endblock %}", COUNTS),
    "block super": (
        (
            "{% extends 'base.html' %}{% block body %}{{ block.super }}<p>mine {{ title }}</p>{{ block.super }}"
            "{% endblock %}"
        ),
        COUNTS,
    ),
    "two levels": (
        (
            "{% extends 'middle.html' %}{% block head %}{{ block.super }}<h2>{{ count }}</h2>{% endblock %}"
            "{% block body %}{{ block.super }}<b>{{ on }}</b>{% endblock %}"
        ),
        COUNTS,
    ),
    "super of nothing": (
        (
            "{% extends 'base.html' %}{% block head %}{% block new %}[{{ block.super }}]{{ block.name }}"
            "{% endblock %}{% endblock %}"
        ),
        COUNTS,
    ),
    "block without a parent": ("<div>{% block a %}<b>{{ count }}{{ block.name }}</b>{% endblock %}</div>", COUNTS),
    "autoescape": ("<div>{% autoescape off %}<b>{{ title }}</b>{% endautoescape %}<i>{{ title }}</i></div>", COUNTS),
    "localize": (
        (
            "{% load l10n %}<div>{% localize off %}<b>{{ total }}</b>{% endlocalize %}<i>{{ total }} "
            "{{ total|localize }} {{ total|unlocalize }}</i></div>"
        ),
        ({"total": 1234.5}, {"count": 1}),
    ),
    "time zones": (
        (
            "{% load tz %}<div>{% timezone 'Asia/Tokyo' %}<b>{{ when }}</b>{% endtimezone %}{% localtime off %}"
            "<i>{{ when }}</i>{% endlocaltime %}<u>{{ when|utc }}</u></div>"
        ),
        ({"count": 1}, {"when": datetime(2020, 1, 1, tzinfo=timezone.utc)}),
    ),
    "language": (
        (
            "{% load i18n %}<div>{% language word %}<b>{% trans 'Yes' %} {{ total }}</b>{% endlanguage %}<i>"
            "{% trans 'Yes' %}</i></div>"
        ),
        ({"word": "fr"}, {"count": 1}, {"word": "en"}),
    ),
    # ── tags that write ──
    "url": ("<a href='{% url 'login' %}?{{ count }}'>{% url 'login' %}</a>", COUNTS),
    "trans": (
        (
            "{% load i18n %}<p>{% trans 'Yes' %} {% trans title %} {% trans 'May' context 'abbrev. month' %} "
            "{{ _('No') }}</p>"
        ),
        COUNTS,
    ),
    "blocktrans": (
        (
            "{% load i18n %}<p>{% blocktrans %}Hi {{ title }}{% endblocktrans %}"
            "{% blocktrans count n=count with w=word %}{{ n }} {{ w }} thing{% plural %}{{ n }} {{ w }} things"
            "{% endblocktrans %}</p>"
        ),
        (*COUNTS, {"word": "x"}),
    ),
    "firstof": ("<p>{% firstof nothing count title %}</p>", COUNTS),
    "widthratio": ("<p>{% widthratio count 10 100 %}</p>", COUNTS),
    "templatetag": (
        (
            "<p>{% templatetag openblock %}{{ count }}{% verbatim %}{{ count }}{% endverbatim %}{# no #}"
            "{% comment %}{{ x }}{% endcomment %}</p>"
        ),
        COUNTS,
    ),
    "static": ("{% load static %}<img src='{% static 'a.png' %}'><p>{% get_static_prefix %}{{ count }}</p>", COUNTS),
    "filter": (
        "<p>{% filter upper %}a {{ title }}{% endfilter %}{% filter cut:word %}<b>{{ title }}</b>{% endfilter %}</p>",
        (*COUNTS, {"word": "n"}),
    ),
    "spaceless": ("<div>{% spaceless %} <b> {{ count }} </b> <i>x</i> {% endspaceless %}</div>", COUNTS),
    "now": ("<p>{% now 'Y' %}{{ count }}</p>", COUNTS),
    "lorem": ("<p>{% lorem 3 w %} {{ count }}</p>", COUNTS),
    # ── tags that set names ──
    "url as": (
        (
            "<div>{% url 'login' as address %}<a href='{{ address }}'>{{ count }}</a>"
            "{% url 'no-such' as none %}[{{ none }}]</div>"
        ),
        COUNTS,
    ),
    "firstof as": ("<div>{% firstof nothing title as first %}<b>{{ first }}</b><i>{{ count }}</i></div>", COUNTS),
    "widthratio as": ("<div>{% widthratio count 10 100 as w %}<b style='width: {{ w }}%'></b></div>", COUNTS),
    "now as": ("<div>{% now 'Y' as year %}<b>{{ year }}</b></div>", COUNTS),
    "trans as": (
        (
            "{% load i18n %}<div>{% trans 'Yes' as yes %}<b>{{ yes }}</b>{% blocktrans asvar hi %}Hi "
            "{{ title }}{% endblocktrans %}<i>{{ hi }}</i>{% get_current_language as l %}<u>{{ l }}</u></div>"
        ),
        COUNTS,
    ),
    "regroup": (
        "<div>{% regroup items by age as groups %}<b>{{ groups|length }} {{ groups.0.grouper }}</b></div>",
        RECORDS,
    ),
    "names set in a branch": (
        (
            "<div>{% if on %}{% url 'login' as address %}<b>{{ address }}</b>{% endif %}"
            "<a href='{{ address }}'>{{ count }}</a></div>"
        ),
        SWITCHES,
    ),
    "names set in a branch alone": (
        "<div>{% if on %}{% firstof title as t %}{% endif %}<a>{{ t }}</a>{{ count }}</div>",
        SWITCHES,
    ),
    "names set in an escape": (
        "<div>{% autoescape off %}{% firstof title as t %}<b>{{ t }}</b>{% endautoescape %}<a>{{ t }}</a></div>",
        COUNTS,
    ),
    "a name set twice": (
        "<div>{% firstof count as t %}<b>{{ t }}</b>{% firstof title as t %}<i>{{ t }}</i></div>",
        COUNTS,
    ),
    "a name that was a field": ("<div><u>{{ count }}</u>{% firstof title as count %}<i>{{ count }}</i></div>", COUNTS),
    "a name nobody uses": ("<div>{% firstof title as t %}<i>{{ count }}</i>{% firstof title as u %}</div>", COUNTS),
    "a name in the midst of a text": ("<p>{{ t }}{% firstof title as t %}{{ t }} {{ count }}</p>", COUNTS),
    # ── tags with a memory ──
    "cycle": ("<p>{% cycle 'a' 'b' %}{% cycle 'c' title %}{{ count }}</p>", COUNTS),
    "cycle by name": (
        (
            "<p>{% cycle 'a' 'b' as c %}<b>{{ c }}</b>{% cycle c %}<i>{{ c }}</i>{% resetcycle c %}"
            "{% cycle c %}{{ c }}</p>"
        ),
        COUNTS,
    ),
    "cycle in a branch": (
        "<div>{% cycle 'a' 'b' as c %}{% if on %}<b>{% cycle c %}</b>{% endif %}<i>{% cycle c %}</i></div>",
        SWITCHES,
    ),
    "ifchanged": (
        (
            "<div>{% ifchanged count %}<b>{{ count }}</b>{% else %}<i></i>{% endifchanged %}{% ifchanged %}"
            "{{ title }}{% endifchanged %}</div>"
        ),
        COUNTS,
    ),
    # ── tags of applications ──
    "simple tags": (
        "{% load tried %}<div>{% plus count 2 %}{% plus count 3 as p %}<b>{{ p }}</b>{% bold title %}</div>",
        COUNTS,
    ),
    "a tag that sets what it is told": (
        "{% load tried %}<div>{% overwrite 'count' title %}<b>{{ count }}</b><i>{{ word }}</i></div>",
        ({"title": ""}, {"count": 3}, {"title": "t"}, {"count": 4}, {"title": ""}, {"count": 5}),
    ),
    "a tag that hides a field": (
        "{% load tried %}<div><u>{{ word }}</u>{% overwrite 'count' nothing as o %}{{ o }}<b>{{ count }}</b></div>",
        ({"nothing": "n"}, {"count": 3}, {"nothing": ""}, {"count": 4}, {"word": "w"}),
    ),
    "a tag that hides what with gave": (
        (
            "{% load tried %}<div>{% with a=count %}{% overwrite 'a' title %}<b>{{ a }}</b>{% endwith %}<i>"
            "{{ a }}</i></div>"
        ),
        ({"title": ""}, {"count": 3}, {"title": "t"}, {"count": 4}),
    ),
    "a tag that hides in a branch": (
        "{% load tried %}<div>{% if on %}{% overwrite 'count' title as x %}{% endif %}<b>{{ count }}</b></div>",
        (*SWITCHES, {"title": ""}, {"count": 8}, {"on": False}),
    ),
    "a tag that looks up": (
        (
            "{% load tried %}<div>{% firstof title as t %}{% look_up 't' %}{% if on %}{% firstof 'on' as t %}"
            "{% endif %}{% look_up 't' %}</div>"
        ),
        (*COUNTS, *SWITCHES),
    ),
    "inclusion tag": ("{% load tried %}<div>{% card title %}{{ count }}</div>", COUNTS),
    "unknown block tag": (
        "{% load tried %}<div>{% surround %}<u>{{ count }}</u>{% if on %}<i></i>{% endif %}{% endsurround %}</div>",
        SWITCHES,
    ),
    "debug": ("<div>{{ count }}{% debug %}</div>", COUNTS),
    # ── loops ──
    "for": ("<ul>{% for item in items %}<li>{{ item }}</li>{% endfor %}</ul>", ITEMS),
    "for with what is around": (
        "<ul>{% for item in items %}<li class='{{ title }}'>{{ item }} {{ count }}</li>{% endfor %}</ul>",
        ITEMS,
    ),
    "for empty": (
        "<ul>{% for item in items %}<li>{{ item }}</li>{% empty %}<li>none, {{ count }}</li>{% endfor %}</ul>",
        ITEMS,
    ),
    "for reversed": (
        "<ul>{% for item in items reversed %}<li>{{ forloop.counter }} {{ item }}</li>{% endfor %}</ul>",
        ITEMS,
    ),
    "forloop": (
        (
            "<ul>{% for item in items %}<li>{{ forloop.counter }}/{{ forloop.revcounter }} "
            "{% if forloop.first %}<b>first</b>{% endif %}{% if not forloop.last %}<i>,</i>{% endif %}</li>"
            "{% endfor %}</ul>"
        ),
        ITEMS,
    ),
    "for objects": (
        (
            "<ul>{% for p in items %}<li>{{ p.name }} {{ p.age }} {{ p.shout }} {% if p.age > 1 %}<b>{{ p }}"
            "</b>{% endif %}</li>{% endfor %}</ul>"
        ),
        RECORDS,
    ),
    "for items": (
        "<ul>{% for k, v in table.items %}<li>{{ k }}={{ v }}</li>{% endfor %}</ul>",
        ({"table": {"a": 1, "b": 2}}, {"table": {"b": 3, "a": 1}}, {"table": {}}, {"count": 1}),
    ),
    "for in text": (
        (
            "<p title='{% for item in items %}{{ item }},{% endfor %}'>{% for item in items %}{{ item }}"
            "{% if not forloop.last %}, {% endif %}{% endfor %}</p>"
        ),
        (*ITEMS, *RECORDS),
    ),
    "nested for": (
        (
            "<div>{% for row in items %}<ul>{% for cell in row %}<li>{{ forloop.parentloop.counter }}."
            "{{ forloop.counter }} {{ cell }} {{ count }}</li>{% endfor %}</ul>{% endfor %}</div>"
        ),
        ({"items": [[1, 2], [3]]}, {"items": [[1, 2, 4], [3]]}, {"items": [[3], [1, 5]]}, {"count": 3}, {"items": []}),
    ),
    "with in for": (
        "<ul>{% for p in items %}{% with n=p.name %}<li>{{ n }} {{ count }}</li>{% endwith %}{% endfor %}</ul>",
        RECORDS,
    ),
    "include in for": ("<ul>{% for n in items %}{% include 'cycling.html' %}{% endfor %}</ul>", ITEMS),
    "cycle in for": (
        "<ul>{% for n in items %}<li class=\"{% cycle 'a' 'b' 'c' %}\">{{ n }}</li>{% endfor %}</ul>",
        ITEMS,
    ),
    "cycle in for in for": (
        (
            "<div>{% for row in items %}<ul>{% for n in row %}<li class=\"{% cycle 'a' 'b' %}\">{{ n }}</li>"
            "{% endfor %}</ul>{% endfor %}</div>"
        ),
        ({"items": [[1, 2, 3], [4]]}, {"items": [[1], [2, 3]]}, {"count": 1}),
    ),
    "cycle by name in for": (
        "<ul>{% for n in items %}{% cycle 'a' 'b' as c silent %}<li class='{{ c }}'>{{ n }}</li>{% endfor %}</ul>",
        ITEMS,
    ),
    "ifchanged in for": (
        (
            "<ul>{% for p in items %}{% ifchanged p.age %}<h4>{{ p.age }}</h4>{% else %}<hr>{% endifchanged %}"
            "<li>{{ p.name }}</li>{% endfor %}</ul>"
        ),
        RECORDS,
    ),
    "regroup and for": (
        (
            "<ul>{% regroup items by age as groups %}{% for g in groups %}<li>{{ g.grouper }}<b>"
            "{% for p in g.list %}<i>{{ p.name }}</i>{% endfor %}</b></li>{% endfor %}</ul>"
        ),
        RECORDS,
    ),
    "names set in for": (
        "<ul>{% for n in items %}{% firstof n count as x %}<li>{{ x }}</li>{% endfor %}</ul>{{ x }}",
        ITEMS,
    ),
    "for over a string": ("<p>{% for c in title %}<b>{{ c }}</b>{% endfor %}</p>", COUNTS),
    "for over nothing": (
        "<p>{% for c in missing %}<b>{{ c }}</b>{% empty %}<i>{{ count }}</i>{% endfor %}</p>",
        COUNTS,
    ),
    "a table of rows": (
        (
            "<table><tbody>{% for p in items %}<tr id='r{{ forloop.counter0 }}'><td>{{ p.name }}</td><td>"
            "{{ p.age }}</td></tr>{% endfor %}</tbody></table>"
        ),
        RECORDS,
    ),
    "unknown tag in for": (
        (
            "{% load tried %}<ul>{% for n in items %}<li>{% surround %}{{ n }}{% endsurround %}{{ count }}</li>"
            "{% endfor %}</ul>"
        ),
        ITEMS,
    ),
}
