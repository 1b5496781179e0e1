import assert from "node:assert/strict";
import { test } from "node:test";
import { Lanes } from "../../src/bindings/lanes";
import { open, settle } from "./page";

test("by default calls of one element wait for one another, and others do not", async () => {
  const page = open(`<div live-id="1"><b live-click="a">x</b><i live-click="a">y</i></div>`);
  page.click("b");
  page.click("b");
  page.click("i");
  assert.equal(page.sent.length, 2);
  await page.sent[0]!.answer();
  assert.equal(page.sent.length, 3);
});

test("replace cancels the older call and runs the newer at once", () => {
  const page = open(`<b live-id="1" live-click="a" live-lane="replace">x</b>`);
  page.click("b");
  const { signal } = page.sent[0]!.options!;
  assert.equal(signal!.aborted, false);
  page.click("b");
  assert.equal(signal!.aborted, true);
  assert.equal(page.sent[1]!.options!.signal!.aborted, false);
  assert.deepEqual(
    page.heard.map(({ name, detail }) => [name, detail["action"], detail["count"]]),
    [["live:lane:replaced", "a", 1]],
  );
});

test("block ignores, parallel does not care", () => {
  const page = open(
    `<div live-id="1"><b live-click="a" live-lane="block">x</b><i live-click="c" live-lane="parallel">y</i></div>`,
  );
  for (const element of ["b", "b", "i", "i"]) page.click(element);
  assert.deepEqual(
    page.sent.map(({ action }) => action),
    ["a", "c", "c"],
  );
});

test("elements that name the same lane share it, and the session is told its name", () => {
  const page = open(
    `<div live-id="1"><b live-click="a" live-lane="block" live-lane-key="order.7">x</b>
      <i live-click="c" live-lane="block" live-lane-key="order.7">y</i></div>`,
  );
  page.click("b");
  page.click("i");
  assert.deepEqual(page.log(), ["a({})"]);
  const { lane, key, source } = page.sent[0]!.options!;
  assert.deepEqual([lane, key, source], ["order.7", "order.7", page.find("b")]);
});

test("a refused call frees its lane", async () => {
  const page = open(`<b live-id="1" live-click="a" live-lane="block">x</b>`);
  page.click("b");
  await page.sent[0]!.answer({
    ok: false,
    refusal: { code: "action.failed", fault: "application", message: "", detail: null },
  });
  page.click("b");
  assert.equal(page.sent.length, 2);
});

test("an unknown lane is named to the developer and the default is taken", (t) => {
  const warned = t.mock.method(console, "warn", () => {});
  const page = open(`<b live-id="1" live-click="a" live-lane="latest">x</b>`);
  page.click("b");
  assert.match(
    String(warned.mock.calls[0]!.arguments[0]),
    /live-lane="latest" is not one of replace, block, queue, parallel/,
  );
  assert.equal(page.sent.length, 1);
});

test("a waiting call that is replaced never gets its turn, and who came later waits only for the newest", async () => {
  const lanes = new Lanes();
  const first = lanes.enter("k", "queue")!;
  const second = lanes.enter("k", "queue")!;
  const newest = lanes.enter("k", "replace")!;
  assert.deepEqual([first.signal.aborted, second.signal.aborted, newest.turn], [true, true, null]);
  const last = lanes.enter("k", "queue")!;
  let came = false;
  void last.turn!.then(() => (came = true));
  first.leave();
  second.leave();
  await settle();
  assert.equal(came, false);
  newest.leave();
  await settle();
  assert.equal(came, true);
  last.leave();
  assert.ok(lanes.enter("k", "block"), "an empty lane is free");
});
