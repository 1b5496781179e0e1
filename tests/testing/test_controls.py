"""What stands in form controls, what users put there, and what is sent."""

from __future__ import annotations

import pytest

from liveactions.testing.bindings import model_of
from liveactions.testing.controls import Drafts, is_disabled, is_group, labels_of
from liveactions.testing.document import Document, Node
from liveactions.testing.errors import NotUsable


class Form:
    """A form in a component, and the drafts of its page."""

    def __init__(self, inside: str, outside: str = "") -> None:
        self.document = Document(f'<body><form live-id="1" id="f">{inside}</form>{outside}')
        self.drafts = Drafts(self.document)

    def __call__(self, selector: str) -> Node:
        return self.document.select(selector)[0]

    @property
    def fields(self):
        return self.drafts.fields(self("form"))

    def enter(self, selector: str, value) -> None:
        self.drafts.enter(self(selector), value)

    def model(self, selector: str):
        model = model_of(self(selector))
        assert model is not None
        return self.drafts.model_value(self(selector), model)


class TestWhatAFormSends:
    def test_text_number_and_textarea_are_text(self):
        form = Form(
            '<input name="a" value="1"><input name="b" type="number" value="2"><textarea name="c">\n3</textarea>'
        )
        assert form.fields == {"a": "1", "b": "2", "c": "3"}

    def test_a_select_sends_the_chosen_option_or_else_the_first(self):
        options = "<option value=x disabled>X</option><option>Yes</option><option value=n {}>No</option>"
        assert Form(f"<select name=a>{options.format('')}</select>").fields == {"a": "Yes"}
        assert Form(f"<select name=a>{options.format('selected')}</select>").fields == {"a": "n"}

    def test_a_multiple_select_is_always_a_list(self):
        options = "<option value=1>One</option><option value=2 selected>Two</option>"
        form = Form(f"<select name=a multiple>{options}</select><select name=b multiple></select>")
        assert form.fields == {"a": ["2"], "b": []}

    def test_one_checkbox_is_sent_if_checked_several_are_a_list(self):
        form = Form(
            "<input type=checkbox name=a><input type=checkbox name=b checked>"
            "<input type=checkbox name=c value=1><input type=checkbox name=c value=2 checked>"
        )
        assert form.fields == {"b": "on", "c": ["2"]}

    def test_of_radio_buttons_the_chosen_one_is_sent(self):
        form = Form("<input type=radio name=a value=1 checked><input type=radio name=a value=2>")
        form.enter("[value='2']", True)
        assert form.fields == {"a": "2"}
        assert form.drafts.state(form("[value='1']")) is False

    def test_a_repeated_name_is_a_list(self):
        assert Form("<input name=a value=1><input name=a value=2>").fields == {"a": ["1", "2"]}

    def test_disabled_nameless_file_and_csrf_fields_are_left_out(self):
        form = Form(
            "<input name=a disabled><input value=x><input type=file name=b>"
            "<input type=hidden name=csrfmiddlewaretoken value=t>"
            "<fieldset disabled><input name=c><legend><input name=d></legend></fieldset>"
            "<input type=hidden name=e value=1>"
        )
        assert form.fields == {"d": "", "e": "1"}

    def test_a_control_outside_may_belong_to_the_form(self):
        assert Form("<input name=a>", "<input name=b form=f value=2><input name=c>").fields == {"a": "", "b": "2"}

    def test_the_button_that_was_pressed_is_sent(self):
        form = Form("<button name=go value=1>Go</button><button name=stop value=2>Stop</button>")
        assert form.drafts.fields(form("form"), form("[name=stop]")) == {"stop": "2"}


class TestWhatUsersEnter:
    def test_options_are_chosen_by_value_or_text(self):
        form = Form("<select name=a><option value=s>Small</option><option value=l>Large</option></select>")
        form.enter("select", "Large")
        assert form.fields == {"a": "l"}
        form.enter("select", "s")
        assert form.fields == {"a": "s"}

    def test_an_option_that_is_not_there_is_refused_with_those_that_are(self):
        form = Form("<select name=a><option value=s>Small</option></select>")
        with pytest.raises(NotUsable, match=r"has no option 'Huge'. It has: 'Small'"):
            form.enter("select", "Huge")

    def test_several_options_of_a_multiple_select(self):
        form = Form("<select name=a multiple><option>1<option>2<option>3</select>")
        form.enter("select", ["1", "3"])
        assert form.fields == {"a": ["1", "3"]}

    @pytest.mark.parametrize("attribute", ["disabled", "readonly"])
    def test_what_cannot_be_used_is_refused(self, attribute):
        with pytest.raises(NotUsable, match=r"is disabled|is read-only"):
            Form(f"<input name=a {attribute}>").enter("input", "x")

    def test_a_file_cannot_be_entered(self):
        with pytest.raises(NotUsable, match="no files"):
            Form("<input type=file name=a>").enter("input", "x")


class TestModelValues:
    def test_a_number_is_a_number_an_empty_one_none(self):
        form = Form("<input type=number live-model=n value=3><input live-model.number=m value=2.5>")
        assert form.model("[type=number]") == 3
        assert form.model("input + input") == 2.5
        form.enter("[type=number]", "")
        assert form.model("[type=number]") is None

    def test_a_lonely_checkbox_is_true_or_false_several_are_a_list(self):
        form = Form(
            "<input type=checkbox live-model=a checked><input type=checkbox live-model=b value=1 checked>"
            "<input type=checkbox live-model=b value=2><input type=checkbox live-model.list=c value=9>"
        )
        assert form.model("input") is True
        assert form.model("[value='1']") == ["1"]
        assert form.model("[value='9']") == []

    def test_radio_buttons_are_the_chosen_value(self):
        form = Form("<input type=radio live-model=a value=1><input type=radio live-model=a value=2>")
        assert form.model("input") is None
        form.enter("[value='2']", True)
        assert form.model("input") == "2"

    def test_selects_are_a_value_or_a_list(self):
        form = Form("<select live-model=a><option>1<option>2</select><select live-model=b multiple><option>3</select>")
        assert form.model("select") == "1"
        assert form.model("select + select") == []


class TestDrafts:
    def swapped(self, html: str, *, told: bool = False) -> str:
        form = Form("<input name=a value=old>")
        form.enter("input", "typed")
        if told:
            form.drafts.told([form.drafts.key(form("input"))])
        with form.drafts.surviving(form("form")):
            form.document.patch(1, f'<form live-id="1">{html}</form>')
        found = form.document.select("[name=a]")
        return str(form.drafts.state(found[0])) if found else str(form.drafts.drafts)

    def test_a_draft_stays_if_the_server_says_the_same_as_before(self):
        assert self.swapped("<p>new</p><input name=a value=old>") == "typed"

    def test_a_draft_gives_way_when_the_server_has_changed_its_mind(self):
        assert self.swapped("<input name=a value=new>") == "new"

    def test_a_draft_that_the_server_got_gives_way(self):
        assert self.swapped("<input name=a value=old>", told=True) == "old"

    def test_a_draft_goes_with_its_control(self):
        assert self.swapped("<p>nothing</p>") == "{}"

    def test_a_change_elsewhere_does_not_touch_it(self):
        form = Form("<input name=a value=old>", "<p>x</p>")
        form.enter("input", "typed")
        form.drafts.told([form.drafts.key(form("input"))])
        with form.drafts.surviving(form("p")):
            form.document.swap("outer", form("p"), "<p>y</p>")
        assert form.drafts.state(form("input")) == "typed"

    def test_controls_without_a_name_are_known_by_their_place(self):
        form = Form("<input><input>")
        form.enter("input + input", "second")
        assert [form.drafts.state(control) for control in form.document.select("input")] == ["", "second"]

    def test_a_reset_forgets_what_was_entered(self):
        form = Form("<input name=a value=old>")
        form.enter("input", "typed")
        form.drafts.reset(form("form"))
        assert form.fields == {"a": "old"}


class TestNames:
    @pytest.mark.parametrize(
        "html",
        [
            "<label>Your name <input></label>",
            '<label for="x">Your name</label><input id="x">',
            '<input aria-label="Your name">',
            '<input placeholder="Your name">',
        ],
    )
    def test_a_label_is_what_a_user_calls_a_control(self, html):
        form = Form(html)
        assert labels_of(form.document, form("input")) == ["Your name"]

    def test_controls_that_share_a_name_are_a_group_if_they_are_chosen_from(self):
        form = Form("<input type=radio name=a><input type=radio name=a><input name=b><input name=b>")
        assert is_group(form.document.select("[type=radio]"))
        assert not is_group(form.document.select("[name=b]"))
        assert not is_group(form.document.select("input"))

    def test_disabled_is_what_a_browser_would_not_let_one_use(self):
        form = Form(
            "<button disabled>1</button><a aria-disabled=true>2</a>"
            "<fieldset disabled><legend><i><input id=in></i></legend><input id=out></fieldset>"
        )
        assert is_disabled(form("button"))
        assert is_disabled(form("a"))
        assert is_disabled(form("#out"))
        assert not is_disabled(form("#in"))
        assert not is_disabled(form("legend"))
