"""The request of a call, which is made when it is first asked for."""

from __future__ import annotations

from typing import Any

from liveactions.components import ActionRequest, Component
from liveactions.components.asked import answer_in
from liveactions.components.watch import begin, settle, touched


class Board(Component):
    name = "asked.board"
    template = "<p></p>"
    tags: list[str] = []


class Scene:
    """Makes requests, and counts them."""

    def __init__(self, user: Any = "ana") -> None:
        self.user = user
        self.made: list[ActionRequest] = []

    def present_request(self) -> ActionRequest:
        self.made.append(ActionRequest(user=self.user))
        return self.made[-1]


def test_a_call_whose_action_does_not_ask_for_its_request_has_none_made():
    board, scene = Board(), Scene()
    answer_in(board, scene)
    assert scene.made == []


def test_a_request_is_made_once():
    board, scene = Board(), Scene()
    answer_in(board, scene)
    assert board.request is board.request is scene.made[0]
    assert len(scene.made) == 1


def test_the_next_call_has_another_one():
    board, first, second = Board(), Scene("ana"), Scene("ben")
    answer_in(board, first)
    assert board.user == "ana"
    answer_in(board, second)
    assert board.user == "ben"


def test_one_that_was_given_counts_until_the_next_call():
    board, scene = Board(), Scene()
    given = board.request = ActionRequest(user="ben")
    assert board.request is given
    answer_in(board, scene)
    assert board.request is scene.made[0]


def test_outside_of_a_call_there_is_none():
    board, scene = Board(), Scene()
    assert board.request is None
    answer_in(board, scene)
    board.request = None
    assert board.request is None


def test_whoever_has_the_user_from_it_may_have_put_something_of_the_state_there():
    board = Board()
    answer_in(board, Scene())
    with begin(board):
        board.tags.append("x")
        assert board.request is not None
        _ = board.request.user
    touched(board)
    settle(board)
    with begin(board):
        assert touched(board) == frozenset()
        _ = board.user
        assert touched(board) == {"tags"}
