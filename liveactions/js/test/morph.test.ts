import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Authorship } from "../src/authorship";
import { Drafts } from "../src/drafts";
import { Morph } from "../src/morph";
import { $, page, settled, type Page } from "./support/dom";

let here: Page;
let root: HTMLElement;
let drafts: Drafts;
let morph: Morph;

/** A page with one component that the server has written. */
function written(inner: string): void {
  here = page(`<main><section live-id="1" live-token="t">${inner}</section></main>`);
  root = $(here.body, "section");
  const authorship = new Authorship(here.window);
  drafts = new Drafts();
  morph = new Morph(authorship, drafts);
  authorship.watch(root);
}

const patch = (inner: string) => morph.morph(root, `<section live-id="1">${inner}</section>`);
const input = (selector = "input") => $<HTMLInputElement>(root, selector);

describe("morphing", () => {
  beforeEach(() => written(""));

  test("makes the component what the HTML says, and the root stays the same element with its token", () => {
    written('<p class="a">1</p><p>old</p>');
    const { element } = patch('<p class="b">2</p>');
    assert.equal(element, root);
    assert.equal(root.outerHTML, '<section live-id="1" live-token="t"><p class="b">2</p></section>');
  });

  test("leaves a page equal to a fresh render, whatever came before", () => {
    const renders = [
      "<ul><li live-key='1'>a</li><li live-key='2'>b</li></ul>",
      "<ul><li live-key='2'>b</li><li live-key='3' class='x'>c</li><li live-key='1'>a!</li></ul><select name='s'><option>1</option><option selected>2</option></select>",
      "text <input name='q' value='1'> more <textarea name='t'>abc</textarea>",
      "<form><input type='checkbox' name='c' checked><input type='radio' name='r' value='1'><input type='radio' name='r' value='2' checked></form>",
      "<select name='s'><option selected>1</option><option>2</option></select><input name='q'>",
      "",
    ];
    for (const before of renders) {
      for (const after of renders) {
        written(before);
        patch(after);
        const fresh = page(`<section live-id="1" live-token="t">${after}</section>`).body.firstElementChild!;
        assert.equal(root.outerHTML, fresh.outerHTML, `${before} → ${after}`);
      }
    }
  });

  test("keeps keyed rows the same elements when their order changes", () => {
    written("<ul><li live-key='1'>a</li><li live-key='2'>b</li><li live-key='3'>c</li></ul>");
    const [one, two, three] = root.querySelectorAll("li");
    patch("<ul><li live-key='4'>d</li><li live-key='3'>c</li><li live-key='1'>a</li></ul>");
    const after = [...root.querySelectorAll("li")];
    assert.equal(after[1], three);
    assert.equal(after[2], one);
    assert.ok(!after.includes(two!));
    assert.equal(root.querySelector("[id]"), null, "no id is left behind");
  });

  test("moves a keyed card from one column to another as the same element", () => {
    written("<div live-key='open'><b live-key='card 7'>7</b></div><div live-key='done'></div>");
    const card = $(root, "b");
    patch("<div live-key='open'></div><div live-key='done'><b live-key='card 7'>7</b></div>");
    assert.equal($(root, "[live-key=done] b"), card);
  });

  test("tells the rows of two loops with the same keys apart", () => {
    written(
      "<ul live-key='x'><li live-key='1'>x1</li><li live-key='2'>x2</li></ul><ul live-key='y'><li live-key='1'>y1</li></ul>",
    );
    const [x1, x2, y1] = root.querySelectorAll("li");
    patch(
      "<ul live-key='x'><li live-key='2'>x2</li><li live-key='1'>x1</li></ul><ul live-key='y'><li live-key='1'>y1!</li></ul>",
    );
    assert.deepEqual([...root.querySelectorAll("li")], [x2, x1, y1]);
  });

  test("leaves kept components exactly as they are, also when their place changes", () => {
    written('<article live-id="2"><i>inside</i></article><p>before</p>');
    const kept = $(root, "article");
    patch('<p>before</p><div><div live-id="2" live-keep></div></div>');
    assert.equal($(root, "div > article"), kept);
    assert.equal(kept.outerHTML, '<article live-id="2"><i>inside</i></article>');
    assert.equal(root.querySelector("[live-keep]"), null);
  });

  test("reports kept components that are not in the page", () => {
    assert.deepEqual(patch('<div live-id="4" live-keep></div>').missing, [4]);
  });

  test("does not touch what is inside live-ignore", () => {
    written('<div live-ignore class="map">map</div>');
    $(root, "div").textContent = "drawn by a widget";
    patch('<div live-ignore class="other">map</div>');
    assert.equal(root.innerHTML, '<div live-ignore="" class="map">drawn by a widget</div>');
  });

  test("replaces the root when its tag changes, and the component keeps its identity", () => {
    const { element } = morph.morph(root, "<aside>new</aside>");
    assert.equal(element!.outerHTML, '<aside live-id="1" live-token="t">new</aside>');
    assert.equal(here.body.querySelector("section"), null);
  });

  test("gives the token of a component only to itself", () => {
    const { element } = morph.morph(root, '<section live-id="5">another component</section>');
    assert.equal(element!.hasAttribute("live-token"), false);
  });

  test("changes only the inside with inner, and puts what stands beside the first element beside it", () => {
    morph.morph(root, "<p>1</p><p>2</p>", true);
    assert.equal(root.innerHTML, "<p>1</p><p>2</p>");
    morph.morph($(root, "p"), "a<p>3</p><b>4</b>");
    assert.equal(root.innerHTML, "a<p>3</p><b>4</b><p>2</p>");
  });

  test("marks every script of a patch so that it cannot run", () => {
    const ran: string[] = [];
    (here.window as unknown as { ran: string[] }).ran = ran;
    patch("<script>window.ran.push(1)</script><p>1</p>");
    patch("<p>2</p><script id='s'>window.ran.push(2)</script>");
    patch("<script id='s' type='module'>window.ran.push(3)</script>");
    assert.deepEqual(ran, []);
    assert.equal(root.querySelectorAll("script").length, 1);
    assert.equal($(root, "script").id, "s");
  });

  test("tells which elements with a hook have changed", () => {
    written('<b live-hook="A">1</b><b live-hook="B">1</b>');
    assert.deepEqual(patch('<b live-hook="A">1</b><b live-hook="B">2</b>').updated, [root.children[1]]);
  });
});

describe("what the user is in the middle of", () => {
  test("is not touched by a patch: half-typed text, its caret, and the focus", () => {
    written('<p>1</p><input name="q" value="">');
    const field = input();
    field.focus();
    field.value = "half ty";
    field.setSelectionRange(2, 4);
    patch('<p>2</p><p>3</p><input name="q" value="from the server">');
    assert.equal(input(), field);
    assert.equal(here.document.activeElement, field);
    assert.deepEqual([field.value, field.selectionStart, field.selectionEnd], ["half ty", 2, 4]);
    assert.equal(field.getAttribute("value"), "from the server");
  });

  test("gives way at once where the server overwrites: live-overwrite, for as long as it stands there", () => {
    written('<input name="q" value="a">');
    const field = input();
    field.focus();
    field.value = "half ty";
    patch('<input name="q" value="a" live-overwrite>');
    assert.equal(field.value, "a");
    patch('<input name="q" value="a">');
    field.value = "half ty";
    patch('<input name="q" value="b">');
    assert.equal(field.value, "half ty");
  });

  test("survives in a field that is not focused, as long as the server says nothing new about it", () => {
    written('<p>1</p><input name="q" value="a"><textarea name="t">x</textarea>');
    input().value = "ab";
    $<HTMLTextAreaElement>(root, "textarea").value = "xyz";
    patch('<p>2</p><input name="q" value="a"><textarea name="t">x</textarea>');
    assert.equal(input().value, "ab");
    assert.equal($<HTMLTextAreaElement>(root, "textarea").value, "xyz");
    patch('<p>3</p><input name="q" value="server"><textarea name="t">server</textarea>');
    assert.equal(input().value, "server");
    assert.equal($<HTMLTextAreaElement>(root, "textarea").value, "server");
  });

  test("gives way once the server has been told: a form that was submitted comes back empty", () => {
    written('<form><input name="q" value=""></form>');
    input().focus();
    input().value = "sent";
    drafts.sending($(root, "form"))();
    patch('<form><input name="q" value=""></form>');
    assert.equal(input().value, "");
  });

  test("stays in a control that spoke for itself and about which the server says nothing", () => {
    written('<p>1</p><input name="q"><select name="s"><option>1</option><option>2</option></select>');
    const select = $<HTMLSelectElement>(root, "select");
    [input().value, select.value] = ["look", "2"];
    for (const control of [input(), select]) drafts.sending(control)();
    patch('<p>2</p><input name="q"><select name="s"><option>1</option><option>2</option></select>');
    assert.deepEqual([input().value, select.value], ["look", "2"]);
  });

  test("gives way in a control that spoke for itself to what the server says of it", () => {
    written('<input name="q" value="10"><input type="checkbox" name="c">');
    const box = $<HTMLInputElement>(root, "[name=c]");
    [input().value, box.checked] = ["500", true];
    for (const control of [input(), box]) drafts.sending(control)();
    patch('<input name="q" value="10"><input type="checkbox" name="c">');
    assert.deepEqual([input().value, box.checked], ["10", false]);
  });

  test("does not give way when it was changed after it was sent", () => {
    written('<form><input name="q" value=""></form>');
    input().value = "sent";
    const told = drafts.sending($(root, "form"));
    input().value = "sent and more";
    told();
    patch('<form><input name="q" value=""></form>');
    assert.equal(input().value, "sent and more");
  });

  test("includes boxes that were ticked and options that were chosen", () => {
    const form = (count: number) =>
      `<p>${count}</p><input type="checkbox" name="c"><select name="s"><option value="1">1</option><option value="2">2</option></select>`;
    written(form(1));
    input().checked = true;
    $<HTMLSelectElement>(root, "select").value = "2";
    patch(form(2));
    assert.equal(input().checked, true);
    assert.equal($<HTMLSelectElement>(root, "select").value, "2");
  });

  test("follows the server where the user has entered nothing", () => {
    written(
      '<input type="checkbox" name="c"><select name="s"><option>1</option><option>2</option></select><input name="q" value="1">',
    );
    patch(
      '<input type="checkbox" name="c" checked><select name="s"><option>1</option><option selected>2</option></select><input name="q" value="2">',
    );
    assert.equal(input().checked, true);
    assert.equal($<HTMLSelectElement>(root, "select").value, "2");
    assert.equal(input("[name=q]").value, "2");
  });

  test("moves the focus to the field of the same name when its element had to be replaced", () => {
    written('<div><input name="q"></div>');
    input().focus();
    patch('<p><input name="q"></p>');
    assert.equal(here.document.activeElement, input());
  });

  test("never throws for fields without a selection", () => {
    written('<input type="email" name="e"><input type="number" name="n">');
    for (const name of ["e", "n"]) {
      input(`[name=${name}]`).focus();
      patch(`<p>${name}</p><input type="email" name="e"><input type="number" name="n">`);
      assert.equal(here.document.activeElement, input(`[name=${name}]`));
    }
  });

  test("includes an editable element that the user is in", () => {
    written('<p>1</p><div contenteditable tabindex="0">draft</div>');
    const note = $(root, "div");
    note.focus();
    note.textContent = "draft and mo";
    patch('<p>2</p><div contenteditable tabindex="0">draft</div>');
    assert.equal(root.innerHTML, '<p>2</p><div contenteditable="" tabindex="0">draft and mo</div>');
    note.blur();
    patch('<p>2</p><div contenteditable tabindex="0">final</div>');
    assert.equal(note.textContent, "final");
  });

  test("includes details that were opened", async () => {
    written("<details><summary>more</summary></details><p>1</p>");
    $(root, "details").setAttribute("open", "");
    await settled();
    patch("<details><summary>more</summary></details><p>2</p>");
    assert.ok($(root, "details").hasAttribute("open"));
  });
});

test("a part of a component keeps its controls", () => {
  written('<label>1 <input name="q"></label>');
  const before = input();
  morph.morph($(root, "label"), '<label>2 <input name="q"></label>');
  assert.ok(input() === before);
  assert.equal(root.textContent, "2 ");
});

describe("what the server did not write", () => {
  test("stays: classes, attributes and children of a widget", async () => {
    written('<div class="map" style="color: red">1</div>');
    const box = $(root, "div");
    box.classList.add("ready");
    box.setAttribute("style", "height: 3px");
    box.append(Object.assign(here.document.createElement("canvas"), { title: "drawn" }));
    await settled();
    patch('<div class="map wide" style="color: red">2</div>');
    assert.equal(box.className, "map wide ready");
    assert.equal(box.getAttribute("style"), "height: 3px");
    assert.equal(box.innerHTML, '2<canvas title="drawn"></canvas>');
  });

  test("gives way when the server changes its mind about it", async () => {
    written('<div title="red" class="a b" style="color: red; top: 0">1</div>');
    const box = $(root, "div");
    box.title = "mine";
    box.classList.remove("b");
    box.setAttribute("style", "color: red; top: 1px; height: 3px");
    await settled();
    patch('<div title="blue" class="a b c" style="color: blue; top: 0">1</div>');
    assert.equal(box.outerHTML, '<div title="blue" class="a c" style="color: blue; top: 1px; height: 3px">1</div>');
    patch('<div class="c">1</div>');
    assert.equal(box.outerHTML, '<div class="c" style="height: 3px">1</div>');
  });

  test("is not what somebody has only moved: a dragged card is still the server's", async () => {
    written("<ul><li live-key='1'>1</li></ul><ol></ol>");
    $(root, "ol").append($(root, "li"));
    await settled();
    patch("<ul></ul><ol></ol>");
    assert.equal(root.innerHTML, "<ul></ul><ol></ol>");
  });

  test("is not taken for something that the server has newly written", async () => {
    written("<p>1</p>");
    root.prepend(Object.assign(here.document.createElement("p"), { textContent: "foreign" }));
    await settled();
    patch("<p>2</p><p>3</p>");
    assert.equal(root.innerHTML, "<p>foreign</p><p>2</p><p>3</p>");
  });
});
