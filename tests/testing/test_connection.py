"""The page's side of the numbers."""

from __future__ import annotations

import pytest

from liveactions.testing.connection import Connection, ProtocolBroken
from liveactions.wire.frames import Answer, Apply, Bye, Call, Streams, Welcome


@pytest.fixture
def connection() -> Connection:
    return Connection()


def welcome(*, recovered: bool, offset: int = 0, number: int = 0) -> Welcome:
    return Welcome("token", recovered, offset, number, 10_000, "page")


def call(connection: Connection) -> Call:
    made = connection.numbered(Call, 1, "go", {})
    assert isinstance(made, Call)
    return made


class TestNumbers:
    def test_frames_are_numbered_from_one_and_carry_what_was_applied(self, connection):
        assert (call(connection).number, call(connection).ack) == (1, 0)
        assert connection.is_news(Apply(0, 1, []))
        assert (call(connection).number, connection.applied) == (3, 1)
        assert connection.waiting[3].ack == 1

    def test_a_frame_that_was_seen_is_no_news(self, connection):
        assert connection.is_news(Apply(0, 1, []))
        assert not connection.is_news(Apply(0, 1, []))

    def test_a_gap_in_the_pages_own_stream_is_a_bug_of_the_server(self, connection):
        with pytest.raises(ProtocolBroken, match="Offset 2 came after 0"):
            connection.is_news(Apply(0, 2, []))

    def test_offsets_of_topics_may_have_holes(self, connection):
        assert connection.is_news(Apply("team.7", 5, []))
        assert not connection.is_news(Apply("team.7", 5, []))
        assert connection.is_news(Apply("team.7", 9, []))

    def test_an_answer_is_given_once(self, connection):
        made = call(connection)
        assert connection.answered(Answer(0, 1, 1, [])) is made
        with pytest.raises(ProtocolBroken, match="answered before"):
            connection.answered(Answer(0, 2, 1, []))


class TestTopics:
    def test_the_topics_followed_are_those_of_the_last_streams_frame(self, connection):
        connection.follow(Streams(0, 1, {"a": ["e", 3], "b": ["e", 1]}))
        connection.follow(Streams(0, 2, {"b": ["e", 0], "c": ["e", 2]}))
        assert connection.streams == {"b": ["e", 1], "c": ["e", 2]}

    def test_of_a_topic_that_is_followed_already_the_page_knows_its_own_place(self, connection):
        connection.follow(Streams(0, 1, {"a": ["e", 3]}))
        connection.follow(Streams(0, 2, {"a": ["e", 9], "b": ["e", 9]}))
        assert connection.streams == {"a": ["e", 3], "b": ["e", 9]}

    def test_another_epoch_begins_where_the_server_says(self, connection):
        connection.follow(Streams(0, 1, {"a": ["e", 3]}))
        connection.follow(Streams(0, 2, {"a": ["f", 1]}))
        assert connection.streams == {"a": ["f", 1]}

    def test_pong_tells_how_far_everything_has_come(self, connection):
        connection.is_news(Apply(0, 1, []))
        connection.is_news(Apply("a", 4, []))
        assert (connection.pong().ack, connection.pong().positions) == (1, {"a": 4})


class TestResuming:
    def test_the_first_hello_resumes_nothing(self, connection):
        assert connection.hello().resume is None

    def test_later_ones_bring_the_token_and_the_places(self, connection):
        connection.welcome(welcome(recovered=False))
        connection.follow(Streams(0, 1, {"a": ["e", 3]}))
        connection.is_news(Apply("unknown epoch", 4, []))
        assert connection.hello().resume == ["token", 0, {"a": ["e", 3]}]

    def test_what_the_server_has_not_taken_is_sent_again(self, connection):
        connection.welcome(welcome(recovered=False))
        first, second = call(connection), call(connection)
        assert not connection.welcome(welcome(recovered=True, number=1))
        assert connection.unsent(1) == [second]
        assert connection.unsent(0) == [first, second]

    def test_a_lost_session_begins_at_one_again(self, connection):
        connection.welcome(welcome(recovered=False))
        call(connection)
        assert connection.welcome(welcome(recovered=False))
        assert connection.waiting == {}
        assert call(connection).number == 1

    def test_bye_ends_what_still_waits(self, connection):
        call(connection)
        lost = connection.ended(Bye("frame.too_large", "Too much."))
        assert [(number, refusal.code) for number, refusal in lost.items()] == [(1, "frame.too_large")]
        assert connection.waiting == {}
