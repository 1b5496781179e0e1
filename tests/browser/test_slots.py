"""Patches by path: a component is bound once, and then only what changed is written, into whatever it stands in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.people import Complaints, Person, heard

Put = Callable[..., list[str]]


@pytest.fixture
def sheet(visitor: Person) -> Page:
    """A page with ``site.sheet``."""
    return visitor.open("/sheet/")


@pytest.fixture
def put(sheet: Page) -> Put:
    """``put(text="two")`` changes the state; returns the words that came of it, when they have been performed."""

    def changed(**values: Any) -> list[str]:
        before = len(words(sheet))
        outcome = sheet.evaluate("values => liveactions.call(sheet, 'put', values)", values)
        assert outcome == {"ok": True}
        return words(sheet)[before:]

    return changed


def words(page: Page) -> list[str]:
    told: list[str] = page.evaluate(
        "journal.entries.filter(({name}) => name === 'live:result').map(({detail}) => detail.word)"
    )
    return told


def records_of(page: Page, change: Callable[[], object]) -> list[str]:
    """What a change does to the page: for each record of an observer its type and the id of where it was."""
    page.evaluate(
        """() => {
          globalThis.records = [];
          const place = ({ target }) => target.id || target.parentElement.closest("[id]").id;
          const write = (all) => records.push(...all.map((record) => `${record.type} ${place(record)}`));
          globalThis.observer = new MutationObserver(write);
          observer.observe(sheet, { subtree: true, childList: true, attributes: true, characterData: true });
        }"""
    )
    change()
    records: list[str] = page.evaluate("() => { observer.disconnect(); return records }")
    return records


def test_a_page_is_bound_when_it_is_idle_and_looks_as_before(sheet: Page):
    sheet.wait_for_function("!sheet.hasAttribute('live-program')")
    expect(sheet.locator("#text")).to_have_text("one")


def test_one_value_is_one_text_written_and_nothing_else(sheet: Page, put: Put):
    put(text="two")
    assert records_of(sheet, lambda: put(total=10)) == ["characterData count"]
    assert records_of(sheet, lambda: put(count=2)) == ["characterData count"] * 2
    assert records_of(sheet, lambda: put(size_of_drawing=10)) == ["attributes drawing"]
    assert records_of(sheet, lambda: put(count=2)) == []


def test_rows_that_stay_in_their_places_are_not_touched(sheet: Page, put: Put):
    put(text="two")
    records = records_of(sheet, lambda: put(rows=["d", "a", "b", "c"]))
    assert set(records) == {"childList rows"}
    assert len(records) <= 4, "one row and the text behind it, taken out and put in"


def test_classes_and_styles_of_others_stay_and_those_they_took_away_stay_away(sheet: Page, put: Put):
    link = sheet.locator("#link")
    link.evaluate("link => { link.classList.add('theirs'); link.classList.remove('base'); link.style.left = '1px' }")
    assert put(kind="fancy", color="blue", text="a&b") == ["Patch"]
    expect(link).to_have_class("fancy theirs")
    expect(link).to_have_css("color", "rgb(0, 0, 255)")
    expect(link).to_have_css("left", "1px")
    expect(link).to_have_attribute("href", "/?q=a&b&r=1")


def test_what_was_typed_stays_until_the_server_changes_its_mind_and_the_user_has_left(sheet: Page, put: Put):
    field, area = sheet.locator("#field"), sheet.locator("#area")
    area.fill("typed")
    field.fill("typed")
    put(text="two")
    put(field="second", area="other\nlines")
    expect(field).to_have_value("typed")
    expect(area).to_have_value("other\nlines")
    sheet.locator("#outside").focus()
    put(field="third", area="\nfirst is empty")
    expect(field).to_have_value("third")
    expect(area).to_have_value("\nfirst is empty")


def test_the_caret_stays_where_it_is_when_the_server_corrects_a_field(sheet: Page, put: Put):
    field = sheet.locator("#field")
    field.focus()
    field.evaluate("field => field.setSelectionRange(2, 3)")
    put(field="FIRST")
    assert field.evaluate("field => [field.value, field.selectionStart, field.selectionEnd]") == ["FIRST", 2, 3]


def test_boxes_radios_and_choices_are_the_users_until_the_server_says_something_new(sheet: Page, put: Put):
    box, large, choice = (sheet.locator(f"#{name}") for name in ("box", "large", "choice"))
    box.check()
    large.check()
    choice.select_option("a")
    put(text="two")
    expect(box).to_be_checked()
    expect(large).to_be_checked()
    expect(choice).to_have_value("a")
    put(choices=["a", "b", "c"], choice="c", on=True)
    put(on=False, size="large")
    put(size="small")
    expect(box).not_to_be_checked()
    expect(sheet.locator("#small")).to_be_checked()
    expect(choice).to_have_value("c")


def test_details_and_dialogs_are_open_as_the_user_left_them_until_the_server_says_something_new(sheet: Page, put: Put):
    details, dialog = sheet.locator("#details"), sheet.locator("#dialog")
    details.locator("summary").click()
    dialog.evaluate("dialog => dialog.show()")
    put(text="two")
    expect(details).to_have_attribute("open", "")
    expect(dialog).to_be_visible()
    put(open=True, shown=True)
    put(open=False, shown=False)
    expect(details).not_to_have_attribute("open", "")
    expect(dialog).not_to_be_visible()


def test_a_video_is_muted_when_the_server_says_so(sheet: Page, put: Put):
    put(quiet=True)
    assert sheet.locator("#video").evaluate("video => video.muted")
    put(quiet=False)
    assert not sheet.locator("#video").evaluate("video => video.muted")


SECONDS_OF_SILENCE = """
(video, seconds) => {
  const size = 8000 * seconds, header = new DataView(new ArrayBuffer(44));
  const write = (at, text) => [...text].forEach((letter, index) => header.setUint8(at + index, letter.charCodeAt(0)));
  write(0, "RIFF"), write(8, "WAVEfmt "), write(36, "data");
  const numbers = [[4, 36 + size], [16, 16], [20, 0x10001], [24, 8000], [28, 8000], [32, 0x80001], [40, size]];
  for (const [at, value] of numbers) header.setUint32(at, value, true);
  video.src = URL.createObjectURL(new Blob([header, new Uint8Array(size).fill(128)], { type: "audio/wav" }));
  return new Promise((resolve) => {
    video.onloadedmetadata = () => (video.currentTime = 3);
    video.onseeked = () => resolve(video.currentTime);
  });
}
"""


def test_what_is_played_goes_on_where_it_is_while_everything_around_it_changes(sheet: Page, put: Put):
    video = sheet.locator("#video")
    assert video.evaluate(SECONDS_OF_SILENCE, 5) == 3
    put(quiet=True, text="two", rows=["d", "a"], on=True)
    put(quiet=False, text="three", rows=["a", "x", "d"], radii=[1])
    assert video.evaluate("video => [video.currentTime, video.src.slice(0, 5), video.muted]") == [3, "blob:", False]


def test_a_drawing_is_made_of_svg(sheet: Page, put: Put):
    assert put(radii=[3, 1, 2], size_of_drawing=20) == ["Patch"]
    drawing = sheet.locator("#drawing")
    assert drawing.evaluate("svg => svg.viewBox.baseVal.width") == 20
    assert drawing.locator("circle").evaluate_all("all => all.map((one) => one.r.baseVal.value)") == [3, 1, 2]
    assert drawing.locator("text").evaluate_all("all => all.every((one) => one instanceof SVGTextElement)")


def test_rows_of_a_table_keep_their_inputs_and_the_focus_when_they_change_places(sheet: Page, put: Put):
    for row in "ad":
        sheet.get_by_label(row, exact=True).fill(f"typed in {row}")
    sheet.get_by_label("d", exact=True).evaluate("field => field.setSelectionRange(2, 4)")
    assert put(rows=["d", "x", "c", "a"]) == ["Patch"]
    assert sheet.locator("#rows td:first-child").all_inner_texts() == ["d", "x", "c", "a"]
    expect(sheet.get_by_label("a", exact=True)).to_have_value("typed in a")
    expect(sheet.get_by_label("d", exact=True)).to_be_focused()
    assert sheet.evaluate("[document.activeElement.selectionStart, document.activeElement.selectionEnd]") == [2, 4]


def test_a_frame_that_changes_its_place_is_not_loaded_again(sheet: Page, put: Put):
    for frame in ("left", "right"):
        sheet.frame_locator(f"[title={frame}]").get_by_label("inside").fill(frame)
    assert put(frames=["right", "middle", "left"]) == ["Patch"]
    titles = sheet.locator("#frames iframe").evaluate_all("all => all.map(({title}) => title)")
    assert titles == ["right", "middle", "left"]
    for frame in ("left", "right"):
        expect(sheet.frame_locator(f"[title={frame}]").get_by_label("inside")).to_have_value(frame)


def test_custom_elements_and_shadow_roots_are_written_into_from_outside_only(sheet: Page, put: Put):
    sheet.evaluate(
        """() => customElements.define("x-card", class extends HTMLElement {
          static observedAttributes = ["label"];
          attributeChangedCallback(_, before, now) { this.told = `${before} ${now}`; }
          connectedCallback() { this.attachShadow({ mode: "open" }).innerHTML = "<u>Card</u><slot></slot>"; }
        })"""
    )
    assert put(text="two") == ["Patch"]
    card = sheet.locator("#card")
    texts = card.evaluate("card => [card.told, card.textContent, card.shadowRoot.textContent]")
    assert texts == ["one two", "two", "Card"]
    assert sheet.locator("#shadow").evaluate("box => [box.textContent, !!box.shadowRoot]") == ["two", True]


def test_a_template_element_has_its_content_replaced(sheet: Page, put: Put):
    put(text="two")
    assert sheet.locator("#blank").evaluate("blank => blank.content.textContent") == "two"


def test_what_is_ignored_is_not_written_into(sheet: Page, put: Put):
    sheet.locator("#ignored").evaluate("box => { box.innerHTML = '<u>theirs</u>' }")
    put(text="two")
    expect(sheet.locator("#ignored")).to_have_text("theirs")
    expect(sheet.locator("#text")).to_have_text("two")


def test_an_editable_element_is_not_overwritten_while_the_user_is_in_it(sheet: Page, put: Put):
    editable = sheet.locator("#editable")
    editable.click()
    sheet.keyboard.type("typed ")
    assert put(area="of the server", text="two") == ["Patch"]
    expect(editable).to_contain_text("typed")
    expect(sheet.locator("#text")).to_have_text("two")
    sheet.locator("#outside").focus()
    put(text="three")
    expect(editable).to_have_text("of the server")


def test_text_that_other_code_has_replaced_is_the_servers_again(sheet: Page, put: Put):
    sheet.locator("#text").evaluate("text => { text.textContent = 'theirs'; text.innerText = 'theirs again' }")
    assert put(text="two") == ["Patch"]
    expect(sheet.locator("#text")).to_have_text("two")


def test_a_composition_goes_on_while_everything_around_it_changes(sheet: Page, put: Put):
    sheet.locator("#field").focus()
    client = sheet.context.new_cdp_session(sheet)
    client.send("Input.imeSetComposition", {"text": "にほ", "selectionStart": 2, "selectionEnd": 2})
    put(text="two", rows=["d", "a"], on=True)
    client.send("Input.imeSetComposition", {"text": "日本", "selectionStart": 2, "selectionEnd": 2})
    client.send("Input.insertText", {"text": "日本"})
    expect(sheet.locator("#field")).to_have_value("日本first")


def test_a_page_that_somebody_has_broken_is_mended_without_being_loaded_again(
    sheet: Page, put: Put, complaints: Complaints
):
    complaints.expect(r"patch\.misfit")
    put(text="two")
    sheet.evaluate("globalThis.same = true")
    sheet.locator("#either").evaluate("either => either.replaceChildren()")
    put(on=True, text="three")
    heard(sheet, "live:patched", 2)
    expect(sheet.locator("#either")).to_have_text("three of it")
    assert words(sheet)[-1] == "Whole"
    assert put(text="four") == ["Patch"]
    expect(sheet.locator("#either")).to_have_text("four of it")
    assert sheet.evaluate("same")
    assert len(complaints.heard) == 1


def test_a_program_that_cannot_be_had_leaves_a_page_that_works(visitor: Person, complaints: Complaints):
    complaints.expect(r"patch\.misfit", r"404")

    def refuse(route: Route) -> None:
        route.fulfill(status=404)

    visitor.context.route("**/programs/*.json", refuse)
    page = visitor.open("/sheet/")
    for text in ("two", "three", "four"):
        page.evaluate("text => liveactions.call(sheet, 'put', {text})", text)
        expect(page.locator("#text")).to_have_text(text)
    assert words(page)[-1] == "Whole"


def test_after_everything_the_page_is_what_a_fresh_one_is(sheet: Page, put: Put):
    states: list[dict[str, Any]] = [
        {"text": "<b>&amp;\"'", "on": True, "rows": [], "radii": []},
        {"rows": ["x", "a"], "frames": ["right"], "choices": [], "kind": "", "quiet": True},
        {"text": "", "area": "", "rows": ["a", "y", "x", "b"], "radii": [2, 2, 1], "open": True, "choices": ["c"]},
    ]
    for state in states:
        assert put(**state) == ["Patch"]
        seen, fresh = sheet.evaluate(
            """async () => {
              const seen = sheet.cloneNode(true);
              await liveactions.resync();
              const fresh = sheet.cloneNode(true);
              for (const one of [seen, fresh]) {
                for (const name of ["live-program", "live-shape"]) one.removeAttribute(name);
                one.querySelector("[shadowrootmode]")?.remove();
                const walk = document.createTreeWalker(one, NodeFilter.SHOW_COMMENT);
                const marks = [];
                while (walk.nextNode()) marks.push(walk.currentNode);
                marks.forEach((mark) => mark.remove());
                one.normalize();
              }
              return [seen.outerHTML, fresh.outerHTML];
            }"""
        )
        assert seen == fresh
