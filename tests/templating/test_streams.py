"""Loops over streams: what is sent, what is asked for, and that the page is what a rendering of everything would be."""

from __future__ import annotations

import msgpack
import pytest
from django.contrib.auth.models import Group
from hypothesis import given, settings
from hypothesis import strategies as st

from liveactions import Component
from liveactions.components.streams import Stream, settle_streams, stream
from liveactions.errors import DeclarationError, LocalError
from liveactions.rendering.blocks import Kind
from tests.templating.reference import Desk

LIST = "<ul>{% for entry in entries %}<li>{{ entry.id }} {{ entry.text }}</li>{% endfor %}</ul>"


def entry(number: int, text: str = "x") -> dict[str, object]:
    return {"id": number, "text": text}


class Shelf:
    """Where items are that a stream has forgotten. Remembers what it was asked for."""

    def __init__(self) -> None:
        self.items: dict[int, dict[str, object]] = {}
        self.asked: list[list[int]] = []

    def load(self, keys: list[int]) -> list[dict[str, object]]:
        self.asked.append(keys)
        return [self.items[key] for key in reversed(keys) if key in self.items]

    def put(self, *entries: dict[str, object]) -> None:
        self.items.update({int(str(each["id"])): each for each in entries})


class Page(Desk):
    """A desk whose component has the stream ``entries``, first with the entries 1, 2 and 3."""

    def __init__(self, source: str = LIST, *, limit: int | None = None, texts: str = "abc") -> None:
        self.shelf = shelf = Shelf()

        class Log(Component):
            template = source
            entries: Stream[dict] = stream("id", limit=limit, load=shelf.load)
            other: Stream[dict] = stream("id")
            mood: str = "calm"
            tags: list[str] = []
            plain: list[dict] = []

            @property
            def either(self):
                return self.plain or self.entries

        super().__init__(Log(), source)
        self.entries: Stream[dict[str, object]] = self.component.entries
        self.shelf.put(*(entry(number, text) for number, text in enumerate(texts, 1)))
        self.entries.reset(list(self.shelf.items.values()))
        self.fresh()
        settle_streams(self.component)

    def give(self, method: str, item: dict[str, object], *args: int, **options: int) -> list[object]:
        """Do something with an item, and bring the page up to date."""
        self.shelf.put(item)
        getattr(self.entries, method)(item, *args, **options)
        return self.told()

    def told(self, *dirty: str) -> list[object]:
        changes = self.change("entries", *dirty)
        settle_streams(self.component)
        return changes


# What is sent ------------------------------------------------------------------------------------------------------


def test_a_first_rendering_needs_no_loading():
    page = Page()
    assert page.html() == "<ul><li>1 a</li><li>2 b</li><li>3 c</li></ul>"
    assert page.shelf.asked == []


def test_a_new_item_is_one_new_row():
    page = Page()
    assert page.give("append", entry(4, "d")) == [0, [[0, 3, -1, [["4 d"]]]]]
    assert page.give("prepend", entry(5, "e")) == [0, [[-1, [["5 e"]], 0, 4]]]
    assert page.html() == "<ul><li>5 e</li><li>1 a</li><li>2 b</li><li>3 c</li><li>4 d</li></ul>"
    assert page.shelf.asked == []


def test_an_updated_item_is_one_row_with_all_its_values():
    page = Page()
    assert page.give("update", entry(2, "B")) == [0, [None, 1, [-1, ["2 B"]]]]
    assert page.html() == "<ul><li>1 a</li><li>2 B</li><li>3 c</li></ul>"


def test_a_deleted_item_is_a_row_less():
    page = Page()
    page.entries.delete(2)
    assert page.told() == [0, [[0, 1, 2, 1]]]


def test_a_moved_item_is_not_rendered_again():
    page = Page()
    page.entries.move(3, 0)
    assert page.told() == [0, [[2, 1, 0, 2]]]
    assert page.shelf.asked == []


def test_an_item_that_is_inserted_again_moves_and_is_renewed():
    page = Page()
    assert page.give("insert", entry(3, "C"), 0) == [0, [[2, 1, 0, 2], 0, [-1, ["3 C"]]]]
    assert page.html() == "<ul><li>3 C</li><li>1 a</li><li>2 b</li></ul>"


def test_over_the_limit_rows_leave_at_the_other_end():
    page = Page(limit=3)
    assert page.give("append", entry(4, "d")) == [0, [[1, 2, -1, [["4 d"]]]]]
    assert page.give("prepend", entry(5, "e")) == [0, [[-1, [["5 e"]], 0, 2]]]
    assert page.html() == "<ul><li>5 e</li><li>2 b</li><li>3 c</li></ul>"


def test_nothing_is_sent_or_evaluated_when_nothing_is_pending():
    page = Page()
    with page.counting() as evaluated:
        assert page.told() == []
    assert [slot.kind for slot in evaluated] == [Kind.LOOP]
    assert page.shelf.asked == []


def test_a_stream_is_passed_over_when_other_fields_change():
    page = Page()
    with page.counting() as evaluated:
        assert page.change("mood") == []
    assert evaluated == []


def test_only_rows_with_news_are_evaluated():
    page = Page(texts="abcdefgh")
    with page.counting() as evaluated:
        page.give("update", entry(4, "D"))
    assert [slot.kind for slot in evaluated] == [Kind.LOOP, Kind.RUN]


def test_an_emptied_stream_shows_what_stands_for_nothing():
    page = Page("<ul>{% for entry in entries %}<li>{{ entry.text }}</li>{% empty %}<li>none</li>{% endfor %}</ul>")
    page.entries.clear()
    assert page.told() == [0, [1, []]]
    assert page.give("append", entry(7, "g")) == [0, [0, [[["g"]]]]]
    assert page.html() == "<ul><li>g</li></ul>"


def test_a_stream_can_be_gone_through_backwards():
    page = Page("<ul>{% for entry in entries reversed %}<li>{{ entry.text }}</li>{% endfor %}</ul>")
    assert page.html() == "<ul><li>c</li><li>b</li><li>a</li></ul>" == page.django()
    page.give("append", entry(4, "d"))
    assert page.html() == "<ul><li>d</li><li>c</li><li>b</li><li>a</li></ul>" == page.django()


def test_what_counts_its_rows_does_not_load_them():
    page = Page(
        "<p>{{ entries|length }}{% if entries %}!{% endif %}{% for e in entries %}<i>{{ e.id }}</i>{% endfor %}</p>"
    )
    page.give("append", entry(4))
    assert page.html().startswith("<p>4!")
    assert page.shelf.asked == []


# What is loaded ----------------------------------------------------------------------------------------------------


def test_a_whole_rendering_loads_what_is_not_at_hand():
    page = Page()
    page.shelf.put(entry(4, "d"))
    page.entries.append(entry(4, "d"))
    assert page.fresh() == "<ul><li>1 a</li><li>2 b</li><li>3 c</li><li>4 d</li></ul>"
    assert page.shelf.asked == [[1, 2, 3]]


def test_rows_whose_item_is_gone_leave_the_stream():
    page = Page()
    del page.shelf.items[2]
    assert page.fresh() == "<ul><li>1 a</li><li>3 c</li></ul>"
    assert page.entries.keys == (1, 3)


def test_a_row_that_the_page_lacks_is_loaded():
    page = Page()
    page.shelf.put(entry(4, "d"))
    page.entries.append(entry(4, "d"))
    page.entries.settle()  # as after a rendering that has shown it elsewhere
    assert page.told() == [0, [[0, 3, -1, [["4 d"]]]]]
    assert page.shelf.asked == [[4]]


def test_without_a_way_to_load_the_error_says_so():
    page = Page("<ul>{% for entry in other %}<li>{{ entry.id }}</li>{% endfor %}</ul>")
    page.component.other.append(entry(1))
    page.change("other")
    settle_streams(page.component)
    assert page.change("other") == []
    with pytest.raises(LocalError, match=r"Log.other has to render 1 of its rows again.*stream\(load=…\)"):
        page.fresh()


def test_a_branch_that_opens_later_shows_all_rows():
    page = Page(f"<div>{{% if mood == 'open' %}}{LIST}{{% endif %}}</div>")
    page.give("append", entry(4, "d"))
    page.set(mood="open")
    assert page.html() == "<div><ul><li>1 a</li><li>2 b</li><li>3 c</li><li>4 d</li></ul></div>"


@pytest.mark.django_db
def test_model_instances_are_fetched_in_one_query(django_assert_num_queries):
    class Groups(Component):
        template = "<ul>{% for group in groups %}<li>{{ group.name }}</li>{% endfor %}</ul>"
        groups: Stream[Group] = stream()

    made = [Group.objects.create(name=name) for name in "abc"]
    desk = Desk(Groups(), Groups.template)
    desk.component.groups.reset(reversed(made))
    assert desk.fresh() == "<ul><li>c</li><li>b</li><li>a</li></ul>"
    settle_streams(desk.component)
    made[1].delete()
    with django_assert_num_queries(1):
        assert desk.fresh() == "<ul><li>c</li><li>a</li></ul>"
    assert len(desk.component.groups) == 2


# What rows read ----------------------------------------------------------------------------------------------------


def test_a_field_that_rows_read_renews_all_of_them():
    page = Page("<ul>{% for entry in entries %}<li>{{ entry.text }} {{ mood }} {{ tags.0 }}</li>{% endfor %}</ul>")
    vars(page.component)["mood"] = "wild"
    assert page.told("mood") == [0, [None, 0, [-1, ["a wild "]], 1, [-1, ["b wild "]], 2, [-1, ["c wild "]]]]
    page.component.tags.append("t")
    page.told("tags")
    assert page.html() == page.django()


def test_a_field_that_was_only_touched_renews_none():
    page = Page("<ul>{% for entry in entries %}<li>{{ entry.text }} {{ tags.0 }}</li>{% endfor %}</ul>")
    assert page.told("tags", "mood") == []
    assert page.shelf.asked == []


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("{{ forloop.counter }}", "forloop.counter"),
        ("{% if forloop.first %}x{% endif %}", "forloop.first"),
        ("{% cycle 'a' 'b' %}", "forloop.counter0"),
        ("{% cycle 'a' 'b' as colour silent %}", "{% cycle %}"),
        ("{% ifchanged entry.text %}x{% endifchanged %}", "{% ifchanged %}"),
        ("{% for t in tags %}{{ forloop.parentloop.last }}{% endfor %}", "forloop.last"),
    ],
)
def test_what_depends_on_other_rows_is_refused(row, what):
    with pytest.raises(DeclarationError) as refused:
        Page(f"<ul>{{% for entry in entries %}}<li>{row}</li>{{% endfor %}}</ul>")
    assert f"the rows of a stream read {what}, but they stay as they are" in str(refused.value)
    assert ", line 1: " in str(refused.value)


def test_the_variable_of_a_loop_around_is_refused():
    page = Page("<p>{% for tag in tags %}{% for e in entries %}<i>{{ tag }}</i>{% endfor %}{% endfor %}</p>")
    with pytest.raises(DeclarationError, match="the rows of a stream read tag, of a loop around them"):
        page.set(tags=["a"])


def test_a_loop_inside_a_row_has_positions_of_its_own():
    letters = "{% for c in e.text %}<b>{{ forloop.counter }}{% ifchanged c %}{{ c }}{% endifchanged %}</b>{% endfor %}"
    page = Page(f"<ul>{{% for e in entries %}}<li>{letters}</li>{{% endfor %}}</ul>")
    page.give("append", entry(4, "ddo"))
    assert page.html() == page.django()
    assert "<b>1d</b><b>2</b><b>3o</b>" in page.html()


# Components, other sequences, memos --------------------------------------------------------------------------------

LINE = "{% load live %}{% live 'tests.line' key=entry.id text=entry.text %}"
NESTED = f"<ul>{{% for entry in entries %}}<li>{LINE}</li>{{% endfor %}}</ul>"


def test_components_in_rows_stay_and_go_with_them():
    page = Page(NESTED)
    assert page.nursery.standing == {"tests.line:1", "tests.line:2", "tests.line:3"}
    page.memo = msgpack.unpackb(msgpack.packb(page.program.dry(page.memo)))  # it may have waited in the store
    assert page.give("append", entry(4)) == [0, [[0, 3, -1, [[[4, "<i>tests.line:4</i>"]]]]]]
    page.entries.delete(2)
    page.told()
    assert page.nursery.standing == {"tests.line:1", "tests.line:3", "tests.line:4"}
    page.fresh()
    assert page.nursery.ids["tests.line:4"] == 4
    assert page.nursery.standing == {"tests.line:1", "tests.line:3", "tests.line:4"}


def test_components_go_when_a_list_takes_the_place_of_a_stream():
    page = Page(NESTED.replace("in entries", "in either"))
    page.set(plain=[entry(9)])
    assert page.nursery.standing == {"tests.line:9"}
    page.set(plain=[])
    assert page.nursery.standing == {"tests.line:1", "tests.line:2", "tests.line:3"}


def test_a_list_and_a_stream_may_take_turns():
    page = Page(LIST.replace("in entries", "in either"))
    page.set(plain=[entry(1, "list")])
    assert page.html() == "<ul><li>1 list</li></ul>"
    page.set(plain=[])
    assert page.html() == "<ul><li>1 a</li><li>2 b</li><li>3 c</li></ul>"


def test_the_memo_can_wait_in_the_store():
    page = Page()
    page.memo = msgpack.unpackb(msgpack.packb(page.program.dry(page.memo)))
    page.give("insert", entry(4), 1)
    page.entries.delete(1)
    page.told()
    assert page.html() == page.django()


# Always ------------------------------------------------------------------------------------------------------------

KEYS = st.integers(1, 9)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), KEYS, st.integers(-6, 6)),
        st.tuples(st.just("update"), KEYS),
        st.tuples(st.just("delete"), KEYS),
        st.tuples(st.just("move"), KEYS, st.integers(-6, 6)),
        st.tuples(st.just("reset"), st.lists(KEYS, max_size=7)),
        st.tuples(st.just("tell")),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(STEPS, st.sampled_from([None, 1, 2, 5]))
def test_the_page_is_always_what_a_whole_rendering_shows(steps, limit):
    page = Page(
        "<ul>{% for e in entries %}<li>{{ e.id }}</li>{{ e.text }}{% empty %}<i>{{ mood }}</i>{% endfor %}</ul>",
        limit=limit,
    )
    for turn, (name, *args) in enumerate(steps):
        if name in ("insert", "update"):
            page.shelf.put(entry(args[0], f"{turn}"))
            getattr(page.entries, name)(page.shelf.items[args[0]], *args[1:])
        elif name == "reset":
            page.shelf.put(*(entry(key, f"{turn}") for key in args[0]))
            page.entries.reset([page.shelf.items[key] for key in args[0]])
        elif name == "tell":
            page.told()
            assert page.html() == page.django()
        else:
            getattr(page.entries, name)(*args)
    page.told()
    assert page.shelf.asked.count([]) == 0
    assert page.html() == page.django()
