import assert from "node:assert/strict";
import { test } from "node:test";
import { open, settle } from "./page";

const HTML = `<div live-id="1"><p live-load="sum" live-value-of="x"></p><p live-load="rows" live-load-name="stock"></p>
  <i live-id="3"><b live-load="sum" id="inner"></b></i></div>`;

/** Say `name` at an element, as the session does. */
function tell(page: ReturnType<typeof open>, selector: string, name: string, detail: object): void {
  page.fire(page.find(selector), new page.window.CustomEvent(name, { detail, bubbles: true }));
}

test("what is loaded later is asked for once when it comes into the page, with its values", async () => {
  const page = open(HTML);
  await settle();
  assert.deepEqual(page.log(), ['sum({"of":"x"})', "rows({})", "sum({})"]);
  assert.deepEqual(
    page.sent.map(({ component }) => component),
    [1, 1, 3],
  );
  page.find("[live-id='1']").insertAdjacentHTML("beforeend", '<u live-load="late"></u>');
  await settle();
  assert.deepEqual(page.log().slice(3), ["late({})"]);
});

test("a component that is refreshed loads its own again, or those that are named", async () => {
  const page = open(HTML);
  await settle();
  for (const { answer } of [...page.sent]) await answer();
  const before = page.log().length;
  tell(page, "[live-id='1']", "live:load", { names: true });
  await settle();
  assert.deepEqual(page.log().slice(before), ['sum({"of":"x"})', "rows({})"]);
  for (const { answer } of page.sent.slice(before)) await answer();
  tell(page, "[live-id='1']", "live:load", { names: ["stock", "inner"] });
  await settle();
  assert.deepEqual(page.log().slice(before + 2), ["rows({})", "sum({})"]);
});

test("a component that is mounted again has lost what it had been loaded with", async () => {
  const page = open(HTML);
  await settle();
  for (const { answer } of [...page.sent]) await answer();
  tell(page, "[live-id='1']", "live:mounted", { id: 1 });
  await settle();
  assert.equal(page.log().length, 3);
  tell(page, "[live-id='1']", "live:mounted", { id: 1 });
  await settle();
  assert.equal(page.log().length, 6);
});
