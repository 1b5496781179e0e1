import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { open, settle } from "./page";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

const change = (page: ReturnType<typeof open>, selector: string, prepare: (element: HTMLInputElement) => void) => {
  prepare(page.find(selector));
  page.choose(selector);
};

test("typing is sent once it has been quiet for 250 ms", () => {
  const page = open(`<div live-id="3"><input live-model="search"></div>`);
  page.type("input", "t");
  mock.timers.tick(249);
  page.type("input", "te");
  mock.timers.tick(249);
  assert.deepEqual(page.log(), []);
  mock.timers.tick(1);
  assert.deepEqual(page.log(), ['set({"search":"te"})']);
  assert.equal(page.sent[0]!.component, 3);
  assert.equal(page.sent[0]!.options!.sent, page.find("input"));
});

test("the wait can be chosen, and leaving the field does not wait", () => {
  const page = open(`<div live-id="1"><input live-model.debounce.1s="search"></div>`);
  page.type("input", "tea");
  mock.timers.tick(999);
  assert.deepEqual(page.log(), []);
  page.choose("input");
  assert.deepEqual(page.log(), ['set({"search":"tea"})']);
  mock.timers.tick(1000);
  assert.equal(page.sent.length, 1);
});

test("a throttled field sends the first value at once and always the last", () => {
  const page = open(`<div live-id="1"><input live-model.throttle.500ms="x"></div>`);
  for (const text of ["1", "12", "123"]) page.type("input", text);
  assert.deepEqual(page.log(), ['set({"x":"1"})']);
  mock.timers.tick(500);
  assert.deepEqual(page.log(), ['set({"x":"1"})', 'set({"x":"123"})']);
  mock.timers.tick(500);
  page.type("input", "4");
  assert.equal(page.sent.length, 3);
});

test(".lazy waits for change and .blur for leaving", () => {
  const page = open(`<div live-id="1"><input id="a" live-model.lazy="a"><input id="b" live-model.blur="b"></div>`);
  page.type("#a", "1");
  page.type("#b", "2");
  mock.timers.tick(5000);
  assert.deepEqual(page.log(), []);
  page.choose("#a");
  page.choose("#b");
  assert.deepEqual(page.log(), ['set({"a":"1"})']);
  page.fire(page.find("#b"), new page.window.FocusEvent("focusout", { bubbles: true }));
  assert.deepEqual(page.log(), ['set({"a":"1"})', 'set({"b":"2"})']);
});

test("each kind of control sends its kind of value", () => {
  const page = open(`<div live-id="1">
    <input id="one" type="checkbox" live-model="one"><input id="many" type="checkbox" value="a" live-model="many">
    <input type="checkbox" value="b" live-model="many" checked>
      <input id="lone" type="checkbox" value="z" live-model.list="lone">
    <input type="radio" name="r" value="s" live-model="size">
      <input id="radio" type="radio" name="r" value="m" live-model.number="size">
    <select id="single" live-model.number="qty"><option value="1">1</option><option value="2">2</option></select>
    <select id="multiple" multiple live-model="tags"><option>x</option><option>y</option></select></div>`);
  for (const id of ["one", "many", "lone", "radio"]) change(page, `#${id}`, (box) => (box.checked = true));
  change(page, "#single", (select) => (select.value = "2"));
  change(page, "#multiple", (select) =>
    [...(select as unknown as HTMLSelectElement).options].forEach((o) => (o.selected = true)),
  );
  assert.deepEqual(
    page.sent.map(({ values }) => values),
    [{ one: true }, { many: ["a", "b"] }, { lone: ["z"] }, { size: "m" }, { qty: 2 }, { tags: ["x", "y"] }],
  );
});

test("numbers are numbers, an empty one is null, and what is no number stays text", () => {
  const page = open(
    `<div live-id="1"><input id="n" type="number" live-model="n"><input id="t" live-model.number="t"></div>`,
  );
  for (const [selector, text] of [
    ["#n", "2.5"],
    ["#n", ""],
    ["#t", "12"],
    ["#t", "1x"],
  ] as const) {
    page.type(selector, text);
    mock.timers.tick(250);
  }
  assert.deepEqual(
    page.sent.map(({ values }) => values),
    [{ n: 2.5 }, { n: null }, { t: 12 }, { t: "1x" }],
  );
});

test("textarea and contenteditable are typed into like any text", () => {
  const page = open(
    `<div live-id="1"><textarea live-model="a"></textarea><p contenteditable live-model="b">x</p></div>`,
  );
  page.type("textarea", "two\nlines");
  page.find("p").textContent = "note";
  page.fire(page.find("p"), new page.window.InputEvent("input", { bubbles: true }));
  mock.timers.tick(250);
  assert.deepEqual(page.log(), ['set({"a":"two\\nlines"})', 'set({"b":"note"})']);
});

test("half a syllable of an input method is not sent", () => {
  const page = open(`<div live-id="1"><input live-model="x"></div>`);
  page.find("input").value = "に";
  page.fire(page.find("input"), new page.window.InputEvent("input", { bubbles: true, isComposing: true }));
  mock.timers.tick(1000);
  assert.deepEqual(page.log(), []);
  page.fire(page.find("input"), new page.window.Event("compositionend", { bubbles: true }));
  mock.timers.tick(250);
  assert.deepEqual(page.log(), ['set({"x":"に"})']);
});

test("a call of the component takes what is pending with it, first; other components keep theirs", () => {
  const page = open(`<div live-id="1"><input id="a" live-model="a"><input id="b" live-model.lazy="b">
      <button live-click="go">x</button></div>
    <div live-id="3"><input id="c" live-model="c"></div>`);
  for (const id of ["a", "b", "c"]) page.type(`#${id}`, id);
  page.click("button");
  assert.deepEqual(page.log(), ['set({"a":"a"})', 'set({"b":"b"})', "go({})"]);
  mock.timers.tick(250);
  assert.deepEqual(page.log().slice(3), ['set({"c":"c"})']);
});

test("a change that is also bound to an action writes before it calls", () => {
  const page = open(
    `<div live-id="1"><select live-model="stage" live-change="reload"><option>a</option></select></div>`,
  );
  page.choose("select");
  assert.deepEqual(page.log(), ['set({"stage":"a"})', "reload({})"]);
});

test("a queued call flushes when it goes out, so it takes what was typed while it waited", async () => {
  const page = open(`<div live-id="1"><input live-model="x"><button live-click="go">x</button></div>`);
  page.click("button");
  page.click("button");
  page.type("input", "new");
  assert.deepEqual(page.log(), ["go({})"]);
  await page.sent[0]!.answer();
  assert.deepEqual(page.log(), ["go({})", 'set({"x":"new"})', "go({})"]);
});

test("a patch does not take away what was typed while the last value was under way", async () => {
  const page = open(`<div live-id="1"><input live-model="x" value=""></div>`);
  page.type("input", "ab");
  mock.timers.tick(250);
  page.type("input", "abc");
  page.find("input").value = "ab";
  page.find("input").setAttribute("value", "ab");
  await settle();
  assert.equal(page.find<HTMLInputElement>("input").value, "abc");
  await page.sent[0]!.answer();
  assert.equal(page.find<HTMLInputElement>("input").value, "abc");
  mock.timers.tick(250);
  assert.deepEqual(page.log(), ['set({"x":"ab"})', 'set({"x":"abc"})']);
});

test("a control that is replaced while a value is pending gets the value, and it is sent", async () => {
  const page = open(`<div live-id="1"><input live-model="x"></div>`);
  page.type("input", "typed");
  page.find("div").outerHTML = `<div live-id="1"><p><input live-model="x" value="old"></p></div>`;
  await settle();
  assert.equal(page.find<HTMLInputElement>("input").value, "typed");
  mock.timers.tick(250);
  assert.deepEqual(page.log(), ['set({"x":"typed"})']);
});

test("what the server writes into a control that is not pending stays", async () => {
  const page = open(`<div live-id="1"><input live-model="x"></div>`);
  page.type("input", "  tea ");
  mock.timers.tick(250);
  page.find<HTMLInputElement>("input").value = "tea";
  page.find("input").setAttribute("value", "tea");
  await page.sent[0]!.answer();
  assert.equal(page.find<HTMLInputElement>("input").value, "tea");
});

test("a form that is reset forgets what was pending in it", () => {
  const page = open(`<form live-id="1"><input live-model="x"></form>`);
  page.type("input", "typed");
  page.fire(page.find("form"), new page.window.Event("reset", { bubbles: true }));
  mock.timers.tick(250);
  assert.deepEqual(page.log(), []);
});

test("leaving the page sends what is pending", () => {
  const page = open(`<div live-id="1"><input live-model.blur="x"></div>`);
  page.type("input", "typed");
  page.fire(page.window, new page.window.Event("pagehide"));
  assert.deepEqual(page.log(), ['set({"x":"typed"})']);
});

test("a file input cannot be a field", (t) => {
  const warned = t.mock.method(console, "warn", () => {});
  const page = open(`<div live-id="1"><input type="file" live-model="x"></div>`);
  page.choose("input");
  assert.deepEqual(page.log(), []);
  assert.match(String(warned.mock.calls[0]!.arguments[0]), /files cannot be fields/);
});
