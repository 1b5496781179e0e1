"""Wizards: what they start with, who may, and what becomes of what was entered."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from liveactions import Close, Confirm, Notify, action, field
from liveactions.contrib.windows import WizardComponent
from liveactions.errors import ArgumentError, LocalError

pytestmark = [pytest.mark.urls("tests.contrib.windows.urls"), pytest.mark.django_db]


class Rename(WizardComponent):
    name = "till.rename"
    title: str = field("", bind=True)
    times: int = field(1, bind=True)

    @classmethod
    def _default_get(cls, context):
        return {"title": f"for {context.get('active_model')}", "nowhere": 1}

    def action_confirm(self):
        self.active_records.update(name=self.title)
        if self.title == "veto":
            raise ValidationError({"title": ["Not that.", "Nor anything like it."], "nowhere": "Lost."})
        return [Notify(f"{self.times} times"), Close()]

    def action_steps(self):
        yield Notify("one")
        yield Notify("two")

    @action(permission="auth.change_group")
    def action_guarded(self):
        return Notify(f"done for {self.title}")

    async def action_waits(self):
        if self.title == "veto":
            raise ValidationError({"title": "Not that."})
        if await self.request.confirm("Really?"):
            return Notify("waited")
        return Notify("left it")

    async def action_streams(self):
        answer = yield Confirm("Go on?")
        yield Notify(f"{answer}, {self.title}")
        raise ValidationError("Far enough.")

    def action_builds(self):
        self.request.success(f"Built {self.title}")
        self.request.close_window()


class TestBeginning:
    def test_fields_are_filled_from_the_context(self, live):
        page = live.open(Rename, ctx={"default_title": "a", "default_times": "3"})
        assert page.find("[name=title]").value == "a"
        assert page.component(Rename).state.times == 3

    def test_what_the_context_does_not_say_the_class_computes(self, live):
        assert live.open(Rename, ctx={"active_model": "auth.group"}).find("[name=title]").value == "for auth.group"

    def test_defaults_without_a_field_are_passed_over(self, live):
        page = live.open(Rename, ctx={"default_colour": "red", "default_confirm_method": "action_guarded"})
        assert page.component(Rename).state.confirm_method == "action_confirm"

    def test_a_default_that_does_not_fit_is_named(self, live):
        with pytest.raises(ArgumentError, match="times"):
            live.open(Rename, ctx={"default_times": "many"})

    def test_it_is_transient_and_has_a_form_of_its_own(self, live):
        assert Rename._transient is True
        assert live.open(Rename).texts("label") == ["Title optional", "Times"]


class TestItsRecords:
    def test_they_are_those_of_the_context(self, live):
        one, other = Group.objects.create(name="one"), Group.objects.create(name="other")
        page = live.open(Rename, ctx={"active_model": "auth.group", "active_ids": [one.pk]})
        page.submit(title="new")
        assert set(Group.objects.values_list("pk", "name")) == {(one.pk, "new"), (other.pk, "other")}

    def test_a_model_may_go_by_its_class(self):
        wizard = Rename()
        wizard.ctx = {"active_model": "Group"}
        assert wizard.active_model is Group
        assert list(wizard.active_records) == []

    def test_without_a_model_there_are_none_to_ask_for(self):
        with pytest.raises(LocalError, match="active_model"):
            Rename().active_records  # noqa: B018

    def test_a_name_that_no_model_has_is_told(self):
        wizard = Rename()
        wizard.ctx = {"active_model": "Nobody"}
        with pytest.raises(LocalError, match="0 models"):
            wizard.active_model  # noqa: B018


class TestConfirming:
    def test_the_values_are_taken_and_the_method_is_called(self, live):
        page = live.open(Rename, ctx={"active_model": "auth.group"})
        page.submit(title="new", times="2")
        assert page.notifications == ["2 times"]
        assert page.component(Rename).state.title == "new"

    def test_what_is_wrong_is_shown_at_its_field_and_nothing_is_done(self, live):
        page = live.open(Rename, ctx={"active_model": "auth.group"})
        page.submit(title="new", times="many")
        assert page.notifications == []
        field = page.find("[name=times]")
        assert field.value == "many"
        assert field.attributes["aria-invalid"] == "true"
        assert page.text(f"#{field.attributes['aria-describedby']}") == "Enter a whole number."
        assert page.find("[name=title]").value == "new"
        assert page.component(Rename).state.title == "for auth.group"

    def test_mistakes_go_when_they_are_mended(self, live):
        page = live.open(Rename, ctx={"active_model": "auth.group"})
        page.submit(times="many")
        page.submit(times="2")
        assert page.find_all("[aria-invalid]") == []

    def test_an_objection_of_the_method_is_shown_in_the_form(self, live):
        group = Group.objects.create(name="one")
        page = live.open(Rename, ctx={"active_model": "auth.group", "active_ids": [group.pk]})
        with transaction.atomic():
            page.submit(title="veto")
        assert page.text("#" + page.find("[name=title]").attributes["aria-describedby"]) == (
            "Not that. Nor anything like it."
        )
        assert page.text(".live-form-error") == "Lost."
        group.refresh_from_db()
        assert group.name == "one"

    @pytest.mark.parametrize(("answer", "said"), [(True, "waited"), (False, "left it")])
    def test_an_asynchronous_method_is_awaited_and_may_ask(self, live, answer, said):
        page = live.open(Rename, method="action_waits")
        page.submit(title="x", confirm=answer)
        assert page.notifications == [said]
        assert page.component(Rename).state.submitted is None

    def test_an_asynchronous_method_may_object(self, live):
        page = live.open(Rename, method="action_waits")
        page.submit(title="veto")
        assert page.text(".live-field-error") == "Not that."
        assert page.find("[name=title]").value == "veto"

    def test_a_generator_answers_step_by_step(self, live):
        page = live.open(Rename, method="action_steps")
        page.submit()
        assert page.notifications == ["one", "two"]

    def test_an_asynchronous_generator_may_ask_and_object_in_the_end(self, live):
        page = live.open(Rename, method="action_streams")
        page.submit(title="x")
        page.answer("yes")
        assert page.notifications == ["yes, x"]
        assert page.text(".live-form-error") == "Far enough."

    @pytest.mark.parametrize("step", ["confirmed_later", "confirmed_in_steps", "confirmed_in_later_steps"])
    def test_no_browser_comes_to_the_method_by_the_side_door(self, live, step):
        page = live.open(Rename, method={"confirmed_in_steps": "action_steps"}.get(step, "action_waits"))
        page.call(step, expect="action.forbidden")
        assert page.notifications == []

    def test_the_builder_closes_the_window_and_tells(self, live):
        page = live.open("/till/")
        word = {"type": "wizard", "model": "till.rename", "method": "action_builds"}
        page.component("till.desk").call("open", word=word)
        page.submit(title="x")
        assert page.find_all(".live-window") == []
        assert page.toasts == ["Built x"]

    def test_a_method_that_is_an_action_keeps_its_own_rules(self, live, admin_user):
        live.open(Rename, method="action_guarded").submit("form", expect="action.forbidden", title="x")
        page = live.open(Rename, user=admin_user, method="action_guarded")
        page.submit(title="x")
        assert page.notifications == ["done for x"]

    def test_the_method_cannot_be_called_but_through_the_form(self, live):
        live.open(Rename).call("action_confirm", expect="action.unknown")

    def test_a_browser_cannot_choose_the_method(self, live):
        page = live.open(Rename, ctx={"active_model": "auth.group"})
        page.set(confirm_method="action_guarded", expect="state.readonly")
        page.call("confirm", confirm_method="action_guarded", times="1")
        assert page.notifications == ["1 times"]

    def test_without_a_method_of_its_own_it_hands_over_what_was_entered(self, live):
        page = live.open("/till/")
        page.click("Search")
        page.submit(text="bread")
        assert page.texts("#heard li") == ["closed {'text': 'bread'}"]


class TestPermission:
    def test_it_is_asked_when_it_is_opened(self, live, admin_user):
        with pytest.raises(PermissionDenied):
            live.open("till.locked")
        assert live.open("till.locked", user=admin_user).texts("label") == ["Text optional"]


class TestADjangoForm:
    def test_it_is_shown_and_cleaned(self, live):
        page = live.open("till.sign_up")
        assert page.texts("label") == ["E-mail", "Once more", "Seats"]
        assert page.find("[name=seats]").value == "2"
        page.submit(email="a@example.org", again="b@example.org")
        assert page.text(".live-form-error") == "The two are not the same."

    def test_its_values_go_to_fields_of_the_same_name_and_the_rest_is_cleaned_data(self, live):
        page = live.open("/till/")
        page.component("till.desk").call("open", word={"type": "wizard", "model": "till.sign_up"})
        page.submit(email="a@example.org", again="a@example.org", seats="5")
        assert page.texts("#heard li") == ["closed ['a@example.org', 5]"]
