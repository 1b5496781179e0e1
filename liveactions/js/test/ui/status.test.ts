import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Window as HappyWindow } from "happy-dom";
import { createUi } from "../../src/ui/index";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"] }));
afterEach(() => mock.timers.reset());

function open() {
  const window = new HappyWindow() as unknown as Window & typeof globalThis;
  const { document } = window;
  const shown = () => {
    const pill = document.querySelector(".live-status[data-state]");
    return pill && pill.querySelector("[role=status]")!.textContent;
  };
  return { window, document, shown, ui: createUi(document) };
}

test("a cut under a second is seen by nobody, and the page still knows of it", () => {
  const { ui, shown, document } = open();
  ui.status("live");
  ui.status("reconnecting");
  assert.equal(document.documentElement.getAttribute("data-live-status"), "reconnecting");
  mock.timers.tick(999);
  assert.equal(shown(), null);
  ui.status("live");
  mock.timers.tick(10_000);
  assert.equal(shown(), null);
  assert.equal(document.documentElement.getAttribute("data-live-status"), "live");
});

test("a longer cut is told, and its end for two seconds", () => {
  const { ui, shown } = open();
  ui.status("reconnecting");
  mock.timers.tick(1000);
  assert.equal(shown(), "Reconnecting …");
  ui.status("offline");
  assert.equal(shown(), "You are offline");
  ui.status("live");
  assert.equal(shown(), "Back online");
  mock.timers.tick(1999);
  assert.equal(shown(), "Back online");
  mock.timers.tick(1);
  assert.equal(shown(), null);
});

test("a connection that comes and goes does not leave the pill behind", () => {
  const { ui, shown } = open();
  ui.status("reconnecting");
  mock.timers.tick(1000);
  ui.status("live");
  ui.status("reconnecting");
  ui.status("live");
  mock.timers.tick(2000);
  assert.equal(shown(), null);
});

test("a connection that has ended offers to reload", () => {
  const { ui, shown, document } = open();
  ui.status("closed");
  mock.timers.tick(1000);
  assert.equal(shown(), "Disconnected");
  assert.equal(document.querySelector<HTMLElement>(".live-status-reload")!.hidden, false);
});

test("the region that is read out stands in the page before it has anything to say", () => {
  const { ui, document } = open();
  ui.status("live");
  assert.equal(document.querySelector("[role=status]")!.textContent, "");
});

test("a page can show the status in its own way", () => {
  const { ui, window, shown } = open();
  const heard: unknown[] = [];
  window.addEventListener("live:status", (event) => {
    event.preventDefault();
    heard.push((event as CustomEvent).detail);
  });
  ui.status("reconnecting");
  mock.timers.tick(5000);
  assert.deepEqual(heard, [{ status: "reconnecting" }]);
  assert.equal(shown(), null);
});
