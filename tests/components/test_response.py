"""The builder: what is said in any order becomes results in one order."""

from __future__ import annotations

import logging
from itertools import permutations

import pytest
from django.core.exceptions import ValidationError
from django.utils.safestring import mark_safe

from liveactions.components import ActionRequest, merge
from liveactions.errors import ResultError
from liveactions.results import (
    HTML,
    ActiveTab,
    Alert,
    Close,
    Confirm,
    DataRecord,
    Delete,
    Download,
    EditingMode,
    Error,
    Event,
    Focus,
    Log,
    Noop,
    OpenURL,
    RecordDeleted,
    Redirect,
    Refresh,
    Reload,
    Rows,
    Signal,
    Toast,
    UpdateParent,
    WindowAction,
    Wizard,
)


def said(*calls):
    """The response after some calls, each of a name, arguments and keywords."""
    request = ActionRequest()
    for name, *arguments in calls:
        options = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
        getattr(request, name)(*arguments, **options)
    return request


def meant(**keys):
    request = ActionRequest()
    request.set_response(**keys)
    return request.compile()


class TestKeys:
    def test_l1_an_unknown_key_is_refused_and_nothing_is_stored(self):
        request = ActionRequest()
        with pytest.raises(ResultError, match=r"Unknown key 'foo' in action response.*refresh_all"):
            request.set_response(message="kept?", foo=1)
        assert request.response == {}

    @pytest.mark.parametrize("method", ["success", "error", "close_window", "warn"])
    def test_l1_every_way_in_refuses_it(self, method):
        request = ActionRequest()
        with pytest.raises(ResultError, match="foo"):
            getattr(request, method)(*(["x"] if method == "warn" else []), foo=1)
        assert request.response == {}

    @pytest.mark.parametrize(
        ("key", "instead"),
        [("eval_js", "Event"), ("eval_js", "WindowAction"), ("alert_eval_js", "then"), ("open_webdav_url", "register")],
    )
    def test_what_would_run_a_script_is_refused_and_the_refusal_says_what_to_use(self, key, instead):
        with pytest.raises(ResultError, match=f"{key}.*{instead}"):
            ActionRequest().set_response(**{key: "x"})

    def test_l2_the_order_of_calls_does_not_matter(self):
        parts = [{"refresh": True}, {"close_window": True}, {"open_url": "/a"}, {"message": "m", "info_message": "i"}]
        responses, compiled = [], []
        for order in permutations(parts):
            request = ActionRequest()
            for part in order:
                request.set_response(**part)
            responses.append(request.response)
            compiled.append(request.compile())
        assert all(each == responses[0] for each in responses)
        assert all(each == compiled[0] for each in compiled)

    def test_l3_later_ones_overwrite(self):
        assert said(("set_response", {"goto_url": "/a"}), ("set_response", {"goto_url": "/b"})).response == {
            "goto_url": "/b"
        }

    def test_the_response_is_a_copy(self):
        request = said(("success", "m"))
        request.response["message"] = "changed"
        assert request.response["message"] == "m"

    def test_l15_close_window_is_a_short_way_to_say_it(self):
        assert said(("close_window", {"refresh": True})).response == {"close_window": True, "refresh": True}


class TestSuccessAndError:
    def test_l4_success_ignores_a_second_message_without_an_alert(self):
        assert said(("success", "one"), ("success", "two")).response["message"] == "one"

    def test_the_third_of_three_with_an_alert_is_said(self):
        response = said(("success", "one"), ("success", "two"), ("success", "three", {"alert": True})).response
        assert response == {"message": "three", "alert": "Success", "success": True, "toast_severity": "success"}

    def test_l5_the_text_of_an_error_is_escaped(self):
        assert said(("error", Exception("a <b> & c"))).response == {
            "success": False,
            "alert": "Error",
            "toast_severity": "error",
            "message": "a &lt;b&gt; &amp; c",
        }

    def test_l5_an_explicit_message_is_not_and_a_title_of_ones_own_is_kept(self):
        response = said(("error", "boom", {"alert": "My title", "message": "<b>m</b>"})).response
        assert (response["alert"], response["message"]) == ("My title", "<b>m</b>")

    def test_l5_what_is_marked_safe_is_not(self):
        assert said(("error", mark_safe("<b>m</b>"))).response["message"] == "<b>m</b>"

    def test_l6_an_error_without_anything_says_none(self):
        assert said(("error",)).response["message"] == "None"

    def test_l7_a_validation_error_says_which_fields(self):
        response = said(("error", ValidationError({"name": ["bad"]}))).response
        assert (response["errors"], response["message"]) == ({"name": ["bad"]}, "{'name': ['bad']}")

    def test_an_error_replaces_the_message_of_a_success(self):
        response = said(("success", "m1"), ("error", Exception("<x>"))).response
        assert (response["success"], response["message"], response["alert"]) == (False, "&lt;x&gt;", "Error")

    def test_after_an_error_a_success_without_an_alert_keeps_the_message_but_nothing_of_the_error(self):
        """Lino keeps the alert; here the last of the two decides about success, severity and alert together."""
        response = said(("error", "e"), ("success", "ok")).response
        assert response == {"success": True, "message": "e", "toast_severity": "success"}

    def test_after_an_error_a_success_with_an_alert_replaces_both(self):
        response = said(("error", "e"), ("success", "ok", True)).response
        assert (response["success"], response["message"], response["alert"]) == (True, "ok", "Success")


class TestWhatTheKeysMean:
    @pytest.mark.parametrize(
        ("keys", "results"),
        [
            ({"message": "m"}, [Toast("m")]),
            ({"message": "m", "success": True, "toast_severity": "success"}, [Toast("m", "success")]),
            ({"message": "m", "alert": True}, [Alert("m", title="Alert")]),
            ({"message": "m", "alert": "Look"}, [Alert("m", title="Look")]),
            ({"warning_message": "w"}, [Alert("w", level="warning", title="Warning")]),
            ({"info_message": "i", "debug_message": "d"}, [Log("d", "debug"), Log("i", "info")]),
            ({"html": "<p>x</p>"}, [HTML("<p>x</p>")]),
            ({"close_window": True}, [Close()]),
            ({"close_window": False, "refresh": False}, []),
            ({"refresh": True}, [Refresh()]),
            ({"refresh": True, "refresh_all": True}, [Refresh("all")]),
            ({"refresh_delayed_value": "desk.total"}, [Refresh("self", ("desk.total",))]),
            ({"refresh_all": True, "refresh_delayed_value": True}, [Refresh("all", True)]),
            ({"master_data": {"name": "x"}}, [UpdateParent({"name": "x"})]),
            ({"open_url": "/a"}, [OpenURL("/a")]),
            ({"goto_url": "/a"}, [Redirect("/a")]),
            ({"replace_url": "/a"}, [Redirect("/a", replace=True)]),
            ({"record_deleted": 7}, [RecordDeleted(7)]),
            ({"editing_mode": False}, [EditingMode(False)]),
            ({"active_tab": 0}, [ActiveTab(0)]),
            ({"version_mismatch": True}, [Reload()]),
            ({"reset_frontend": True}, [Reload("frontend")]),
            ({"clear_site_cache": True}, [Reload("caches")]),
            (
                {"detail_handler_name": "desk.order", "record_id": 7},
                [WindowAction(identifier="desk.order", record_id=7)],
            ),
            ({"rows": [[1]], "title": "T", "no_data_text": "none"}, [Rows([[1]], 1, "T", "none")]),
            ({"rows": [], "count": 70}, [Rows([], 70)]),
            (
                {"data_record": {"id": 7, "data": {"a": 1}, "disable_delete": "no"}, "navinfo": {"recno": 1}},
                [DataRecord({"a": 1}, 7, navinfo={"recno": 1}, disable_delete="no")],
            ),
            ({"data": {"free": 1}}, [DataRecord({"free": 1})]),
        ],
    )
    def test_each_becomes_its_result(self, keys, results):
        assert meant(**keys) == results

    def test_an_error_tells_the_page_and_its_form(self):
        request = said(("error", ValidationError({"name": ["bad"]})))
        (error,) = request.compile()
        assert isinstance(error, Error)
        assert (error.errors, error.status, error.html) == ({"name": ["bad"]}, 422, True)

    def test_errors_alone_are_an_error_that_says_them(self):
        assert meant(errors={"name": ["bad"], "city": ["odd"]}) == [
            Error("bad odd", {"name": ["bad"], "city": ["odd"]}, status=422)
        ]

    def test_an_escaped_text_arrives_as_it_was_meant(self):
        (error,) = said(("error", "a <b>")).compile()
        assert (error.message, error.html, error.status) == ("a &lt;b&gt;", True, 400)

    def test_a_title_of_ones_own_makes_a_dialog(self):
        assert said(("error", "x", {"message": "m", "alert": "Mine"})).compile() == [Alert("m", "Mine", "error")]

    def test_a_text_of_a_user_is_never_markup(self):
        (toast,) = said(("success", "<img src=x onerror=alert(1)>")).compile()
        assert not toast.html
        (error,) = said(("error", "x", {"message": "<img src=x onerror=alert(1)>"})).compile()
        assert not error.html

    def test_what_is_marked_safe_is_markup(self):
        (toast,) = said(("success", mark_safe("<b>ok</b>"))).compile()
        assert (toast.message, toast.html) == ("<b>ok</b>", True)

    def test_a_record_needs_a_model(self):
        with pytest.raises(ResultError, match="record_id=7"):
            meant(record_id=7)

    def test_a_bad_address_is_refused(self):
        with pytest.raises(ResultError):
            meant(goto_url="javascript:alert(1)")


class TestPhases:
    def test_results_are_sorted_in_among_the_rest(self):
        request = ActionRequest()
        results = [
            Redirect("/away"),
            Focus("#x"),
            Wizard("w"),
            Download("a.txt", b"a"),
            Refresh(),
            RecordDeleted([1]),
            Toast("t"),
            Event("e"),
            Signal("a", 1),
            HTML("<p>"),
            Delete("#a"),
            DataRecord({}),
            Close(),
            UpdateParent({"a": 1}),
        ]
        request.add(*results)
        assert [type(step).__name__ for step in request.compile()] == (
            "UpdateParent Close DataRecord Signal HTML Delete Event Toast RecordDeleted Refresh"
            " Wizard Download Focus Redirect".split()
        )

    def test_keys_and_results_share_the_phases(self):
        request = said(("add", Redirect("/away")), ("success", "ok"), ("add", Toast("more")), ("close_window",))
        assert request.compile() == [Close(), Toast("ok", "success"), Toast("more"), Redirect("/away")]

    def test_whatever_an_action_may_return_can_be_added(self):
        request = ActionRequest()
        request.add([Toast("a"), None], Noop(), {"type": "notify", "message": "b"})
        assert [step.message for step in request.compile()] == ["a", "b"]

    def test_what_is_no_result_cannot_be_added(self):
        with pytest.raises(ResultError, match="int"):
            ActionRequest().add(3)

    def test_going_to_two_places_is_refused_at_once(self):
        request = said(("set_response", {"goto_url": "/a"}))
        with pytest.raises(ResultError, match="goto_url and replace_url"):
            request.set_response(replace_url="/b")
        assert request.response == {"goto_url": "/a"}

    def test_going_to_two_places_by_results_is_refused(self):
        with pytest.raises(ResultError, match="two places"):
            said(("set_response", {"goto_url": "/a"}), ("add", Redirect("/b"))).compile()

    def test_reloading_the_page_leaves_room_for_nothing_else(self):
        assert said(("success", "m"), ("set_response", {"version_mismatch": True})).compile() == [Reload()]

    def test_a_question_leaves_room_for_nothing_else(self):
        request = ActionRequest(page="p1")
        request.add(Confirm("Sure?", then=Toast("yes")))
        request.close_window(refresh=True)
        assert request.compile() == [Confirm("Sure?", then=Toast("yes"))]
        assert request.response["close_window"] is True

    def test_what_is_dropped_is_told_while_developing(self, caplog, monkeypatch):
        request = said(("add", Confirm("Sure?")), ("close_window",))
        with caplog.at_level(logging.WARNING, "liveactions"):
            request.compile()
            assert not caplog.records
            monkeypatch.setattr(ActionRequest, "dev", True)
            request.compile()
        assert "dropped were: Close" in caplog.text

    def test_collecting_begins_anew(self):
        request = said(("success", "one"))
        assert request.collect() == [Toast("one", "success")]
        assert (request.response, request.collect()) == ({}, [])
        request.success("two")
        assert request.collect() == [Toast("two", "success")]

    def test_what_cannot_be_compiled_is_not_told_again(self):
        request = said(("set_response", {"record_id": 7}))
        with pytest.raises(ResultError):
            request.collect()
        assert request.collect() == []


class TestMerging:
    def test_what_was_built_comes_after_what_was_returned(self):
        assert merge([HTML("<p>")], [Toast("ok")]) == [HTML("<p>"), Toast("ok")]

    @pytest.mark.parametrize("urgent", [Confirm("Sure?"), Error("no"), Alert("no", level="error")])
    def test_a_question_or_an_error_comes_first(self, urgent):
        assert merge([Toast("r")], [urgent]) == [urgent, Toast("r")]

    def test_a_place_to_go_to_stays_the_last(self):
        assert merge([Redirect("/a")], [Toast("ok")]) == [Toast("ok"), Redirect("/a")]
        assert merge([Toast("r")], [Error("no"), Redirect("/b")]) == [Error("no"), Toast("r"), Redirect("/b")]

    def test_of_two_places_the_returned_one_counts(self):
        assert merge([Redirect("/a")], [Redirect("/b")]) == [Redirect("/a")]

    def test_what_one_door_writes_into_the_form_comes_before_what_another_one_closes(self):
        write = UpdateParent({"total": 7})
        assert merge([Close(), Toast("r")], [write]) == [write, Close(), Toast("r")]


def test_an_error_with_wrong_fields_keeps_its_title():
    request = ActionRequest()
    request.error("Not enough", alert="Payment", errors={"amount": ["Too little."]})
    assert request.compile() == [Error("Not enough", {"amount": ["Too little."]}, 422, html=True, title="Payment")]
