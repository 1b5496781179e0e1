import assert from "node:assert/strict";
import { test } from "node:test";
import { Window as HappyWindow } from "happy-dom";
import { Overlay } from "../../src/extras/overlay";
import type { ConfirmDetail } from "../../src/ui/index";
import { createUi } from "../../src/ui/index";

function open(html = "<button id='opener'>Delete</button>") {
  const window = new HappyWindow() as unknown as Window & typeof globalThis;
  const { document } = window;
  document.body.innerHTML = html;
  const find = <E extends HTMLElement>(selector: string) => document.querySelector(selector) as E;
  return { window, document, find, ui: createUi(document, { overlay: async () => Overlay }) };
}

test("the primary button means yes, has the focus, and the focus goes back to the opener", async () => {
  const { ui, find, document } = open();
  find("#opener").focus();
  const answer = ui.confirm({ message: "Really?", title: "Delete order", ok: "Delete", cancel: "Keep" });
  const dialog = find<HTMLDialogElement>("dialog");
  assert.ok(dialog.open);
  assert.equal(document.activeElement, find("[value=ok]"));
  const [label, text] = ["aria-labelledby", "aria-describedby"].map(
    (name) => find(`#${dialog.getAttribute(name)}`).textContent,
  );
  assert.deepEqual([label, text], ["Delete order", "Really?"]);
  assert.deepEqual(
    [...dialog.querySelectorAll("button")].map((it) => it.textContent),
    ["Keep", "Delete"],
  );
  find("[value=ok]").click();
  assert.equal(await answer, true);
  assert.equal(document.activeElement, find("#opener"));
  assert.equal(find("dialog"), null);
});

test("the other button means no, and so does a dialog that is closed, as Escape does", async () => {
  const { ui, find } = open();
  const first = ui.confirm({ message: "?" });
  find("[value=cancel]").click();
  assert.equal(await first, false);
  const second = ui.confirm({ message: "?" });
  find<HTMLDialogElement>("dialog").close();
  assert.equal(await second, false);
});

test("a question is text, whatever it looks like", () => {
  const { ui, find } = open();
  void ui.confirm({ message: "<img src=x onerror=alert(1)>" });
  assert.equal(find("dialog img"), null);
  assert.equal(find("dialog p").textContent, "<img src=x onerror=alert(1)>");
});

test("a second question waits for the answer to the first", async () => {
  const { ui, find, document } = open();
  const first = ui.confirm({ message: "one" });
  const second = ui.confirm({ message: "two" });
  assert.equal(document.querySelectorAll("dialog").length, 1);
  find("[value=ok]").click();
  assert.equal(await first, true);
  await new Promise(setImmediate);
  assert.equal(find("dialog p").textContent, "two");
  find("[value=cancel]").click();
  assert.equal(await second, false);
});

test("a page can ask in its own way", async () => {
  const { ui, window, document } = open();
  window.addEventListener("live:confirm", (event) => {
    event.preventDefault();
    const detail = (event as CustomEvent<ConfirmDetail>).detail;
    setImmediate(() => detail.respond(detail.message === "yes?"));
  });
  assert.equal(await ui.confirm({ message: "yes?" }), true);
  assert.equal(await ui.confirm({ message: "no?" }), false);
  assert.equal(document.querySelector("dialog"), null);
});

const CHOICES = [
  ["yes", "Delete it"],
  ["no", null],
  ["cancel", null],
] as const;

/** What Escape does to a dialog. */
function escape(dialog: HTMLElement): boolean {
  const { Event } = dialog.ownerDocument.defaultView!;
  return dialog.dispatchEvent(new Event("cancel", { cancelable: true }));
}

test("a question has a button for each choice, the first of them primary, focused and in the colour of its variant", async () => {
  const { ui, find, document } = open();
  const asked = ui.ask({ kind: "confirm", message: "Sure?", choices: CHOICES, variant: "danger" });
  const labels = [...document.querySelectorAll("dialog button")].map((button) => button.textContent);
  assert.deepEqual(labels, ["Cancel", "No", "Delete it"]);
  assert.equal(document.activeElement, find("[value=yes]"));
  assert.equal(find("dialog").getAttribute("data-variant"), "danger");
  find("[value=no]").click();
  assert.equal((await asked).choice, "no");
});

test("a question that is answered stays, and takes no other answer, until the answer has arrived", async () => {
  const { ui, find } = open();
  const asked = ui.ask({ kind: "confirm", message: "Sure?", choices: CHOICES });
  find("[value=yes]").click();
  const { choice, close } = await asked;
  const dialog = find<HTMLDialogElement>("dialog");
  assert.deepEqual([choice, dialog.open, dialog.getAttribute("aria-busy")], ["yes", true, "true"]);
  assert.ok([...dialog.querySelectorAll("button")].every((button) => button.disabled));
  close();
  assert.equal(find("dialog"), null);
});

test("Escape makes the choice that says no, and none where there is none", async () => {
  const { ui, find } = open();
  const first = ui.ask({ kind: "confirm", message: "?", choices: CHOICES });
  assert.equal(escape(find("dialog")), false);
  const given = await first;
  assert.equal(given.choice, "cancel");
  given.close();
  await new Promise(setImmediate);
  const second = ui.ask({ kind: "confirm", message: "?", choices: [["yes"], ["ok"]] });
  escape(find("dialog"));
  assert.equal(find<HTMLDialogElement>("dialog").open, true);
  find("[value=ok]").click();
  assert.equal((await second).choice, "ok");
});

test("an alert shows its level and title, and Escape means OK", async () => {
  const { ui, find, document } = open();
  const asked = ui.ask({ kind: "alert", message: "Read", title: "Attention", level: "warning", choices: [["ok"]] });
  const dialog = find("dialog");
  assert.deepEqual(
    [dialog.getAttribute("role"), dialog.getAttribute("data-level"), find("h2").textContent],
    ["alertdialog", "warning", "Attention"],
  );
  assert.ok(find("h2 svg"));
  assert.equal(document.activeElement, find("[value=ok]"));
  escape(dialog);
  assert.equal((await asked).choice, "ok");
});

test("a message is markup only where it is said to be, and its scripts never run", async () => {
  const { ui, find } = open();
  void ui.ask({ kind: "alert", message: "<b>Read</b>", choices: [["ok"]] });
  assert.equal(find("dialog .live-message").textContent, "<b>Read</b>");
  find<HTMLDialogElement>("dialog").close();
  await new Promise(setImmediate);
  void ui.ask({
    kind: "alert",
    message: "<b>Read</b><script>globalThis.ran = 1</script>",
    html: true,
    choices: [["ok"]],
  });
  assert.equal(find("dialog .live-message b").textContent, "Read");
  assert.equal((globalThis as { ran?: number }).ran, undefined);
});

test("a page can tell in its own way, and answer by the name of a choice", async () => {
  const { ui, window, document } = open();
  for (const name of ["live:alert", "live:confirm"])
    window.addEventListener(name, (event) => {
      event.preventDefault();
      const { choices, respond } = (event as CustomEvent<ConfirmDetail>).detail;
      respond(choices.at(-1)![0]);
    });
  const told = await ui.ask({ kind: "alert", message: "Read", choices: [["ok"]] });
  told.close();
  assert.equal(told.choice, "ok");
  assert.equal((await ui.ask({ kind: "confirm", message: "?", choices: CHOICES })).choice, "cancel");
  assert.equal(document.querySelector("dialog"), null);
});

test("the overlay shows code, message and traceback as text, closes, and a newer one replaces it", async () => {
  const { ui, find, document } = open();
  const shown = () => new Promise((resolve) => setImmediate(resolve));
  const refusal = {
    code: "action.failed",
    fault: "application",
    message: "KeyError: 'x'",
    detail: { traceback: "File <b>x</b>" },
  } as const;
  ui.overlay(refusal);
  ui.overlay({ ...refusal, message: "newer" });
  await shown();
  assert.equal(document.querySelectorAll("dialog").length, 1);
  assert.equal(find("dialog pre").textContent, "File <b>x</b>");
  assert.equal(find("dialog code").textContent, "action.failed · application");
  assert.equal(find("dialog p").textContent, "newer");
  find("dialog button").click();
  assert.equal(find("dialog"), null);
  ui.overlay({ ...refusal, detail: null });
  await shown();
  assert.equal(find("dialog pre"), null);
});

const tokened = (message: string, token: string) =>
  ({ kind: "confirm", message, token, choices: [["yes", "Yes"], ["no", "No"]] }) as const;

test("a question that was answered elsewhere closes, nothing was chosen, and the next one is asked", async () => {
  const { ui, find } = open();
  find("#opener").focus();
  const first = ui.ask(tokened("one", "t1"));
  const second = ui.ask(tokened("two", "t2"));
  ui.withdraw!("t1");
  assert.equal((await first).choice, null);
  await new Promise(setImmediate);
  assert.match(find("dialog").textContent!, /two/);
  find("[value=no]").click();
  assert.equal((await second).choice, "no");
});

test("one that waits in line is not asked any more, and the one before it stays", async () => {
  const { ui, find, document } = open();
  const first = ui.ask(tokened("one", "t1"));
  const second = ui.ask(tokened("two", "t2"));
  const third = ui.ask(tokened("three", "t3"));
  ui.withdraw!("t2");
  assert.equal((await second).choice, null);
  await new Promise(setImmediate);
  assert.equal(document.querySelectorAll("dialog").length, 1);
  find("[value=yes]").click();
  (await first).close();
  await new Promise(setImmediate);
  assert.match(find("dialog").textContent!, /three/);
  ui.withdraw!("t3");
  assert.equal((await third).choice, null);
  assert.equal(find("dialog"), null);
});

test("a question that the page asks itself can be taken back too, and an unknown one changes nothing", async () => {
  const { ui, find, document } = open();
  document.addEventListener("live:confirm", (event) => event.preventDefault(), { once: true });
  const first = ui.ask(tokened("one", "t1"));
  const second = ui.ask(tokened("two", "t2"));
  ui.withdraw!("nobody's");
  ui.withdraw!("t1");
  assert.equal((await first).choice, null);
  await new Promise(setImmediate);
  assert.match(find("dialog").textContent!, /two/);
  find("[value=yes]").click();
  assert.equal((await second).choice, "yes");
});
