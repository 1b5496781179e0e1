"""What a shared component may declare, and which is the same one."""

from __future__ import annotations

import pytest

from liveactions import Present, SharedComponent, Stream, action, on, presence, stream
from liveactions.components import NoViewer, Showing, declaration, key_of, restore, shared_class
from liveactions.components.shared import showing_params
from liveactions.components.state import dump
from liveactions.errors import DeclarationError, LocalError
from liveactions.results.audience import Audience


class Board(SharedComponent):
    name = "shared.board"
    template = "<p>{{ team }}</p>"
    team: int = 1


def test_with_the_same_parameters_it_is_the_same_one():
    assert key_of("shared.board", {"team": 7, "year": 26}) == key_of("shared.board", {"year": 26, "team": 7})


def test_a_number_and_its_text_are_the_same():
    assert key_of("shared.board", {"team": 7}) == key_of("shared.board", {"team": "7"})


@pytest.mark.parametrize("other", [{}, {"team": 8}, {"team": None}, {"teams": 7}, {"team": [7]}])
def test_with_other_parameters_it_is_another_one(other):
    assert key_of("shared.board", {"team": 7}) != key_of("shared.board", other)


def test_another_class_is_another_one():
    assert key_of("shared.board", {"team": 7}) != key_of("shared.table", {"team": 7})


def test_the_key_tells_no_parameter():
    assert "secret" not in key_of("shared.board", {"team": "secret"})


def test_a_place_on_a_page_is_kept_and_restored():
    showing = Showing(**showing_params("shared.board", {"team": 7}))
    for name, value in showing_params("shared.board", {"team": 7}).items():
        setattr(showing, name, value)
    showing.version, showing.epoch, showing.offset = 4, "e", 9
    again = restore(Showing, dump(showing))
    assert (again.of, again.given, again.key, again.version) == ("shared.board", {"team": 7}, showing.key, 4)
    assert again.topics() == [Audience(f"={showing.key}")]


def test_it_is_told_from_an_ordinary_component():
    assert shared_class(Board)
    assert not shared_class(Showing)


def test_everybody_may_see_it_unless_it_says_otherwise():
    assert Board.create().may_view(None)


def test_there_is_no_user_but_that_of_the_call():
    with pytest.raises(LocalError, match="shared, and 'user' was asked for"):
        _ = Board.create().user


def test_what_was_refused_is_remembered_once():
    nobody = NoViewer()
    refused = nobody.refuse(Board.create(), "perms")
    with pytest.raises(LocalError) as told:
        nobody.check()
    assert told.value is refused
    nobody.check()


def test_its_address_is_everybody_who_sees_it():
    board = Board.create()
    board.page = "shared.board.0123"
    assert board.address == Audience("=shared.board.0123")


@pytest.mark.parametrize("made", [stream(list), presence("board")])
def test_what_belongs_to_one_page_cannot_be_its_state(made):
    annotation = Stream[str] if "Stream" in type(made).__name__ else list[Present]
    with pytest.raises(DeclarationError, match="is shared"):
        type("Wrong", (SharedComponent,), {"__annotations__": {"rows": annotation}, "rows": made})


def test_an_action_that_cannot_be_run_again_cannot_be_declared():
    def generator(self):
        yield None

    for wrong in (
        action(generator),
        action(background=True)(lambda self: None),
        action(parallel=True)(lambda self: None),
    ):
        with pytest.raises(DeclarationError, match="may have to be run again"):
            type("Wrong", (SharedComponent,), {"go": wrong})


def test_a_listener_cannot_be_a_generator():
    @on("moved")
    def moved(self):
        yield None

    with pytest.raises(DeclarationError, match="is a generator"):
        type("Wrong", (SharedComponent,), {"moved": moved})


def test_a_subclass_may_not_take_the_names_that_the_package_gives():
    with pytest.raises(DeclarationError, match="'user'"):
        type("Wrong", (SharedComponent,), {"user": 1})


def test_it_is_inherited_like_any_component():
    class Wide(Board):
        name = "shared.wide"
        width: int = 2

    assert list(declaration(Wide).fields) == ["team", "width"]
    assert shared_class(Wide)
