"""``live-model``: what is typed and chosen becomes a field of the component."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.logs import all_is_done, logged
from tests.browser.people import Complaints, Person, heard

Bound = Callable[..., Page]


def fill(value: str) -> Callable[[Page], None]:
    return lambda page: page.locator("#it").fill(value)


def check(*selectors: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        for selector in selectors:
            page.locator(selector).click()

    return act


def choose(*values: str) -> Callable[[Page], None]:
    return lambda page: page.locator("#it").select_option(list(values))


OPTIONS = "<option value=''>none<option>a<option>b<option>c"
CONTROLS = {
    "a text": ("<input id=it live-model=text>", fill("words"), ['text="words"']),
    "an area of text": ("<textarea id=it live-model=text></textarea>", fill("two\nlines"), ['text="two\\nlines"']),
    "a number": ("<input id=it type=number live-model=number>", fill("42"), ["number=42"]),
    "a text that stands for a number": ("<input id=it live-model.number=number>", fill("42"), ["number=42"]),
    "a range": ("<input id=it type=range max=10 value=1 live-model=number>", fill("7"), ["number=7"]),
    "a checkbox": ("<input id=it type=checkbox live-model=yes>", check("#it"), ["yes=true"]),
    "a single checkbox that is a list": (
        "<input id=it type=checkbox value=a live-model.list=many>",
        check("#it"),
        ['many=["a"]'],
    ),
    "radio buttons": (
        "".join(f"<input id={size} type=radio name=r value={size} live-model=choice>" for size in "sm"),
        check("#m", "#s"),
        ['choice="m"', 'choice="s"'],
    ),
    "a select": (f"<select id=it live-model=choice>{OPTIONS}</select>", choose("b"), ['choice="b"']),
    "a select of several": (
        f"<select id=it multiple live-model=many>{OPTIONS}</select>",
        choose("a", "c"),
        ['many=["a", "c"]'],
    ),
}


@pytest.mark.parametrize(("markup", "act", "lines"), [pytest.param(*case, id=name) for name, case in CONTROLS.items()])
def test_a_control_writes_its_field(markup, act, lines, bound: Bound):
    page = bound(markup)
    act(page)
    logged(page, *lines)


FIELDS = {
    "text": (lambda page: page.locator("#text").fill("words"), {"text": "words"}),
    "area": (lambda page: page.locator("#area").fill("two\nlines"), {"area": "two\nlines"}),
    "number": (lambda page: page.locator("#number").fill("7"), {"number": 7}),
    "box": (check("#yes"), {"yes": True}),
    "boxes": (check("#red", "#blue", "#green", "#red"), {"many": ["green", "blue"]}),
    "radio": (check("#small", "#large"), {"size": "large"}),
    "one": (lambda page: page.locator("#one").select_option("blue"), {"one": "blue"}),
    "several": (lambda page: page.locator("#several").select_option(["red", "blue"]), {"several": ["red", "blue"]}),
}
AT_FIRST = {"text": "", "area": "", "number": None, "yes": False, "many": [], "size": "", "one": "red", "several": []}
"""Every field of ``site.fields``."""

SHOWN = """() => {
  const one = (id) => document.getElementById(id);
  const chosen = (...ids) => ids.filter((id) => one(id).checked);
  return {
    text: one("text").value, area: one("area").value, number: one("number").value ? Number(one("number").value) : null,
    yes: one("yes").checked, many: chosen("red", "green", "blue"), size: chosen("small", "large")[0] ?? "",
    one: one("one").value, several: [...one("several").selectedOptions].map(({ value }) => value),
  };
}"""
"""What its controls show, in the page."""


def state_is(page: Page, **values: object) -> None:
    """Wait until the server has these values, and see that the controls show them."""
    expect(page.locator("#state")).to_have_text(json.dumps(AT_FIRST | values))
    assert page.evaluate(SHOWN) == AT_FIRST | values


@pytest.mark.parametrize(("act", "values"), [pytest.param(*case, id=name) for name, case in FIELDS.items()])
def test_a_control_that_shows_its_field_writes_it_and_follows_it(act, values, visitor: Person):
    page = visitor.open("/fields/")
    state_is(page)
    act(page)
    state_is(page, **values)
    page.locator("#outside").focus()
    become(page, AT_FIRST)
    state_is(page)
    become(page, values)
    state_is(page, **values)


def become(page: Page, values: dict[str, object]) -> None:
    """The server changes its mind."""
    page.evaluate(
        "values => liveactions.call(document.querySelector('#fields'), 'become', {values})", json.dumps(values)
    )


def test_a_value_that_the_server_corrects_is_shown_corrected(visitor: Person):
    page = visitor.open("/fields/")
    page.locator("#number").fill("100")
    state_is(page, number=100)
    page.locator("#number").fill("500")
    expect(page.locator("#number")).to_have_value("100")
    state_is(page, number=100)


def test_typing_is_sent_once_it_has_been_quiet(bound: Bound):
    page = bound("<input id=it live-model.debounce.1s=text>")
    page.locator("#it").press_sequentially("hello", delay=10)
    logged(page, 'text="hello"')


def test_throttled_typing_is_sent_at_once_and_the_last_value_in_the_end(bound: Bound):
    page = bound("<input id=it live-model.throttle.1s=text>")
    page.locator("#it").press_sequentially("hello", delay=10)
    logged(page, 'text="h"', 'text="hello"')
    expect(page.locator("#it")).to_have_value("hello")


def test_a_lazy_control_waits_for_its_change(bound: Bound):
    page = bound("<input id=it live-model.lazy=text>")
    page.locator("#it").press_sequentially("hello")
    all_is_done(page)
    logged(page)
    page.keyboard.press("Enter")
    logged(page, 'text="hello"')


def test_a_control_with_blur_waits_until_it_is_left(bound: Bound):
    page = bound("<input id=it live-model.blur=text>")
    page.locator("#it").press_sequentially("hello")
    page.keyboard.press("Enter")
    all_is_done(page)
    logged(page)
    page.keyboard.press("Tab")
    logged(page, 'text="hello"')


@pytest.mark.parametrize("modifier", [".debounce.10s", ".lazy", ".blur"])
def test_what_is_not_yet_sent_goes_out_before_a_call_of_its_component(modifier, bound: Bound):
    page = bound(f"<input id=it live-model{modifier}=text live-keydown.enter=note>")
    page.locator("#it").press_sequentially("hello")
    page.keyboard.press("Enter")
    logged(page, 'text="hello"', "note")
    expect(page.locator("#it")).to_have_value("hello")


def test_what_is_not_yet_sent_outlives_a_patch(bound: Bound):
    page = bound("<input id=it live-model.debounce.10s=text><input id=other live-model.lazy=choice>")
    page.locator("#it").press_sequentially("half-ty")
    page.evaluate("liveactions.set(document.querySelector('#bound'), {choice: 'elsewhere'})")
    logged(page, 'choice="elsewhere"')
    expect(page.locator("#it")).to_have_value("half-ty")
    page.keyboard.type("ped")
    page.evaluate("liveactions.call(document.querySelector('#it'), 'note')")
    logged(page, 'choice="elsewhere"', 'text="half-typed"', "note")
    expect(page.locator("#it")).to_have_value("half-typed")


def test_a_value_that_does_not_fit_is_refused_and_nothing_is_written(bound: Bound, complaints: Complaints):
    complaints.expect("state.invalid")
    page = bound("<input id=it live-model=number>")
    page.locator("#it").fill("many")
    assert heard(page, "live:call:error")[0]["detail"]["refusal"]["code"] == "state.invalid"
    page.locator("#it").fill("7")
    logged(page, "number=7")


@pytest.mark.parametrize("field", ["log", "markup", "nothing", "__class__"])
def test_only_bound_fields_can_be_written(field, bound: Bound, complaints: Complaints):
    complaints.expect("state.readonly")
    page = bound("<b>untouched</b>")
    outcome = page.evaluate("name => liveactions.set(document.querySelector('#bound'), {[name]: 'x'})", field)
    assert outcome["refusal"]["code"] == "state.readonly"
    expect(page.locator("#markup")).to_have_text("untouched")


def test_a_file_cannot_be_a_field_and_that_is_told(bound: Bound, complaints: Complaints):
    complaints.expect(r"model\.file")
    page = bound("<input id=it type=file live-model=text>")
    page.locator("#it").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"})
    all_is_done(page)
    logged(page)
    assert "model.file" in str(complaints.heard)


def test_a_box_goes_back_when_the_user_says_no_to_the_server(bound: Bound):
    page = bound("<input id=it type=checkbox live-change=allowed>")
    box = page.locator("#it")
    box.click()
    question = page.get_by_role("alertdialog")
    expect(question).to_be_visible()
    expect(box).to_be_checked()
    page.keyboard.press("Escape")
    expect(box).not_to_be_checked()
