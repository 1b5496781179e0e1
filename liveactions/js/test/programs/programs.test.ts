import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { $, page, quiet, settled, trail, type Page } from "../support/dom";
import {
  attribute,
  block,
  branch,
  component,
  content,
  formOf,
  loop,
  run,
  Shown,
  stocked,
  tag,
  type Block,
  type Values,
} from "./blocks";

let here: Page;
let stock: ReturnType<typeof stocked>;
let shown: Shown;
let said: string[];

async function show(outermost: Block, values: Values, options: Record<string, unknown> = {}): Promise<void> {
  shown = new Shown(stock, here.body, outermost, values, options);
  await settled();
}

beforeEach(() => {
  said = quiet();
  here = page();
  stock = stocked(here.window);
});

afterEach(() => {
  shown.live.stop();
  assert.deepEqual(said, []);
});

const find = (selector: string) => $(shown.root, selector);
const TEXT = block`<p>${run()}</p>`;
const ROW = block`<li ${attribute("live-key")}>${run()}</li>`;
const LIST = block`<ul>${loop(ROW)}</ul>`;
const keyed = (...keys: string[]) => keys.map((key) => [key, key]);

describe("a component with a program", () => {
  test("is bound when the page is idle: its program is fetched, and its marks are gone", async () => {
    await show(TEXT, ["one"]);
    assert.ok(shown.root.hasAttribute("live-program"));
    stock.idle();
    assert.deepEqual(stock.asked, ["http://desk.test/live/programs/p1.json"]);
    assert.equal(shown.root.outerHTML, '<p live-id="1" live-token="t">one</p>');
  });

  test("a patch that comes before its program waits for it, and so does what comes after", async () => {
    shown = new Shown(stock, here.body, TEXT, ["one"]);
    shown.patch(0, "two");
    shown.patch(0, "three");
    assert.equal(shown.root.textContent, "one");
    await settled();
    assert.equal(shown.root.textContent, "three");
    assert.equal(stock.asked.length, 1);
  });

  test("says so once a patch", async () => {
    await show(LIST, [[]]);
    const events = trail(here.window, "live:patched");
    shown.patch(0, [[-1, keyed("a", "b", "c")]]);
    assert.deepEqual(events, [["live:patched", {}]]);
    assert.ok(shown.isLike([keyed("a", "b", "c")]));
  });

  test("is wrapped if its template has no root of its own", async () => {
    const two = block`<b>${run()}</b> and ${run()}`;
    await show(two, ["1", "2"], { wrapped: true });
    shown.patch(0, "3", 1, "4");
    assert.ok(shown.isLike(["3", "4"]));
    assert.equal(shown.root.localName, "live-root");
  });
});

describe("a text", () => {
  test("is written into its node, and nothing else is touched", async () => {
    await show(block`<p>${run()}<b>${run()}</b></p>`, ["one", "two"]);
    shown.patch(0, "one");
    const records: MutationRecord[] = [];
    const observer = new here.window.MutationObserver((list) => void records.push(...list));
    observer.observe(here.body, { characterData: true, childList: true, attributes: true, subtree: true });
    shown.patch(0, "one", 1, "three");
    records.push(...observer.takeRecords());
    assert.deepEqual(
      records.map(({ type }) => type),
      ["characterData"],
    );
    assert.ok(shown.isLike(["one", "three"]));
  });

  test("with entities means what it means in HTML", async () => {
    await show(TEXT, [""]);
    shown.patch(0, "a &amp; b &lt; c &eacute;");
    assert.equal(shown.root.textContent, "a & b < c é");
  });

  test("becomes HTML and text again", async () => {
    await show(block`<p>a ${branch(block`<i>x</i>`)}${run(true)} z</p>`, [null, "1"]);
    for (const value of ["<b>2</b> and", "<b>3</b><i>4</i>", "5", "", "<b>6</b>"]) {
      shown.patch(1, value);
      assert.ok(shown.isLike([null, value]), value);
    }
  });

  test("HTML that was in the page is found, and what is the same in it stays the same", async () => {
    const form = (name: string) => `<label>${name} <input name="q"></label>`;
    await show(TEXT, [form("one")]);
    const input = find("input");
    shown.patch(0, form("two"));
    assert.ok(find("input") === input, "1");
    shown.patch(0, `<em>wrong</em>${form("three")}`);
    assert.ok(find("input") === input, "2");
    assert.ok(shown.isLike([`<em>wrong</em>${form("three")}`]));
  });

  test("never runs a script", async () => {
    await show(TEXT, [""]);
    shown.patch(0, "<script>globalThis.ran = true</script>");
    assert.equal((here.window as { ran?: boolean }).ran, undefined);
  });

  test("that somebody has replaced before it was bound is the server's again", async () => {
    await show(TEXT, ["one"]);
    shown.root.textContent = "a widget's";
    shown.patch(0, "two");
    assert.equal(shown.root.textContent, "two");
  });

  test("that somebody has replaced is put back", async () => {
    await show(block`<p><span>${run()}</span></p>`, ["one"]);
    shown.patch(0, "two");
    find("span").textContent = "a widget's";
    shown.patch(0, "three");
    assert.equal(find("span").textContent, "three");
  });
});

describe("an attribute", () => {
  const LINK = block`<p><a ${attribute("class")} ${attribute("href")} ${attribute("style")}>x</a></p>`;

  test("is decoded and written", async () => {
    await show(LINK, ["a", "/?a=1", "color: red"]);
    shown.patch(1, "/?a=1&amp;b=&quot;2&quot;");
    assert.equal(find("a").getAttribute("href"), '/?a=1&b="2"');
  });

  test("a class is merged with what others added and took away", async () => {
    await show(LINK, ["a b", "/", "color: red"]);
    find("a").classList.add("widget");
    find("a").classList.remove("b");
    shown.patch(0, "a b c");
    assert.equal(find("a").className, "a c widget");
    shown.patch(0, "c");
    assert.equal(find("a").className, "c widget");
    shown.patch(0, "b");
    assert.equal(find("a").className, "b widget");
  });

  test("a style is merged property by property", async () => {
    await show(LINK, ["a", "/", "color: red; width: 1px"]);
    find("a").setAttribute("style", "color: red; width: 5px; top: 0");
    shown.patch(2, "color: blue; width: 1px");
    assert.equal(find("a").getAttribute("style"), "color: blue; width: 5px; top: 0");
    shown.patch(2, "color: blue; width: 2px");
    assert.equal(find("a").getAttribute("style"), "color: blue; width: 2px; top: 0");
  });

  test("that somebody has changed stays until the server changes its word", async () => {
    await show(block`<div><b${tag()}>${run()}</b></div>`, [' title="a" lang=de', "x"]);
    find("b").setAttribute("title", "a widget's");
    find("b").setAttribute("role", "a widget's");
    shown.patch(0, ' title="a" id=d', 1, "y");
    assert.equal(find("b").outerHTML, '<b title="a widget\'s" role="a widget\'s" id="d">y</b>');
    shown.patch(0, ' title="b" id=d');
    assert.equal(find("b").outerHTML, '<b title="b" role="a widget\'s" id="d">y</b>');
  });

  test("of a root element leaves what marks it as a component", async () => {
    await show(block`<p${tag()}>x</p>`, [' class="a" hidden']);
    shown.patch(0, ' title="t"');
    assert.equal(shown.root.outerHTML, '<p live-id="1" live-token="t" title="t">x</p>');
  });
});

describe("a control", () => {
  const FORM = block`<form><input name="q" ${attribute("value")}>${run()}<textarea name="t">${content()}</textarea></form>`;
  const input = () => find("input") as HTMLInputElement;
  const area = () => find("textarea") as HTMLTextAreaElement;

  test("takes what the server says", async () => {
    await show(FORM, ["1", "", "one"]);
    shown.patch(0, "2", 2, "two");
    assert.deepEqual([input().value, area().value], ["2", "two"]);
  });

  test("keeps what the user has entered, until the server changes its mind and the user is not in it", async () => {
    await show(FORM, ["1", "", "one"]);
    input().focus();
    input().value = area().value = "draft";
    shown.patch(1, "more");
    assert.deepEqual([input().value, area().value], ["draft", "draft"]);
    shown.patch(0, "2", 2, "two");
    assert.deepEqual([input().value, area().value], ["draft", "two"]);
    input().blur();
    shown.patch(0, "3");
    assert.equal(input().value, "3");
  });

  test("of a form that was taken is as the server says, though it says nothing new", async () => {
    await show(FORM, ["", "", ""]);
    input().value = "sent";
    const call = shown.live.call(1, "send", {}, { sent: shown.root });
    shown.server.answer(2, [[1, 13, [1, "thank you"]]]);
    await call;
    assert.equal(input().value, "");
    input().value = "sent";
    shown.patch(1, "what else?");
    assert.equal(input().value, "sent");
  });

  test("of a nested component is not spoken of by the one around it", async () => {
    await show(block`<div>${run()}${component()}</div>`, ["1", [3, '<form live-id="3"><input></form>']]);
    input().value = "sent";
    const call = shown.live.call(3, "send", {}, { sent: find("form") });
    shown.server.answer(2, [[1, 13, [0, "2"]]]);
    await call;
    assert.equal(input().value, "sent");
  });

  test("a select follows its options", async () => {
    const option = block`<option${tag()}>${run()}</option>`;
    await show(block`<p><select>${loop(option)}</select></p>`, [
      [
        [" value=1", "one"],
        [" value=2 selected", "two"],
      ],
    ]);
    const select = find("select") as HTMLSelectElement;
    shown.patch(0, [[0, 2, -1, [[" value=3", "three"]]], 1, [0, " value=2"], 2, [0, " value=3 selected"]]);
    assert.equal(select.value, "3");
    select.value = "1";
    shown.patch(0, [null, 0, [1, "One"]]);
    assert.equal(select.value, "1");
  });

  test("a box is ticked by the user, or by the server when it says something new", async () => {
    await show(block`<p><input${tag()}></p>`, [' type="checkbox"']);
    input().checked = true;
    shown.patch(0, ' type="checkbox" title=t');
    assert.equal(input().checked, true);
    shown.patch(0, ' type="checkbox" checked');
    shown.patch(0, ' type="checkbox"');
    assert.equal(input().checked, false);
  });
});

describe("a branch", () => {
  const EITHER = block`<p>a ${branch(block`<b>${run()}</b>`, block`c`)} d</p>`;

  test("is switched, written into and emptied", async () => {
    await show(EITHER, [[0, ["1"]]]);
    const bold = find("b");
    shown.patch(0, [0, ["2"]]);
    shown.patch(0, [-1, [0, "3"]]);
    assert.equal(find("b"), bold);
    assert.ok(shown.isLike([[0, ["3"]]]));
    for (const value of [[1, []], null, [0, ["4"]]]) {
      shown.patch(0, value);
      assert.ok(shown.isLike([value]));
    }
  });

  test("of nothing has its place between texts", async () => {
    await show(block`<p>a${branch(block`x`)}${branch(block`y`)}b</p>`, [null, null]);
    shown.patch(1, [0, []]);
    shown.patch(0, [0, []]);
    assert.equal(shown.root.textContent, "axyb");
  });
});

describe("rows", () => {
  const rows = () => [...shown.root.querySelectorAll("li")];

  test("are inserted, moved, removed and changed, and the others are the same elements", async () => {
    await show(LIST, [keyed("a", "b", "c", "d")]);
    const [a, b, c, d] = rows();
    shown.patch(0, [[3, 1, 0, 1, -1, keyed("e"), 2, 1], 3, [1, "C"]]);
    assert.deepEqual([rows()[0], rows()[1], rows()[3]], [d, a, c]);
    assert.equal(b!.isConnected, false);
    assert.ok(shown.isLike([[...keyed("d", "a", "e"), ["c", "C"]]]));
  });

  test("only what moves is touched", async () => {
    await show(LIST, [keyed("a", "b", "c", "d", "e")]);
    shown.patch();
    const records: MutationRecord[] = [];
    const observer = new here.window.MutationObserver((list) => void records.push(...list));
    observer.observe(here.body, { childList: true, subtree: true });
    shown.patch(0, [[1, 4, 0, 1]]);
    records.push(...observer.takeRecords());
    assert.deepEqual(
      new Set(
        records.flatMap((record) => [...record.addedNodes, ...record.removedNodes]).map((node) => node.textContent),
      ),
      new Set(["a"]),
    );
  });

  test("leave what a widget has put between them where it is", async () => {
    await show(LIST, [keyed("a", "b")]);
    const line = here.document.createElement("hr");
    rows()[1]!.before(line);
    shown.patch(0, [[-1, keyed("c"), 0, 2]]);
    assert.equal(shown.root.textContent, "cab");
    assert.equal(line.nextSibling, rows()[2]);
  });

  test("that somebody has dragged elsewhere come to where the server says", async () => {
    await show(LIST, [keyed("a", "b", "c")]);
    shown.patch();
    const [a, b, c] = rows();
    c!.after(a!);
    shown.patch(0, [[1, 2, 0, 1]]);
    assert.deepEqual(rows(), [b, c, a]);
    assert.ok(shown.isLike([keyed("b", "c", "a")]));
  });

  test("take all their values at once", async () => {
    await show(block`<div>${branch(LIST)}</div>`, [[0, [keyed("a", "b", "c")]]]);
    const [a] = rows();
    shown.patch(0, [0, [[["a", "A"]]]]);
    assert.deepEqual(rows(), [a]);
    shown.patch(0, [0, [keyed("a", "b")]]);
    assert.ok(shown.isLike([[0, [keyed("a", "b")]]]));
  });
});

describe("a nested component", () => {
  const PARENT = block`<div>${branch(block`x`)}${component()}${component()}</div>`;
  const child = (id: number, text: string) => `<p live-id="${id}">${text}</p>`;

  test("stands between texts, and is replaced", async () => {
    await show(PARENT, [null, [3, child(3, "c")], [5, child(5, "e")]]);
    shown.patch(0, [0, []], 1, [7, child(7, "g")]);
    assert.equal(shown.root.innerHTML, `x${child(7, "g")}${child(5, "e")}`);
  });

  test("that changes its place stays the same", async () => {
    await show(PARENT, [null, [3, child(3, "c")], [5, child(5, "e")]]);
    const [three, five] = shown.root.children;
    shown.patch(1, [5, null], 2, [3, child(3, "C")]);
    assert.deepEqual([...shown.root.children], [five, three]);
    assert.equal(three!.textContent, "C");
    assert.equal(shown.resyncs.length, 0);
  });

  test("that has become another element leaves with its place", async () => {
    await show(PARENT, [null, [3, child(3, "c")], [5, child(5, "e")]]);
    shown.patch();
    shown.server.apply([[3, 12, '<b live-id="3">C</b>']]);
    assert.equal(find("b").textContent, "C");
    shown.patch(1, [7, child(7, "g")]);
    assert.equal(shown.root.innerHTML, `${child(7, "g")}${child(5, "e")}`);
  });

  test("that is wanted kept and is not in the page is asked for", async () => {
    await show(PARENT, [null, [3, child(3, "c")], [5, child(5, "e")]]);
    shown.patch(1, [9, null]);
    assert.deepEqual(shown.resyncs, [{ component: 9, plain: null }]);
  });
});

describe("what is not the server's to write", () => {
  test("something ignored is left alone, before and after", async () => {
    const map = block`<div live-ignore>${branch(block`<b>${run()}</b>`)}</div>`;
    await show(block`<div>${branch(map)}${loop(ROW)}</div>`, [[0, [[0, ["1"]]]], keyed("a")]);
    find("[live-ignore]").innerHTML = "a widget's";
    shown.patch(0, [-1, [0, [-1, [0, "2"]]]], 1, [[0, 1, -1, keyed("b")]]);
    assert.equal(shown.root.textContent, "a widget'sab");
  });

  test("an editable element is left while the user is in it, and comes with the next patch", async () => {
    await show(block`<div><p contenteditable tabindex="0">${run()}</p><i>${run()}</i></div>`, ["1", "1"]);
    find("p").focus();
    shown.patch(0, "2", 1, "2");
    assert.equal(shown.root.textContent, "12");
    find("p").blur();
    shown.patch(1, "3");
    assert.deepEqual(shown.resyncs, [{ component: 1, plain: null }]);
  });
});

describe("hooks and signals", () => {
  test("a hook hears of what is written in it", async () => {
    let updated = 0;
    await show(block`<div><div live-hook="Box"><p>${run()}</p></div><i>${run()}</i></div>`, ["1", "1"], {
      hooks: { Box: { updated: () => void (updated += 1) } },
    });
    shown.patch(1, "2");
    assert.equal(updated, 0);
    shown.patch(0, "2", 1, "3");
    assert.equal(updated, 1);
  });

  test("signals show themselves in new rows, and in what the server has written", async () => {
    const row = block`<li><b live-text="name">${run()}</b></li>`;
    await show(block`<ul live-signals='{"name": "Ana"}'>${loop(row)}</ul>`, [[["1"]]]);
    shown.patch(0, [[0, 1, -1, [["2"]]], 0, [0, "3"]]);
    assert.equal(shown.root.textContent, "AnaAna");
  });
});

describe("a patch that does not fit", () => {
  afterEach(() => void said.splice(0));

  test("is told once, and the component is asked for whole; then it fits", async () => {
    await show(block`<p><b>${run()}</b></p>`, ["1"]);
    shown.patch(0, "2");
    find("b").remove();
    shown.patch(0, "3");
    shown.patch(0, "4");
    assert.match(said.join(), /^[^[]*\[patch\.misfit[^[]*$/);
    assert.deepEqual(shown.resyncs, [{ component: 1, plain: null }]);
    shown.server.answer(2, [[1, 12, shown.page(["5"])]]);
    shown.patch(0, "6");
    assert.ok(shown.isLike(["6"]));
    assert.equal(shown.resyncs.length, 1);
  });

  test("twice in a row has the component sent whole for good", async () => {
    await show(TEXT, ["1"]);
    shown.patch(7, "?");
    shown.server.answer(2, [[1, 12, shown.page(["2"])]]);
    await settled();
    shown.patch(7, "?");
    shown.server.answer(3, [[1, 12, '<p live-id="1">3</p>']]);
    await settled();
    assert.deepEqual(
      shown.resyncs.map(({ plain }) => plain),
      [null, true],
    );
    assert.equal(shown.root.textContent, "3");
  });

  test("a page that is not what the program says is mended at the first patch", async () => {
    await show(block`<p><b>x</b>${run()}</p>`, ["1"]);
    assert.equal(shown.resyncs.length, 0);
    shown.live.stop();
    here = page();
    stock = stocked(here.window);
    shown = new Shown(stock, here.body, block`<p><b>x</b>${run()}</p>`, ["1"]);
    find("b").replaceWith("somebody's");
    await settled();
    stock.idle();
    shown.patch(0, "2");
    assert.deepEqual(shown.resyncs, [{ component: 1, plain: null }]);
  });

  test("a program that cannot be fetched is mended, and asked for again", async () => {
    await show(TEXT, ["1"], { missing: true });
    shown.patch(0, "2");
    await settled();
    assert.deepEqual(shown.resyncs, [{ component: 1, plain: null }]);
    stock.programs.set("p1", formOf(TEXT));
    shown.server.answer(2, [[1, 12, shown.page(["3"])]]);
    shown.patch(0, "4");
    await settled();
    assert.equal(shown.root.textContent, "4");
  });

  test("a component without a program is asked for", async () => {
    await show(TEXT, ["1"]);
    shown.root.removeAttribute("live-program");
    shown.patch(0, "2");
    assert.deepEqual(shown.resyncs, [{ component: 1, plain: null }]);
  });
});
