import assert from "node:assert/strict";
import { test } from "node:test";
import { open, settle } from "./page";

const submit = (page: ReturnType<typeof open>, submitter: string | null = null) =>
  page.fire(
    page.find("form"),
    new page.window.SubmitEvent("submit", {
      bubbles: true,
      cancelable: true,
      submitter: submitter === null ? null : page.find(submitter),
    }),
  );

test("a form sends its fields, the pressed button and the values of both, but no CSRF token", () => {
  const page = open(`<form live-id="1" live-submit="save" live-value-from="list">
    <input name="csrfmiddlewaretoken" value="secret"><input name="title" value="Tea">
      <input name="off" value="1" disabled>
    <button name="how" value="fast" live-value-again="yes">Save</button><button name="how" value="slow">Slow</button>
      </form>`);
  assert.ok(submit(page, "button").defaultPrevented);
  assert.deepEqual(page.sent[0]!.values, { title: "Tea", how: "fast", from: "list", again: "yes" });
});

test("a name that can have several values is a list, however many were chosen", () => {
  const page = open(`<form live-id="1" live-submit="save">
    <select name="tags" multiple><option selected>a</option><option>b</option></select>
    <input type="checkbox" name="days" value="mo"><input type="checkbox" name="days" value="tu">
    <input type="checkbox" name="agree" checked><input name="line" value="1"><input name="line" value="2"></form>`);
  submit(page);
  assert.deepEqual(page.sent[0]!.values, { tags: ["a"], days: [], agree: "on", line: ["1", "2"] });
});

test("a file is not sent, and the developer is told", (t) => {
  const warned = t.mock.method(console, "warn", () => {});
  const page = open(`<form live-id="1" live-submit="save"><input name="title" value="Tea"></form>`);
  const { FormData, File } = page.window;
  t.mock.method(FormData.prototype, "forEach", (each: (value: unknown, name: string) => void) => {
    each(new File(["x"], "bill.pdf"), "bill");
    each("Tea", "title");
  });
  submit(page);
  assert.deepEqual(page.sent[0]!.values, { title: "Tea" });
  assert.match(String(warned.mock.calls[0]!.arguments[0]), /file in "bill" was not sent/);
});

test("a field named like a prototype is only a field", () => {
  const page = open(`<form live-id="1" live-submit="save"><input name="__proto__" value="x"></form>`);
  submit(page);
  assert.deepEqual(Object.keys(page.sent[0]!.values), ["__proto__"]);
  assert.equal(({} as Record<string, unknown>)["x"], undefined);
});

test("a form ignores a second submit while the first is under way", async () => {
  const page = open(`<form live-id="1" live-submit="save"><input name="a" value="1"></form>`);
  submit(page);
  submit(page);
  assert.equal(page.sent.length, 1);
  assert.deepEqual(
    page.heard.map(({ name }) => name),
    ["live:lane:blocked"],
  );
  await page.sent[0]!.answer();
  submit(page);
  assert.equal(page.sent.length, 2);
});

test("only a form that is submitted hands its fields over; a control that is bound hands over itself", () => {
  const page = open(`<div live-id="1"><form live-input="count" live-click="look" live-submit="save">
      <input name="q" live-change="search"></form></div>`);
  page.type("input", "tea");
  page.click("input");
  page.choose("input");
  submit(page);
  assert.deepEqual(
    page.sent.map(({ action, options }) => [action, options!.source?.localName, options!.sent?.localName]),
    [
      ["count", "form", undefined],
      ["look", "form", undefined],
      ["search", "input", "input"],
      ["save", "form", "form"],
    ],
  );
});

test("change tells value, name and whether it is checked", () => {
  const page = open(
    `<div live-id="1" live-change="pick"><input type="checkbox" name="agree" value="yes" checked></div>`,
  );
  page.choose("input");
  assert.deepEqual(page.sent[0]!.event, { type: "change", value: "yes", name: "agree", checked: true });
});

test("a confirmed call goes out with its texts asked, a refused one does not", async () => {
  const page = open(
    `<button live-id="1" live-click="remove" live-confirm="Sure?" live-confirm-title="Delete" live-confirm-ok="Yes"
      live-confirm-cancel="No" live-confirm-variant="danger">x</button>`,
  );
  page.say(false);
  page.click("button");
  await settle();
  assert.deepEqual(page.log(), []);
  page.say(true);
  page.click("button");
  await settle();
  assert.deepEqual(page.log(), ["remove({})"]);
  assert.deepEqual(page.questions[0], {
    message: "Sure?",
    title: "Delete",
    ok: "Yes",
    cancel: "No",
    variant: "danger",
  });
});

test("a box whose question is answered with no is as it was", async () => {
  const page = open(`<div live-id="1"><input type="checkbox" live-change="toggle" live-confirm="Sure?"></div>`);
  page.say(false);
  page.find("input").checked = true;
  page.choose("input");
  await settle();
  assert.deepEqual([page.log(), page.find("input").checked], [[], false]);
});

test("the pressed button's own question is asked", async () => {
  const page = open(
    `<form live-id="1" live-submit="save"><button live-confirm="Really publish?">Publish</button></form>`,
  );
  submit(page, "button");
  await settle();
  assert.deepEqual(page.questions, [{ message: "Really publish?" }]);
});
