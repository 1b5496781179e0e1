"""Runs of a component: each goes back to its own beginning, and knows what the others do."""

from __future__ import annotations

import threading

from liveactions.components.watch import begin, put
from tests.components.boards import MUTABLE, Row, asked, settled

# ── Going back ──


def test_only_what_was_touched_goes_back():
    board = settled()
    rows = board.rows
    with begin(board) as look:
        board.count, board.title = 1, "new"
        board.rows.append(1)
        board.rows = None
        vars(board)["search"] = "not touched"
        look.recover()
        assert (board.count, board.title, board.search) == (0, "", "not touched")
        assert board.rows is rows
        assert rows == []


def test_what_went_back_is_touched_even_if_the_page_was_told_of_it():
    board = settled()
    with begin(board) as look:
        board.count = 1
        assert asked(board) == {"count"}  # rendered; and then an answer could not be made
        look.recover()
    assert asked(board) == {"count"}


def test_what_shares_something_with_a_value_that_went_back_is_touched_too():
    board, row = settled(), Row()
    put(board, {"rows": [row], "tags": {"a": row}})
    asked(board)
    first = begin(board)
    board.rows[0].number = 1
    board.rows = None
    second = begin(board)  # while rows holds nothing that it could remember
    first.recover()
    first.end()
    asked(board)
    second.recover()
    second.end()
    assert asked(board) == MUTABLE


def test_values_that_went_back_are_noted_when_they_are_touched_again():
    board = settled()
    put(board, {"title": [1]})
    asked(board)
    with begin(board), begin(board) as look:
        board.title = 5
        look.recover()
        board.title.append(2)
        assert asked(board) >= {"title", "rows"}


# ── Steps of one run, and runs beside each other ──


def test_after_a_renewal_one_goes_back_to_it():
    board = settled()
    with begin(board) as look:
        board.count = 1
        look.renew()
        assert look.changed() == frozenset()
        board.count = 2
        assert look.changed() == {"count"}
        look.recover()
        assert board.count == 1


def test_what_a_step_has_in_hand_counts_at_every_later_step():
    board = settled()
    with begin(board) as look:
        rows = board.rows
        asked(board)
        look.renew()
        rows.append(1)
        assert asked(board) == MUTABLE
        look.renew()
        rows.append(2)
        look.recover()
        assert board.rows == [1]
        asked(board)
    with begin(board):
        assert asked(board) == frozenset(), "the run is over"


def test_a_value_taken_in_by_one_step_counts_at_every_later_step():
    board, own = settled(), [1]
    with begin(board) as look:
        board.rows = own
        asked(board)
        look.renew()
        own.append(2)
        assert "rows" in asked(board)
        look.recover()
        assert board.rows == [1]


def test_a_run_beside_another_sees_what_that_one_does():
    board = settled()
    with begin(board) as first:
        rows = board.rows
        asked(board)
        with begin(board) as second:
            rows.append(1)
            assert asked(board) == MUTABLE
            second.recover()
            assert rows == []
            rows.append(2)
            asked(board)
        rows.append(3)
        assert asked(board) == MUTABLE
        first.recover()
    assert rows == []


def test_each_of_two_runs_goes_back_to_its_own_beginning():
    board = settled()
    first = begin(board)
    board.count = 1
    second = begin(board)
    board.count = 2
    second.recover()
    assert board.count == 1
    first.recover()
    assert board.count == 0


def test_a_watch_may_end_twice_and_knows_nothing_afterwards():
    board = settled()
    look = begin(board)
    board.count = 1
    look.end()
    look.end()
    assert look.changed(maybe=True) == frozenset()
    look.recover()
    assert board.count == 1


def test_a_watch_that_nobody_holds_is_over():
    board = settled()
    look = begin(board)
    board.rows.append(1)
    asked(board)
    assert asked(board) == MUTABLE, "the run may have them in hand"
    del look
    assert asked(board) == frozenset()


def test_two_threads_that_touch_the_same_at_once_lose_nothing():
    board = settled()
    with begin(board) as look:
        go = threading.Barrier(8)

        def work() -> None:
            go.wait()
            for number in range(50):
                board.rows.append(number)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (len(board.rows), asked(board)) == (400, MUTABLE)
        look.recover()
    assert board.rows == []
