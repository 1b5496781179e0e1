"""The component itself: made, mounted, asked who and where it is."""

from __future__ import annotations

import pytest

from liveactions import audience
from liveactions.components import ActionRequest, Component, bind_mount, check, declaration, dump, field, restore
from liveactions.errors import ArgumentError, LocalError


class Board(Component):
    template = "<p>{{ title }}</p>"
    title: str
    limit: int = 10
    tags: list[str] = field(default_factory=list)


def mounted(cls, **params):
    component = cls.create(params)
    bind_mount(component)()
    check(component)
    return component


def test_mounting_gives_each_parameter_to_the_field_of_its_name():
    board = mounted(Board, title="Orders", limit="5")
    assert (board.title, board.limit, board.tags) == ("Orders", 5, [])


def test_an_unknown_parameter_is_refused_with_the_list_of_those_allowed():
    with pytest.raises(ArgumentError, match=r"Board takes no argument 'titel'.*Allowed are: limit, tags, title") as no:
        mounted(Board, titel="Orders")
    assert no.value.code == "argument.unknown"


def test_a_missing_parameter_is_named():
    with pytest.raises(ArgumentError, match="needs the parameter 'title'") as refused:
        mounted(Board)
    assert (refused.value.code, refused.value.detail["path"]) == ("argument.missing", "title")


def test_a_parameter_that_does_not_fit_is_refused_with_its_path():
    with pytest.raises(ArgumentError) as refused:
        mounted(Board, title="Orders", tags=["a", 7])
    assert (refused.value.code, refused.value.detail["path"]) == ("argument.invalid", "tags.1")


def test_a_mount_of_its_own_has_its_own_checked_parameters():
    class Own(Board):
        def mount(self, number: int, *, loud: bool = False):
            self.title = f"{number}{'!' if loud else ''}"

    assert mounted(Own, number="3", loud="on").title == "3!"
    with pytest.raises(ArgumentError, match="Allowed are: loud, number"):
        mounted(Own, title="Orders")


def test_a_mount_can_do_what_the_default_does_and_more():
    class More(Board):
        def mount(self, extra: int = 1, **params):
            super().mount(**params)
            self.limit += extra

    assert mounted(More, title="Orders", extra="2").limit == 12


def test_a_mount_that_forgets_a_field_is_told_so():
    class Forgetful(Board):
        def mount(self): ...

    with pytest.raises(LocalError, match=r"Forgetful has no value for: title"):
        mounted(Forgetful)


def test_parameters_may_have_any_name_even_self():
    class Odd(Component):
        def mount(this, self: int):
            this.seen = self

    assert Odd.create({"self": "4"})._params == {"self": "4"}
    assert mounted(Odd, self="4").seen == 4


def test_parameters_are_gone_once_it_is_mounted():
    board = mounted(Board, title="Orders")
    assert "_params" not in vars(board)


def test_restoring_runs_neither_mount_nor_init():
    class Once(Board):
        def mount(self, **params):
            super().mount(**params)
            self.limit += 1

    again = restore(Once, dump(mounted(Once, title="Orders")))
    assert again.limit == 11
    assert type(again) is Once


def test_the_user_is_that_of_the_call_and_else_the_one_it_was_mounted_for():
    board = Board()
    assert board.user is None
    board._user = "ana"
    assert board.user == "ana"
    board.request = ActionRequest(user="ben")
    assert board.user == "ben"


def test_a_call_without_a_user_is_not_answered_as_the_one_it_was_mounted_for():
    board = Board()
    board._user, board.request = "ana", ActionRequest(user=None)
    assert board.user is None


def test_its_address_is_the_audience_of_this_one_component():
    board = Board()
    board.page, board.id = "p1", 3
    assert board.address == audience.component("p1", 3)


def test_its_text_says_which_one_it_is():
    board = Board()
    assert repr(board) == "<Board 0 of page ->"
    board.page, board.id = "p1", 3
    assert repr(board) == "<Board 3 of page p1>"


def test_it_follows_no_topic_unless_it_says_so():
    assert list(Board().topics()) == []


def test_a_template_is_inherited_and_a_class_without_one_can_only_be_subclassed():
    class Child(Board):
        pass

    class Bare(Component):
        pass

    assert declaration(Child).template == Board.template
    assert declaration(Child).concrete
    assert not declaration(Bare).concrete


def test_a_template_that_is_handed_a_class_does_not_make_an_instance():
    assert Board.do_not_call_in_templates is True
    assert "do_not_call_in_templates" not in declaration(Board).fields
