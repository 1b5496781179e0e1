"""A page, as a user of the kit sees it."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from liveactions import HTML, Delete, Error, Event, Notify, Redirect, Toast, audience, broadcast
from liveactions.results import Signals, Whole
from liveactions.testing import NotFound, Said, TimedOut
from tests.testing.components import Counter, People, Room, Row, Rows, Search, Words


class TestReading:
    def test_a_component_is_mounted_alone_on_an_empty_page(self, live):
        page = live.open(Counter, count=2)
        assert page.text("output") == "2"
        assert page.title == "tests.counter"
        assert page.url == "/"
        assert [component.name for component in page.components] == ["tests.counter"]

    def test_a_click_returns_what_it_was_answered_without_the_patches(self, live):
        page = live.open(Counter, count=2)
        assert page.click("Add two") == [Toast("Counted to 4", level="success")]
        assert page.text("output") == "4"

    def test_results_are_kept_in_order_with_the_component_that_spoke(self, live):
        page = live.open(Counter, count=2)
        page.click("Add two")
        patch, toast = page.results
        assert isinstance(patch.result, Whole)
        assert toast == Said(page.components[0].id, Toast("Counted to 4", level="success"))
        assert page.got(Toast) == [toast.result]

    def test_messages_are_lists_of_what_can_be_read(self, live):
        page = live.open(Words)
        for word in ("toast", "notify", "error", "event"):
            page.call("say", which=word)
        assert page.toasts == ["Moved"]
        assert page.notifications == ["Seen"]
        assert page.errors == ["Broken"]
        assert page.events == [Event("moved", {"order": 7})]
        assert page.got(Notify)[0].color == "green"
        assert page.got(Error)[0].status == 422

    def test_a_script_is_loaded_once(self, live):
        page = live.open(Words)
        page.call("say", which="script")
        assert page.scripts == ["/static/a.js"]

    def test_the_address_follows_history_and_redirects(self, live):
        page = live.open(Words)
        page.call("say", which="push")
        assert page.url == "/?tab=2"
        page.call("say", which="redirect")
        assert page.redirected_to == "/there/"
        assert page.toasts == ["first"]

    def test_after_a_redirect_nothing_is_performed(self, live):
        page = live.open(Counter)
        broadcast(audience.everyone, Redirect("/there/"), Toast("never"))
        assert page.redirected_to == "/there/"
        assert page.toasts == []

    def test_page_wide_signals_merge_deeply(self, live):
        page = live.open(Words)
        page.call("say", which="signal")
        assert page.signals == {"$unread": 1, "$user": {"name": "Ana", "age": 3}}

    def test_a_component_has_signals_of_its_own(self, live):
        page = live.open(Words)
        component = page.component(Words)
        assert component.signals == {"count": 3}
        assert page.call("count_up") == [Signals({"count": 4})]
        assert component.signals == {"count": 4}

    def test_the_button_of_a_toast_is_clicked_by_its_label(self, live):
        page = live.open(Words)
        page.call("say", which="toast")
        assert page.click("Undo") == [HTML("<b>undone</b>", target="#target")]
        assert "undone" in page.text()

    def test_frames_are_readable_lines_of_both_directions(self, live):
        page = live.open(Counter)
        page.click("Add two")
        kinds = [" ".join(line.split()[:2]) for line in page.frames if "STREAMS" not in line]
        assert kinds == ["> HELLO", "< WELCOME", "> MOUNT", "< ANSWER", "> CALL", "< ANSWER"]

    def test_renders_and_bytes_are_counted_for_the_last_gesture(self, live):
        page = live.open(Counter)
        assert page.renders == 0, "the first HTML is the first render; joining costs none"
        page.click("Add two")
        assert page.renders == 1
        assert 10 < page.bytes_up < 100
        assert 50 < page.bytes_down < 500
        page.call("forbidden", expect="action.forbidden")
        assert page.renders == 0

    @pytest.mark.django_db
    def test_queries_are_those_of_the_last_gesture(self, live):
        page = live.open(People)
        page.call("add", name="ana")
        inserts = [sql for sql in page.queries if sql.startswith("INSERT")]
        assert len(inserts) == 1

    def test_a_missing_target_is_a_diagnostic(self, live):
        page = live.open(Words)
        page.call("say", which="lenient")
        assert page.toasts == ["still"]
        assert page.diagnostics == ["There is no element #nowhere."]

    def test_a_missing_strict_target_is_refused_and_ends_the_frame(self, live):
        page = live.open(Words)
        page.call("say", which="strict", expect="target.missing")
        assert page.toasts == []


class TestComponents:
    def test_state_is_that_of_the_server(self, live):
        page = live.open(Counter, count=2)
        page.click("Add two")
        assert page.component(Counter).state == {"count": 4}
        assert page.component("tests.counter").state.count == 4

    def test_nested_components_keep_their_state_when_the_outer_one_changes(self, live):
        page = live.open(Rows)
        page.find_all("li")[1].click("Hit")
        page.call("rename", title="second")
        assert page.find("ul")["data-title"] == "second"
        assert page.texts("li") == ["a: 0 Hit", "b: 1 Hit"]

    def test_nested_components_move_come_and_go(self, live):
        page = live.open(Rows)
        page.find_all("li")[1].click("Hit")
        page.call("order", labels=["c", "b"])
        assert page.texts("li") == ["c: 0 Hit", "b: 1 Hit"]
        assert [component.name for component in page.components] == ["tests.rows", "tests.row", "tests.row"]

    def test_a_root_that_arrives_is_mounted_under_an_id_that_is_free(self, live):
        page = live.open(Words)
        page.call("say", which="embedded")
        first, second = page.components
        assert (first.name, second.name) == ("tests.words", "tests.counter")
        assert first.id != second.id
        second.click("Add two")
        assert second.text("output") == "10"

    def test_a_root_that_goes_is_unmounted(self, live):
        page = live.open(Words)
        page.call("say", which="embedded")
        broadcast(audience.everyone, Delete("section"))
        assert [component.name for component in page.components] == ["tests.words"]
        assert [node.name for node in page.session.tree.roots] == ["tests.words"]

    def test_a_nested_component_that_was_taken_away_comes_back_whole(self, live):
        page = live.open(Rows)
        page.find("li + li").click("Hit")
        broadcast(audience.everyone, Delete("li + li"))
        assert page.texts("li") == ["a: 0 Hit"]
        page.call("rename", title="second")
        assert page.texts("li") == ["a: 0 Hit", "b: 1 Hit"]

    def test_an_ambiguous_component_is_refused_with_the_ids(self, live):
        page = live.open(Rows)
        with pytest.raises(NotFound, match=r"There are 2 components 'tests.row'.*tests.row \(3\), tests.row \(5\)"):
            page.component(Row)
        assert page.component(5).state.label == "b"

    def test_a_call_finds_the_component_that_has_the_action(self, live):
        page = live.open(Rows)
        page.call("rename", title="second")
        with pytest.raises(NotFound, match="2 components have the action 'hit'"):
            page.call("hit")

    def test_a_write_finds_the_component_that_has_the_field(self, live):
        page = live.open(Search)
        page.set(words="abc", most=3)
        assert page.text("p") == "abc|False|3"


class TestTwoPages:
    def test_a_broadcast_of_one_page_arrives_on_the_other(self, live):
        ana, ben = live.open(Room), live.open(Room)
        ana.click("Tell")
        assert ben.toasts == ["Somebody said hello"]
        assert ben.texts("li") == ana.texts("li") == ["hello"]

    def test_a_page_that_follows_another_topic_hears_nothing(self, live):
        ana, ben = live.open(Room), live.open(Room, room="cellar")
        ana.click("Tell")
        assert ben.toasts == []
        assert ben.texts("li") == []

    def test_a_broadcast_of_the_test_arrives_when_the_test_looks(self, live):
        page = live.open(Room)
        broadcast("room.lobby", Toast("from the test"), event="told", word="hi")
        assert page.toasts == ["from the test"]
        assert page.texts("li") == ["hi"]

    def test_a_broadcast_of_another_thread_arrives_too(self, live):
        page = live.open(Room)
        thread = threading.Thread(target=lambda: broadcast("room.lobby", event="told", word="thread"))
        thread.start()
        thread.join()
        assert page.texts("li") == ["thread"]

    @pytest.mark.django_db
    def test_a_broadcast_in_the_tests_own_transaction_is_sent(self, live):
        page = live.open(Room)
        broadcast("room.lobby", Toast("committed"))
        page.click("Tell")
        assert page.toasts == ["committed", "Somebody said hello"]

    @pytest.mark.django_db
    def test_a_broadcast_waits_for_a_transaction_of_the_application(self, live):
        page = live.open(Room)
        with transaction.atomic():
            broadcast("room.lobby", Toast("later"))
            assert page.toasts == []
        assert page.toasts == ["later"]

    @pytest.mark.django_db
    def test_a_broadcast_of_a_transaction_that_was_rolled_back_is_never_sent(self, live):
        page = live.open(Room)
        page.call("tell_and_fail", word="ghost", expect="action.failed")
        assert page.toasts == []

    def test_what_no_gesture_waits_for_can_be_waited_for(self, live):
        ana, ben = live.open(Room), live.open(Room)
        ana.call("later", word="late")
        ben.wait_for_text("late", "ol")
        assert ana.texts("li") == ["late"]

    def test_waiting_in_vain_says_what_the_page_reads(self, live):
        page = live.open(Counter, count=7)
        with pytest.raises(TimedOut, match="The page reads: 7 Add two"):
            page.wait_for_text("never", timeout=0.05)


@pytest.mark.django_db
class TestTheDatabase:
    def test_components_see_what_the_test_has_written_and_the_other_way_round(self, live):
        User.objects.create(username="ana")
        page = live.open(People)
        assert page.texts("li") == ["ana"]
        page.call("add", name="ben")
        assert page.texts("li") == ["ana", "ben"]
        assert User.objects.filter(username="ben").exists()

    def test_asynchronous_actions_see_it_too(self, live):
        User.objects.create(username="ana")
        page = live.open(People)
        page.call("add_later", name="ben")
        assert page.texts("li") == ["ana", "ben"]
        assert User.objects.count() == 2
