import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Window as HappyWindow } from "happy-dom";
import { Overlay } from "../../src/extras/overlay";
import type { ToastDetail } from "../../src/ports";
import { createUi } from "../../src/ui/index";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

const LEAVING = 200;

function open(html = "") {
  const window = new HappyWindow() as unknown as Window & typeof globalThis;
  const { document } = window;
  document.body.innerHTML = html;
  const ui = createUi(document);
  const all = () => [...document.querySelectorAll<HTMLElement>(".live-toast")];
  const key = (name: string) =>
    document.activeElement!.dispatchEvent(new window.KeyboardEvent("keydown", { key: name, bubbles: true }));
  const fire = (type: string) => document.querySelector(".live-toasts")!.dispatchEvent(new window.Event(type));
  const texts = () =>
    all()
      .filter((it) => !it.hidden)
      .map((it) => it.querySelector(".live-toast-text")!.textContent);
  return {
    window,
    document,
    ui,
    all,
    key,
    fire,
    texts,
    show: (detail: ToastDetail | string) => ui.toast(typeof detail === "string" ? { message: detail } : detail),
  };
}

test("a toast has its level, title and text, read out politely and as text", () => {
  const { show, all, document } = open();
  show({ message: "<b>3</b> orders", title: "Shipped", level: "success" });
  const [toast] = all();
  assert.equal(toast!.querySelector(".live-toast-text")!.textContent, "<b>3</b> orders");
  assert.equal(toast!.querySelector(".live-toast-title")!.textContent, "Shipped");
  assert.equal(toast!.querySelector(".live-sr")!.textContent, "Success: ");
  assert.deepEqual([toast!.dataset["level"], toast!.getAttribute("role")], ["success", null]);
  assert.equal(document.querySelector(".live-toast-list")!.getAttribute("aria-live"), "polite");
  assert.equal(document.querySelector(".live-toasts")!.getAttribute("aria-label"), "Notifications");
});

test("an error interrupts, an unknown level is info, and a payload is shown as data", () => {
  const { show, all } = open();
  show({ message: "no", level: "error" });
  show({ message: { order: 7 }, level: "loud" as never });
  assert.equal(all()[0]!.getAttribute("role"), "alert");
  assert.equal(all()[1]!.dataset["level"], "info");
  assert.equal(all()[1]!.querySelector(".live-toast-text")!.textContent, '{"order":7}');
});

test("a toast goes after its time, an error stays longer, a sticky one until it is closed", () => {
  const { show, texts, all } = open();
  show({ message: "short", timeout: 1000 });
  show("usual");
  show({ message: "error", level: "error" });
  show({ message: "sticky", sticky: true });
  for (const [ms, left] of [
    [999, 4],
    [1, 3],
    [4000, 2],
    [7000, 1],
    [60000, 1],
  ] as const) {
    mock.timers.tick(ms);
    assert.equal(all().filter((it) => !it.hasAttribute("data-leaving")).length, left);
  }
  assert.deepEqual(texts(), ["sticky"]);
  all()[0]!.querySelector<HTMLElement>(".live-toast-close")!.click();
  mock.timers.tick(LEAVING);
  assert.equal(all().length, 0);
});

test("nothing goes while the pointer or the focus is there, and the rest of its time is kept", () => {
  const { show, all, fire, document } = open("<button>page</button>");
  show({ message: "a", timeout: 1000 });
  mock.timers.tick(600);
  fire("pointerenter");
  mock.timers.tick(5000);
  all()[0]!.querySelector<HTMLElement>("button")!.focus();
  fire("pointerleave");
  mock.timers.tick(5000);
  assert.equal(all().length, 1);
  document.querySelector<HTMLElement>("body > button")!.focus();
  mock.timers.tick(399);
  assert.ok(!all()[0]!.hasAttribute("data-leaving"));
  mock.timers.tick(1);
  assert.ok(all()[0]!.hasAttribute("data-leaving"));
});

test("nothing goes while another tab is looked at", () => {
  const { show, all, document, window } = open();
  let hidden = true;
  Object.defineProperty(document, "hidden", { get: () => hidden });
  document.dispatchEvent(new window.Event("visibilitychange"));
  show({ message: "a", timeout: 1000 });
  mock.timers.tick(60_000);
  assert.equal(all().length, 1);
  hidden = false;
  document.dispatchEvent(new window.Event("visibilitychange"));
  mock.timers.tick(1000);
  mock.timers.tick(LEAVING);
  assert.equal(all().length, 0);
});

test("the newest five are shown, the others counted, and they come back when there is room", () => {
  const { show, texts, all, document } = open();
  for (let number = 1; number <= 8; number++) show({ message: `t${number}`, sticky: true });
  const more = () => document.querySelector<HTMLElement>(".live-toast-more")!;
  assert.deepEqual(texts(), ["t4", "t5", "t6", "t7", "t8"]);
  assert.match(more().textContent!, /^\+3 more/);
  all()[7]!.querySelector<HTMLElement>(".live-toast-close")!.click();
  mock.timers.tick(LEAVING);
  assert.deepEqual(texts(), ["t3", "t4", "t5", "t6", "t7"]);
  document.querySelector<HTMLElement>(".live-toast-all")!.click();
  mock.timers.tick(LEAVING);
  assert.deepEqual([all().length, more().hidden], [0, true]);
});

test("a thousand toasts leave a hundred", () => {
  const { show, all } = open();
  for (let number = 0; number < 1000; number++) show({ message: `t${number}`, sticky: true });
  mock.timers.tick(LEAVING);
  assert.equal(all().length, 100);
});

test("the button performs the action once and closes the toast", () => {
  const { show, all } = open();
  let runs = 0;
  show({ message: "a", action: [1] as never, action_label: "Show order", run: () => runs++ });
  show({ message: "b", action: [1] as never, run: () => {} });
  const [first, second] = all().map((it) => it.querySelector<HTMLElement>(".live-toast-action")!);
  assert.deepEqual([first!.textContent, second!.textContent], ["Show order", "Open"]);
  first!.click();
  mock.timers.tick(LEAVING);
  assert.deepEqual([runs, all().length], [1, 1]);
});

test("F16 a button without a label is called Open, as the page calls it", () => {
  const { all, document } = open('<meta data-live=\'{"strings": {"open": "Öffnen"}}\'>');
  createUi(document).toast({ message: "a", run: () => {} });
  assert.equal(all()[0]!.querySelector(".live-toast-action")!.textContent, "Öffnen");
});

test("F5 a text with a link to it is one link, and all of the text is text", () => {
  const { show, all } = open();
  show({ message: "message <R&D>", href: "https://example.org/", action_label: "<R&D>" });
  const [toast] = all();
  const links = toast!.querySelectorAll("a");
  assert.deepEqual([links.length, links[0]!.target, links[0]!.rel], [1, "_blank", "noopener noreferrer"]);
  assert.deepEqual(
    [toast!.querySelector(".live-toast-text")!.textContent, links[0]!.textContent],
    ["message <R&D>", "<R&D>"],
  );
});

test("F6 what is sticky stays, and everything else goes by itself", () => {
  const { show, texts } = open();
  show("goes");
  show({ message: "stays", sticky: true });
  mock.timers.tick(60_000);
  mock.timers.tick(LEAVING);
  assert.deepEqual(texts(), ["stays"]);
});

test("F7 a tab that the browser has blocked is told with a link to it", () => {
  const { show, all, texts } = open();
  show({ blocked: true, href: "https://example.org/", level: "warning", sticky: true });
  assert.deepEqual(texts(), ["The browser has blocked a new tab."]);
  assert.equal(all()[0]!.querySelector("a")!.textContent, "Open");
});

test("a message is markup where it is said to be", () => {
  const { show, all } = open();
  show({ message: "<b>3</b> orders", html: true });
  assert.equal(all()[0]!.querySelector(".live-toast-text b")!.textContent, "3");
});

test("a long download has a bar until it has ended", () => {
  const { ui, all } = open();
  const progress = ui.downloading!("orders.csv");
  const bar = all()[0]!.querySelector("progress")!;
  progress.show(0.5);
  assert.deepEqual([bar.value, bar.getAttribute("aria-label")], [0.5, "Downloading orders.csv"]);
  mock.timers.tick(60_000);
  assert.equal(all().length, 1);
  progress.end();
  mock.timers.tick(LEAVING);
  assert.equal(all().length, 0);
});

test("Escape closes the focused toast, the focus goes to the next and finally back to where it was", () => {
  const { show, all, key, document } = open("<input>");
  const input = document.querySelector("input")!;
  input.focus();
  show({ message: "a", sticky: true });
  show({ message: "b", sticky: true });
  all()[0]!.querySelector<HTMLElement>("button")!.focus();
  key("Escape");
  assert.ok(all()[1]!.contains(document.activeElement));
  key("Escape");
  mock.timers.tick(LEAVING);
  assert.equal(all().length, 0);
  assert.equal(document.activeElement, input);
});

test("a stack that a patch has swept away is put back for the next toast", () => {
  const { show, texts, document } = open();
  show("a");
  document.body.innerHTML = "";
  show("b");
  assert.deepEqual(texts().slice(-1), ["b"]);
});

test("texts are the page's own where it has them", () => {
  const window = new HappyWindow() as unknown as Window & typeof globalThis;
  const { document } = window;
  document.head.innerHTML = `<meta data-live='{"path": "/live/", "strings": {"open": "Öffnen",
      "notifications": "Meldungen"}}'>`;
  const ui = createUi(document, { strings: { close: "Schließen" } });
  ui.toast({ message: "a", run: () => {} });
  assert.equal(document.querySelector(".live-toast-action")!.textContent, "Öffnen");
  assert.equal(document.querySelector(".live-toasts")!.getAttribute("aria-label"), "Meldungen");
  assert.equal(document.querySelector(".live-toast-close")!.getAttribute("aria-label"), "Schließen");
});

test("nothing is styled or scripted inline", async () => {
  const { document } = open();
  const ui = createUi(document, { overlay: async () => Overlay });
  ui.toast({ message: "a", level: "error", title: "t", run: () => {} });
  ui.status("offline");
  ui.overlay({ code: "x.y", fault: "application", message: "m", detail: { traceback: "t" } });
  for (let turn = 0; turn < 9; turn += 1) await null;
  assert.ok(document.querySelector(".live-overlay"));
  void ui.confirm({ message: "?" });
  for (const element of document.querySelectorAll("*")) {
    for (const { name } of element.attributes) assert.doesNotMatch(name, /^(style|on)/);
  }
});

test("what comes after a long sleep is one toast that can be unfolded, and what is sticky stands for itself", () => {
  const { ui, show, texts, document } = open();
  ui.awake!(false);
  for (let index = 0; index < 60; index += 1) show({ message: `moved ${index}`, level: index === 7 ? "warning" : "info" });
  show({ message: "read me", sticky: true });
  assert.deepEqual(texts(), ["read me"]);
  ui.awake!(true);
  assert.deepEqual(texts(), ["read me", "60 notifications while you were away"]);
  assert.equal(document.querySelector("[data-level=warning] .live-toast-text")!.textContent, texts()[1]);
  document.querySelector<HTMLElement>(".live-toast-action")!.click();
  assert.deepEqual(texts().slice(-2), ["moved 58", "moved 59"]);
});

test("one toast that comes after a long sleep is shown as it is", () => {
  const { ui, show, texts } = open();
  ui.awake!(false);
  show("moved");
  ui.awake!(true);
  show("and this is new");
  assert.deepEqual(texts(), ["moved", "and this is new"]);
});

test("that the outcome of an action is unknown is said in the language of the page", () => {
  const { show, texts } = open(`<i data-live='{"strings": {"lost": "Unbekannt."}}'></i>`);
  show({ message: "The connection was lost.", code: "call.lost", level: "error" });
  assert.deepEqual(texts(), ["Unbekannt."]);
});
