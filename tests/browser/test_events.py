"""From an event in the page to an action: every binding, its values, and its modifiers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.logs import all_is_done, logged
from tests.browser.people import Complaints, Person, events, toast

Bound = Callable[..., Page]


def click(selector: str = "#it", **options: Any) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).click(**options)


def press(*keys: str, where: str = "#it") -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(where).focus()
        for key in keys:
            page.keyboard.press(key)

    return act


def each(*acts: Callable[[Page], None]) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        for one in acts:
            one(page)

    return act


def send(event: str, detail: str = "null", where: str = "#it", bubbles: bool = True) -> Callable[[Page], None]:
    """Dispatch a custom event in the page."""
    options = f"{{detail: {detail}, bubbles: {str(bubbles).lower()}}}"
    return lambda page: page.evaluate(
        f"document.querySelector('{where}').dispatchEvent(new CustomEvent('{event}', {options}))"
    )


BINDINGS = {
    "a click brings its values": (
        "<button id=it live-click=note live-value-order-id=7 live-value-name='two words'>Go</button>",
        click(),
        ['note name="two words" order_id="7"'],
    ),
    "a click inside the element counts": ("<button id=it live-click=note><b>Go</b></button>", click("#it b"), ["note"]),
    "a double click": (
        "<button id=it live-dblclick=note>Go</button>",
        lambda page: page.locator("#it").dblclick(),
        ["note"],
    ),
    "a right click": ("<button id=it live-contextmenu.prevent=note>Go</button>", click(button="right"), ["note"]),
    "a change tells what was chosen": (
        "<select id=it live-change=tell><option>a<option>b</select>",
        lambda page: page.locator("#it").select_option("b"),
        ['tell value="b"'],
    ),
    "a change of a checkbox tells whether it is checked": (
        "<input id=it type=checkbox value=v live-change=tell>",
        click(),
        ['tell value="v" checked=true'],
    ),
    "input tells what stands there": (
        "<input id=it live-input=tell>",
        lambda page: page.locator("#it").fill("ab"),
        ['tell value="ab"'],
    ),
    "a key": ("<input id=it live-keydown=tell>", press("x"), ['tell key="x"']),
    "a key going up": ("<input id=it live-keyup.enter=tell>", press("a", "Enter"), ['tell value="a" key="Enter"']),
    "focus and blur, which do not bubble": (
        "<input id=it live-focus=note live-value-x=1 live-blur=note>",
        each(click(), click("#outside")),
        ['note x="1"', 'note x="1"'],
    ),
    "focus coming in and going out": (
        "<div live-focusin=note><input id=it></div>",
        click(),
        ["note"],
    ),
    "a pointer that enters": (
        "<button id=it live-pointerenter=note>Go</button>",
        lambda page: page.locator("#it").hover(),
        ["note"],
    ),
    "an event of the application, with its detail": (
        "<div id=it live-on-colour-picked=tell>Go</div>",
        send("colour-picked", "'red'"),
        ['tell value="red"'],
    ),
    "an event that does not bubble": ("<div id=it live-on-quiet=note>Go</div>", send("quiet", bubbles=False), ["note"]),
    "a reset of a form": ("<form live-reset=note><button id=it type=reset>Reset</button></form>", click(), ["note"]),
    "a link calls and goes nowhere": ("<a id=it href='/elsewhere/' live-click=note>Go</a>", click(), ["note"]),
    "pasting": ("<input id=it live-paste=note>", send("paste"), ["note"]),
    # Modifiers
    ".enter is this key only": ("<input id=it live-keydown.enter=note>", press("a", "Enter"), ["note"]),
    "one of several keys": (
        "<input id=it live-keydown.up.down=tell>",
        press("ArrowUp", "ArrowLeft", "ArrowDown"),
        ['tell key="ArrowUp"', 'tell key="ArrowDown"'],
    ),
    ".escape by its short name": ("<input id=it live-keydown.esc=note>", press("Escape"), ["note"]),
    ".space": ("<button id=it type=button live-keydown.space.prevent=note>Go</button>", press("Space"), ["note"]),
    "held keys": (
        "<input id=it live-keydown.ctrl.shift.k.prevent=note>",
        press("k", "Control+k", "Control+Shift+k"),
        ["note"],
    ),
    ".self is not what is inside": (
        "<div id=it live-click.self=note style='padding: 20px'><b id=inner>In</b></div>",
        each(click("#inner"), click(position={"x": 3, "y": 3})),
        ["note"],
    ),
    ".stop keeps it from what is around": (
        "<div live-click=note live-value-who=outer><b id=it live-click.stop=note live-value-who=inner>Go</b></div>",
        click(),
        ['note who="inner"'],
    ),
    "without .stop both hear it, the inner one first": (
        "<div live-click=note live-value-who=outer><b id=it live-click=note live-value-who=inner>Go</b></div>",
        click(),
        ['note who="inner"', 'note who="outer"'],
    ),
    ".once": ("<button id=it live-click.once=note>Go</button>", each(click(), click()), ["note"]),
    ".window hears it wherever it happens": (
        "<div live-keydown.window.ctrl.k.prevent=note></div>",
        press("Control+k", where="#outside"),
        ["note"],
    ),
    ".outside hears only what happens elsewhere": (
        "<div id=it live-click.outside=note>In</div>",
        each(click(), click("#outside")),
        ["note"],
    ),
    ".debounce waits for the last": (
        "<button id=it live-click.debounce.1s=note>Go</button>",
        each(click(), click(), click()),
        ["note"],
    ),
    ".throttle takes the first": (
        "<button id=it live-click.throttle.5s=note>Go</button>",
        each(click(), click(), click()),
        ["note"],
    ),
    "modifiers may stand in any order": (
        "<input id=it live-keydown.prevent.enter.once=note>",
        press("Enter", "Enter"),
        ["note"],
    ),
}


@pytest.mark.parametrize(("markup", "act", "lines"), [pytest.param(*case, id=name) for name, case in BINDINGS.items()])
def test_an_event_calls_the_action_it_is_bound_to(markup, act, lines, bound: Bound):
    page = bound(markup)
    act(page)
    logged(page, *lines)
    all_is_done(page)
    logged(page, *lines)


def test_prevent_keeps_the_browser_from_what_it_would_do(bound: Bound):
    page = bound("<input id=it live-keydown.x.prevent=note><input id=box type=checkbox live-click.prevent=note>")
    page.locator("#it").press_sequentially("axb")
    page.locator("#box").click()
    logged(page, "note", "note")
    expect(page.locator("#it")).to_have_value("ab")
    expect(page.locator("#box")).not_to_be_checked()


@pytest.mark.parametrize("markup", ["<input id=it live-input=tell>", "<input id=it live-keydown.down=tell>"])
def test_a_control_that_calls_keeps_what_was_typed_if_the_server_says_nothing_about_it(markup, bound: Bound):
    page = bound(markup)
    page.locator("#it").press_sequentially("look")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#log li").last).to_contain_text('value="look"')
    all_is_done(page)
    expect(page.locator("#it")).to_have_value("look")


def test_a_link_opened_elsewhere_is_the_browsers(bound: Bound):
    page = bound("<a id=it href='/elsewhere/' live-click=note>Go</a>")
    with page.context.expect_page() as opened:
        page.locator("#it").click(modifiers=["Control"])
    opened.value.wait_for_url("**/elsewhere/")
    all_is_done(page)
    logged(page)


def test_what_a_patch_brings_is_bound_at_once(bound: Bound):
    page = bound("<button id=it live-click=become live-value-markup='<i id=new live-click=note>new</i>'>Go</button>")
    page.locator("#it").click()
    page.locator("#new").click()
    logged(page, "note")


def test_a_call_that_the_page_prevents_is_not_made(bound: Bound):
    page = bound("<button id=it live-click=note>Go</button>")
    page.evaluate("addEventListener('live:call:start', (event) => event.preventDefault(), {once: true})")
    page.locator("#it").click()
    all_is_done(page)
    logged(page)
    page.locator("#it").click()
    logged(page, "note")


def test_an_element_in_no_component_is_told_to_who_wrote_it(visitor: Person, complaints: Complaints):
    complaints.expect("action.homeless")
    page = visitor.open("/barrier/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<button id=it live-click=note>Go</button>')")
    page.locator("#it").click()
    assert "action.homeless" in str(complaints.heard)


# Forms -------------------------------------------------------------------------------------------------------

FORM = """
<form id=form live-submit=note live-value-from=page>
  <input type=hidden name=csrfmiddlewaretoken value=secret>
  <input name=name value=Ana>
  <textarea name=words>one
two</textarea>
  <input type=checkbox name=agreed value=yes checked>
  <input type=checkbox name=left value=no>
  <input type=checkbox name=tags value=a checked>
  <input type=checkbox name=tags value=b>
  <input type=checkbox name=tags value=c checked>
  <input type=radio name=size value=s><input type=radio name=size value=m checked>
  <select name=one><option>x<option selected>y</select>
  <select name=several multiple><option selected>p<option>q<option selected>r</select>
  <input name=off value=off disabled>
  <button id=save name=how value=save>Save</button>
  <button id=send name=how value=send live-value-urgent=1>Send</button>
</form>
"""
FIELDS = (
    'agreed="yes" from="page" how="{how}" name="Ana" one="y" several=["p", "r"] size="m" '
    'tags=["a", "c"]{more} words="one\\ntwo"'
)


@pytest.mark.parametrize(("how", "more"), [("save", ""), ("send", ' urgent="1"')])
def test_a_form_sends_its_fields_and_the_button_that_sent_it_and_no_csrf_token(how, more, bound: Bound):
    page = bound(FORM)
    page.locator(f"#{how}").click()
    line = page.locator("#log li")
    expect(line).to_have_count(1)
    expect(line).to_have_text("note " + FIELDS.format(how=how, more=more))


def test_enter_in_a_field_sends_the_form_without_leaving_the_page(bound: Bound):
    page = bound("<form live-submit=note><input id=it name=name><button>Go</button></form>")
    page.locator("#it").fill("Ben")
    page.keyboard.press("Enter")
    logged(page, 'note name="Ben"')


def test_the_browsers_own_validation_comes_first(bound: Bound):
    page = bound("<form live-submit=note><input id=it name=name required><button id=go>Go</button></form>")
    page.locator("#go").click()
    all_is_done(page)
    logged(page)
    page.locator("#it").fill("Ben")
    page.locator("#go").click()
    logged(page, 'note name="Ben"')


def test_a_list_without_a_choice_is_an_empty_list(bound: Bound):
    page = bound(
        "<form live-submit=note><select name=several multiple><option>p</select><button id=go>Go</button></form>"
    )
    page.locator("#go").click()
    logged(page, "note several=[]")


def test_a_file_is_not_sent_and_that_is_told(bound: Bound, complaints: Complaints):
    complaints.expect(r"form\.file")
    page = bound(
        "<form live-submit=note><input type=file name=photo><input name=name value=Ana><button id=go>Go</button></form>"
    )
    page.locator("[name=photo]").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"png"})
    page.locator("#go").click()
    logged(page, 'note name="Ana"')
    assert "form.file" in str(complaints.heard)


# Questions ---------------------------------------------------------------------------------------------------

ASKS = (
    "<button id=it live-click=note live-confirm='Ship it?' live-confirm-title='Shipping' live-confirm-ok='Ship'"
    " live-confirm-cancel='Not yet'>Go</button>"
)


def test_an_element_asks_before_it_calls_in_its_own_words(bound: Bound):
    page = bound(ASKS)
    dialog = page.get_by_role("alertdialog", name="Shipping")
    page.locator("#it").click()
    expect(dialog).to_contain_text("Ship it?")
    dialog.get_by_role("button", name="Not yet").click()
    expect(dialog).to_have_count(0)
    all_is_done(page)
    logged(page)
    page.locator("#it").click()
    dialog.get_by_role("button", name="Ship", exact=True).click()
    logged(page, "note")


def test_an_action_has_the_question_asked_and_the_call_is_made_once(bound: Bound):
    page = bound("<button id=it live-click=allowed>Go</button>")
    page.locator("#it").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Is the server allowed to?")
    logged(page)
    dialog.get_by_role("button", name="OK").click()
    logged(page, "allowed")
    assert events(page, ["live:call:start", "live:call:end"]) == ["live:call:start", "live:call:end"]


def test_a_page_may_ask_itself(bound: Bound):
    page = bound(ASKS)
    page.evaluate(
        """addEventListener("live:confirm", (event) => {
          event.preventDefault();
          globalThis.asked = event.detail.message;
          event.detail.respond(true);
        })"""
    )
    page.locator("#it").click()
    logged(page, "note")
    assert page.evaluate("asked") == "Ship it?"


# LoadJS ------------------------------------------------------------------------------------------------------


def test_a_script_that_cannot_be_loaded_is_told_and_what_follows_is_performed(bound: Bound, complaints: Complaints):
    complaints.expect("script.failed", "404")
    page = bound("<button id=it live-click=script live-value-src='/static/site/missing.js'>Go</button>")
    page.locator("#it").click()
    expect(toast(page, "After the script.")).to_be_visible()
    assert "live:script:error" in events(page)
