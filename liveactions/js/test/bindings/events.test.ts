import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { open, settle } from "./page";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

test("a click calls the action with its values, dashes turned into underscores", () => {
  const page = open(
    `<div live-id="3"><button live-click="add" live-value-by="2" live-value-order-id="7">+</button></div>`,
  );
  page.click("button");
  assert.deepEqual(page.log(), ['add({"by":"2","order_id":"7"})']);
  assert.equal(page.sent[0]!.component, 3);
  assert.deepEqual(page.sent[0]!.event, { type: "click" });
});

test("a click inside a bound element counts, and each component gets its own", () => {
  const page = open(`<div live-id="1" live-click="outer"><p live-id="3" live-click="inner"><b>x</b></p></div>`);
  page.click("b");
  assert.deepEqual(
    page.sent.map(({ component, action }) => [component, action]),
    [
      [3, "inner"],
      [1, "outer"],
    ],
  );
});

test(".stop ends the event at its element, .self wants it from there, .once runs once", () => {
  const page = open(
    `<div live-id="1" live-click="outer" live-lane="parallel"><p live-click.self="own">
      <b live-click.stop.once="once">x</b></p></div>`,
  );
  page.click("b");
  page.click("b");
  page.click("p");
  assert.deepEqual(page.log(), ["once({})", "outer({})", "own({})", "outer({})"]);
});

test("one element may have several bindings, and an empty one only prevents", () => {
  const page = open(`<i live-id="1" live-click="a" live-click.prevent="" live-on-ship="b" live-keydown.esc="c">x</i>`);
  assert.ok(page.click("i").defaultPrevented);
  page.fire(page.find("i"), new page.window.CustomEvent("ship", { detail: { order: 7 } }));
  page.key("i", "Escape");
  assert.deepEqual(
    page.sent.map(({ action }) => action),
    ["a", "b", "c"],
  );
  assert.deepEqual(page.sent[1]!.event, { type: "ship", value: { order: 7 } });
});

test("the detail of a custom event that cannot be sent is left out", () => {
  const page = open(`<i live-id="1" live-on-ship="b">x</i>`);
  page.fire(page.find("i"), new page.window.CustomEvent("ship", { detail: { run() {} } }));
  assert.deepEqual(page.sent[0]!.event, { type: "ship" });
});

test("keys and held keys must fit, whatever else is held", () => {
  const page = open(`<input live-id="1" live-keydown.ctrl.enter="send" live-keyup.arrow-down="next">`);
  page.key("input", "Enter");
  page.key("input", "a", { ctrlKey: true });
  page.key("input", "Enter", { ctrlKey: true, shiftKey: true });
  page.key("input", "ArrowDown", {}, "keyup");
  assert.deepEqual(
    page.sent.map(({ action, event }) => [action, event!.key]),
    [
      ["send", "Enter"],
      ["next", "ArrowDown"],
    ],
  );
});

test("Enter that ends the composition of an input method is not Enter", () => {
  const page = open(`<input live-id="1" live-keydown.enter="send">`);
  page.key("input", "Enter", { isComposing: true });
  assert.deepEqual(page.log(), []);
});

test(".window hears keys from anywhere, .outside hears clicks that are not inside", () => {
  const page = open(
    `<p>elsewhere</p><div live-id="1" live-keydown.window.escape="close" live-click.outside="leave"><b>x</b></div>`,
  );
  page.key("p", "Escape");
  page.click("b");
  page.click("p");
  assert.deepEqual(page.log(), ["close({})", "leave({})"]);
  page.find("div").remove();
  page.key("p", "Escape");
  assert.equal(page.sent.length, 2);
});

test("events that do not bubble are heard at their own element only", () => {
  const page = open(`<div live-id="1" live-focus="outer"><input live-focus="inner" live-blur="left"></div>`);
  page.fire(page.find("input"), new page.window.FocusEvent("focus"));
  page.fire(page.find("input"), new page.window.FocusEvent("blur"));
  assert.deepEqual(page.log(), ["inner({})", "left({})"]);
});

test("HTML that arrives later is bound too, with events nobody had before", async () => {
  const page = open(`<div live-id="1"></div>`);
  page.find("div").innerHTML = `<b live-on-swipe="go">x</b>`;
  await settle();
  page.fire(page.find("b"), new page.window.Event("swipe", { bubbles: true }));
  page.find("b").setAttribute("live-on-pinch", "zoom");
  await settle();
  page.fire(page.find("b"), new page.window.Event("pinch", { bubbles: true }));
  assert.deepEqual(page.log(), ["go({})", "zoom({})"]);
});

test("debounce runs the last once it is quiet, throttle the first, and not for removed elements", () => {
  const page = open(
    `<div live-id="1"><i live-click.debounce.300ms="late">x</i><b live-click.throttle.1s="early">x</b></div>`,
  );
  page.click("i");
  mock.timers.tick(299);
  page.click("i");
  mock.timers.tick(299);
  assert.deepEqual(page.log(), []);
  mock.timers.tick(1);
  assert.deepEqual(page.log(), ["late({})"]);
  page.click("b");
  page.click("b");
  mock.timers.tick(1000);
  page.click("b");
  assert.equal(
    page.sent.filter(({ action }) => action === "early").length,
    1,
    "the second waits for the first's answer",
  );
  page.click("i");
  page.find("i").remove();
  mock.timers.tick(300);
  assert.equal(page.sent.filter(({ action }) => action === "late").length, 1);
});

test("a bound link does not leave the page, unless the user opens it elsewhere", () => {
  const page = open(`<div live-id="1"><a href="/2/" live-click="page">2</a></div>`);
  assert.ok(page.click("a").defaultPrevented);
  assert.ok(!page.click("a", { ctrlKey: true }).defaultPrevented);
  assert.equal(page.sent.length, 1);
});

test("an untyped bound button does not send its form, a submit button does", () => {
  const page = open(
    `<form live-id="1"><button id="a" live-click="x">x</button><button id="b" type="submit" live-click="y">y</button>
      </form>`,
  );
  assert.ok(page.click("#a").defaultPrevented);
  assert.ok(!page.click("#b").defaultPrevented);
});

test("a dragged element brings its values to where it is dropped", () => {
  const page = open(
    `<div live-id="1"><li draggable="true" live-value-order="9">card</li>
      <ul live-drop="move" live-value-stage="packed"><b>x</b></ul></div>`,
  );
  const drag = (target: string, type: string) =>
    page.fire(page.find(target), new page.window.MouseEvent(type, { bubbles: true, cancelable: true }));
  drag("li", "dragstart");
  assert.ok(drag("b", "dragover").defaultPrevented, "the drop is allowed");
  assert.ok(!drag("li", "dragover").defaultPrevented);
  assert.ok(drag("b", "drop").defaultPrevented);
  assert.deepEqual(page.log(), ['move({"order":"9","stage":"packed"})']);
});

test("an element outside every component calls nothing and says so", (t) => {
  const warned = t.mock.method(console, "warn", () => {});
  const page = open(`<button live-click="go">x</button>`);
  page.click("button");
  assert.deepEqual(page.log(), []);
  assert.match(String(warned.mock.calls[0]!.arguments[0]), /"go" cannot be called/);
});

test("after stop nothing is heard", () => {
  const page = open(`<button live-id="1" live-click="go">x</button>`);
  page.stop();
  page.click("button");
  assert.deepEqual(page.log(), []);
});
