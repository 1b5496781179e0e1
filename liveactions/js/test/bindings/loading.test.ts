import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { open, settle } from "./page";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

const refused = {
  ok: false,
  refusal: { code: "action.failed", fault: "application", message: "", detail: null },
} as const;

test("an element with live-loading is there only while its component is busy", async () => {
  const page = open(
    `<div live-id="1"><b live-click="go">x</b><i live-loading>…</i></div><div live-id="3"><u live-loading>…</u></div>`,
  );
  const hidden = () => ["i", "u"].map((name) => page.find(name).hasAttribute("hidden"));
  assert.deepEqual(hidden(), [true, true]);
  page.click("b");
  assert.deepEqual(hidden(), [false, true]);
  await page.sent[0]!.answer();
  assert.deepEqual(hidden(), [true, true]);
});

test("two calls need two ends", async () => {
  const page = open(`<div live-id="1"><b live-click="go" live-lane="parallel">x</b><i live-loading>…</i></div>`);
  page.click("b");
  page.click("b");
  await page.sent[0]!.answer();
  assert.ok(!page.find("i").hasAttribute("hidden"));
  assert.equal(page.document.documentElement.getAttribute("aria-busy"), "true");
  await page.sent[1]!.answer(refused);
  assert.ok(page.find("i").hasAttribute("hidden"));
  assert.equal(page.document.documentElement.getAttribute("aria-busy"), null);
});

test("action, lane and page say what an element waits for", () => {
  const page = open(`<div live-id="1"><b live-click="save" live-lane-key="order.7">x</b><s live-click="other">x</s>
    <i id="action" live-loading live-loading-action="save ship">…</i>
      <i id="lane" live-loading live-loading-lane="order.7">…</i>
    <i id="both" live-loading live-loading-action="ship" live-loading-lane="order.7">…</i></div>
      <i id="page" live-loading="page">…</i>`);
  const shown = () =>
    [...page.document.querySelectorAll("i")].filter((i) => !i.hasAttribute("hidden")).map((i) => i.id);
  page.click("s");
  assert.deepEqual(shown(), ["page"]);
  page.click("b");
  assert.deepEqual(shown(), ["action", "lane", "page"]);
});

test("a delay spares the page from a flicker", async () => {
  const page = open(`<div live-id="1"><b live-click="go">x</b><i live-loading live-loading-delay="200">…</i></div>`);
  page.click("b");
  mock.timers.tick(199);
  assert.ok(page.find("i").hasAttribute("hidden"));
  mock.timers.tick(1);
  assert.ok(!page.find("i").hasAttribute("hidden"));
  await page.sent[0]!.answer();
  page.click("b");
  await page.sent[1]!.answer();
  mock.timers.tick(1000);
  assert.ok(page.find("i").hasAttribute("hidden"));
});

test("classes, attributes and disabled come and go, and what was there before is given back", async () => {
  const page = open(`<div live-id="1"><b live-click="go">x</b>
    <button class="calm dim" live-loading-class="busy dim" live-loading-remove-class="calm" live-loading-disable
      live-loading-attr="data-x=1 title=wait" title="old">y</button></div>`);
  const before = page.find("button").outerHTML;
  page.click("b");
  const button = page.find<HTMLButtonElement>("button");
  assert.deepEqual([...button.classList].sort(), ["busy", "dim"]);
  assert.deepEqual([button.disabled, button.title, button.getAttribute("data-x")], [true, "wait", "1"]);
  await page.sent[0]!.answer(refused);
  assert.deepEqual([...button.classList].sort(), ["calm", "dim"]);
  assert.deepEqual([button.disabled, button.title, button.getAttribute("data-x")], [false, "old", null]);
  assert.equal(before.length, button.outerHTML.length);
});

test("live-disable puts the button out of use, marks root and button busy, and brings the focus back", async () => {
  const page = open(`<div live-id="1"><button live-click="go" live-disable>x</button></div>`);
  const button = page.find<HTMLButtonElement>("button");
  button.focus();
  page.click("button");
  button.blur();
  assert.deepEqual(
    [button.disabled, button.getAttribute("aria-busy"), page.find("div").getAttribute("aria-busy")],
    [true, "true", "true"],
  );
  await page.sent[0]!.answer();
  assert.deepEqual(
    [button.disabled, button.getAttribute("aria-busy"), page.find("div").getAttribute("aria-busy")],
    [false, null, null],
  );
  assert.equal(page.document.activeElement, button);
});

test("live-disable on a form disables its buttons and leaves the fields alone", async () => {
  const page = open(
    `<form live-id="1" live-submit="save" live-disable><input name="a"><button>Save</button>
      <button type="button">No</button><button disabled>Off</button></form>`,
  );
  const disabled = () =>
    [...page.document.querySelectorAll<HTMLButtonElement>("input, button")].map((it) => it.disabled);
  page.fire(page.find("form"), new page.window.SubmitEvent("submit", { bubbles: true, cancelable: true }));
  assert.deepEqual(disabled(), [false, true, false, true]);
  await page.sent[0]!.answer();
  assert.deepEqual(disabled(), [false, false, false, true]);
});

test("a link with live-disable cannot be clicked meanwhile", async () => {
  const page = open(`<div live-id="1"><a href="/" live-click="go" live-disable>x</a></div>`);
  page.click("a");
  page.click("a");
  assert.equal(page.find("a").getAttribute("aria-disabled"), "true");
  await page.sent[0]!.answer();
  assert.deepEqual([page.sent.length, page.find("a").getAttribute("aria-disabled")], [1, null]);
});

test("a patch that overwrites a held state is held off until the end, and then has its way", async () => {
  const page = open(
    `<div live-id="1"><button live-click="ship" live-disable live-loading-class="busy">x</button></div>`,
  );
  const button = page.find<HTMLButtonElement>("button");
  page.click("button");
  button.setAttribute("disabled", "");
  button.className = "shipped";
  page.find("div").removeAttribute("aria-busy");
  await settle();
  assert.ok(button.classList.contains("busy") && button.disabled && page.find("div").hasAttribute("aria-busy"));
  await page.sent[0]!.answer();
  assert.equal(button.className, "shipped");
  assert.equal(button.getAttribute("disabled"), "", "the server disabled it for good");
});

test("elements that a patch has put in while the call runs are busy too, and restored", async () => {
  const page = open(
    `<div live-id="1"><button id="b" live-click="go" live-disable>x</button><i live-loading>…</i></div>`,
  );
  page.click("button");
  page.find("div").innerHTML = `<button id="b" live-click="go" live-disable>x</button><i live-loading>…</i>`;
  await settle();
  assert.ok(page.find<HTMLButtonElement>("button").disabled);
  assert.ok(!page.find("i").hasAttribute("hidden"));
  await page.sent[0]!.answer();
  assert.ok(!page.find<HTMLButtonElement>("button").disabled);
  assert.ok(page.find("i").hasAttribute("hidden"));
});

test("writing a field shows only what names the field, and never disables by surprise", async () => {
  const page = open(
    `<div live-id="1"><input live-model="search" live-loading-disable>
      <i live-loading live-loading-action="search">…</i></div>`,
  );
  page.type("input", "x");
  mock.timers.tick(250);
  assert.ok(!page.find("i").hasAttribute("hidden"));
  assert.ok(!page.find<HTMLInputElement>("input").disabled);
  assert.ok(!page.document.documentElement.hasAttribute("aria-busy"));
  await page.sent[0]!.answer();
  assert.ok(page.find("i").hasAttribute("hidden"));
});

test("after stop nothing is left busy", () => {
  const page = open(`<div live-id="1"><button live-click="go" live-disable>x</button></div>`);
  page.click("button");
  page.stop();
  assert.ok(!page.find<HTMLButtonElement>("button").disabled);
  assert.ok(!page.document.documentElement.hasAttribute("aria-busy"));
});
