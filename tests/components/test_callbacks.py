"""Questions and their answers, with a page and without one."""

from __future__ import annotations

import inspect
from types import SimpleNamespace

import pytest
from django.utils.safestring import mark_safe

from liveactions.components import ActionRequest, Callback
from liveactions.errors import LocalError, ResultError
from liveactions.results import Alert, Confirm, Error, Refresh, Toast

ROBIN = SimpleNamespace(username="robin")
VOTED = "4c3407e1afd6b81a91a7b11286fa88db"
"""The md5 of ``robin:Really?\\nSure?``."""


def vote(request):
    """The poll of a tutorial: asks, and goes on meanwhile."""

    def voted(answered):
        answered.success("Thank you", alert="Voted!", refresh=True)

    request.confirm(voted, "Really?", "Sure?")


def on_a_page(**options):
    return ActionRequest(user=ROBIN, page="p1", **options)


class TestTheCallbackForm:
    def test_l8_the_first_pass_asks(self):
        request = on_a_page()
        vote(request)
        (callback,) = request.compile()
        assert callback.question("tok") == Confirm("Really?\nSure?", token="tok")
        assert request.response == {
            "message": "Really?\nSure?",
            "success": True,
            "toast_severity": "success",
            "xcallback": {"id": VOTED, "title": "Confirmation", "buttons": [["yes", "Yes"], ["no", "No"]]},
        }

    def test_l8_yes_does_it(self):
        request = on_a_page()
        vote(request)
        (callback,) = request.collect()
        answered = on_a_page()
        assert callback.answer("yes", answered) is None
        assert answered.compile() == [Alert("Thank you", "Voted!", "success"), Refresh()]
        assert answered.response == {
            "success": True,
            "toast_severity": "success",
            "message": "Thank you",
            "alert": "Voted!",
            "refresh": True,
        }

    def test_l8_no_is_a_success_that_says_aborted(self):
        request = on_a_page()
        vote(request)
        answered = on_a_page()
        request.collect()[0].answer("no", answered)
        assert answered.response == {"success": True, "toast_severity": "success", "message": "Aborted"}

    @pytest.mark.parametrize("choice", ["maybe", "<b>", None, ["yes"]])
    def test_l8_another_answer_is_refused(self, choice):
        request = on_a_page()
        vote(request)
        answered = on_a_page()
        request.collect()[0].answer(choice, answered)
        (error,) = answered.compile()
        assert isinstance(error, Error)
        assert error.message.startswith("Can not run choice|")
        assert error.message.endswith("| not in available choices {yes, no}")
        assert "<" not in error.message
        assert (answered.response["success"], answered.response["alert"]) == (False, "Error")

    def test_l8_an_answer_that_is_known_beforehand_is_not_asked_for(self):
        request = on_a_page(answers={VOTED: "yes"})
        vote(request)
        assert request.response["message"] == "Thank you"
        assert "xcallback" not in request.response

    def test_what_an_answer_returns_is_the_answer_of_the_action(self):
        request = on_a_page()
        request.confirm(lambda answered: Toast("done"), "Sure?")
        assert request.collect()[0].answer("yes", on_a_page()) == Toast("done")

    def test_code_after_the_question_runs(self):
        request = on_a_page()
        vote(request)
        request.set_response(info_message="after")
        assert request.response["info_message"] == "after"

    def test_several_questions_are_asked_in_order(self):
        request = on_a_page()
        request.confirm(print, "First?")
        request.confirm(print, "Second?")
        assert [callback.message for callback in request.compile()] == ["First?", "Second?"]

    def test_l9_nested_questions_run_each_step_once_and_remember_the_answers(self):
        steps = []

        def first(answered):
            steps.append("one")
            answered.confirm(second, "second")

        def second(answered):
            steps.append("two")
            answered.success("done")

        request = on_a_page()
        request.confirm(first, "first")
        (one,) = request.collect()
        middle = on_a_page()
        one.answer("yes", middle)
        (two,) = middle.collect()
        end = on_a_page()
        two.answer("yes", end)
        assert steps == ["one", "two"]
        assert end.answered == {one.uid: "yes", two.uid: "yes"}
        assert end.response["message"] == "done"

    def test_an_answer_is_about_what_the_question_was_about(self):
        request = on_a_page(subst_user="ben", selected_rows=[7], args={"by": "boat"}, master_instance="team")
        request.confirm(print, "Sure?")
        answered = on_a_page(args={"token": "x"}, action="answer")
        request.collect()[0].answer("no", answered)
        assert (answered.subst_user, answered.selected_rows, answered.master_instance) == ("ben", [7], "team")
        assert (answered.args, answered.action) == ({"token": "x"}, "answer")

    def test_the_same_question_may_be_asked_again_in_its_answer(self):
        def again(answered):
            answered.confirm(again, "Again?")

        request = on_a_page(answers={Callback("Again?", username="robin").uid: "yes"})
        again(request)
        assert [callback.message for callback in request.compile()] == ["Again?"]

    def test_l11_a_question_is_known_by_user_and_text(self):
        request = on_a_page()
        vote(request)
        assert request.compile()[0].uid == VOTED

    def test_l11_or_by_what_it_was_given(self):
        request = on_a_page()
        request.confirm(print, "Sure?", uid="deleting 3 rows")
        assert request.compile()[0].uid == "deleting 3 rows"

    def test_buttons_title_and_variant_are_ones_own_to_say(self):
        request = on_a_page()
        request.confirm(print, "Sink it?", title="Ship", choices={"ok": "Sink", "cancel": "Keep"}, variant="danger")
        question = request.compile()[0].question()
        assert question == Confirm("Sink it?", "Ship", (("ok", "Sink"), ("cancel", "Keep")), "danger")

    def test_a_list_of_consequences_may_be_markup(self):
        request = on_a_page()
        request.confirm(print, "a < b", mark_safe("<ul><li>x</li></ul>"))
        question = request.compile()[0].question()
        assert (question.message, question.html) == ("a &lt; b\n<ul><li>x</li></ul>", True)


class TestWithoutAPerson:
    def test_l10_yes_is_the_answer_unless_it_was_set(self):
        request = ActionRequest(user=ROBIN)
        vote(request)
        response = request.response
        assert response.pop("xcallback")["id"] == VOTED
        assert response == {
            "success": True,
            "toast_severity": "success",
            "message": "Thank you",
            "alert": "Voted!",
            "refresh": True,
        }
        assert request.compile() == [Alert("Thank you", "Voted!", "success"), Refresh()]

    def test_l10_no_leaves_the_prompt_as_the_message(self):
        request = ActionRequest(user=ROBIN)
        request.set_confirm_answer(False)
        vote(request)
        assert (request.response["message"], request.response["success"]) == ("Really?\nSure?", True)
        assert "xcallback" in request.response

    def test_what_the_function_returns_is_added(self):
        request = ActionRequest()
        request.confirm(lambda answered: [Toast("a"), Refresh()], "Sure?")
        assert request.compile()[-1] == Refresh()

    def test_an_asynchronous_function_is_refused(self):
        async def later(answered): ...

        async def call():
            with pytest.raises(LocalError, match="await"):
                ActionRequest().confirm(lambda answered: answered_by, "Sure?")

        answered_by = later(None)
        try:
            call().send(None)
        except StopIteration:
            pass
        finally:
            answered_by.close()

    @pytest.mark.parametrize(
        ("choices", "agree", "made"),
        [
            ("yes no", True, "yes"),
            ("yes no", False, "no"),
            ("ok cancel", True, "ok"),
            ("ok cancel", False, "cancel"),
            ("ok", False, "ok"),
            ("no", True, "no"),
            ("cancel no yes", False, "no"),
        ],
    )
    def test_the_choice_is_the_nearest_to_the_answer(self, choices, agree, made):
        chosen = []
        request = ActionRequest(confirm_answer=agree)
        callback = request.add_callback("Sure?")
        for name in choices.split():
            callback.add_choice(name, lambda answered, name=name: chosen.append(name), name.title())
        request.set_callback(callback)
        assert chosen == [made]


class TestOnesOwnCallbacks:
    def test_each_choice_does_its_own(self):
        request = on_a_page()
        callback = request.add_callback("Ship", "when?")
        callback.set_title("Shipping")
        callback.add_choice("ok", lambda answered: "now", "Now")
        callback.add_choice("cancel", lambda answered: "later", "Later")
        request.set_callback(callback)
        assert callback.question() == Confirm("Ship\nwhen?", "Shipping", (("ok", "Now"), ("cancel", "Later")))
        assert [callback.answer(choice, on_a_page()) for choice in ("ok", "cancel")] == ["now", "later"]

    def test_a_callback_may_be_set_by_its_key(self):
        request = on_a_page()
        callback = request.add_callback("Sure?")
        callback.add_choice("yes", print)
        request.set_response(xcallback=callback)
        assert request.compile() == [callback]
        with pytest.raises(ResultError, match="xcallback"):
            request.set_response(xcallback={"id": "forged"})

    def test_other_names_and_duplicates_are_refused(self):
        callback = ActionRequest().add_callback("Sure?")
        callback.add_choice("yes", print, "Yes")
        with pytest.raises(ResultError, match="'yes' already"):
            callback.add_choice("yes", print, "Yes")
        with pytest.raises(ResultError, match=r"maybe.*yes, no, ok, cancel"):
            callback.add_choice("maybe", print, "Maybe")

    def test_a_question_without_choices_is_refused(self):
        request = on_a_page()
        with pytest.raises(ResultError, match="no choices"):
            request.set_callback(request.add_callback("Sure?"))


class Page:
    """A page whose user always gives the same answer."""

    speaker = parent = None

    def __init__(self, choice):
        self.choice = choice
        self.asked = []

    async def ask(self, callback):
        self.asked.append(callback.question())
        return self.choice


class TestTheAwaitableForm:
    @pytest.mark.parametrize(("choice", "answer"), [("yes", True), ("no", False)])
    async def test_the_page_is_asked(self, choice, answer):
        page = Page(choice)
        request = on_a_page(scene=page)
        assert await request.confirm("Really?", "Sure?", title="T", variant="danger") is answer
        assert page.asked == [Confirm("Really?\nSure?", "T", variant="danger")]
        assert request.response == {}

    async def test_with_other_choices_it_gives_the_name(self):
        assert await on_a_page(scene=Page("cancel")).confirm("Sure?", choices=("ok", "cancel")) == "cancel"

    @pytest.mark.parametrize("agree", [True, False])
    async def test_where_nobody_can_be_asked_it_answers_itself(self, agree):
        request = ActionRequest(confirm_answer=agree)
        assert await request.confirm("Sure?") is agree

    async def test_a_page_that_is_not_there_cannot_be_asked(self):
        with pytest.raises(LocalError, match="no page"):
            await on_a_page().confirm("Sure?")

    def test_forgetting_to_wait_does_not_count_as_yes(self):
        question = on_a_page().confirm("Sure?")
        assert not inspect.iscoroutine(question)
        with pytest.raises(LocalError, match="not awaited"):
            bool(question)


def test_a_question_that_was_not_awaited_is_told_in_the_log(caplog):
    ActionRequest().confirm("Delete everything?")
    assert "'Delete everything?' was never awaited, so nobody was asked" in caplog.text


async def test_a_question_that_was_awaited_is_not(caplog):
    assert await ActionRequest().confirm("Delete everything?") is True
    assert not caplog.records
