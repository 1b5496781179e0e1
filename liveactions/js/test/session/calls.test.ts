import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Outcome } from "../../src/index";
import type { Ui } from "../../src/ports";
import { $, settled, trail } from "../support/dom";
import { FakeSocket } from "../support/server";
import { ROOT, here, live, mounted, patch, said, section, server, shown, silent } from "./opened";

describe("a call", () => {
  test("is sent at once, and ends when what it led to has been performed", async () => {
    await mounted();
    const ended = live.call(1, "increment", { by: 2 }, { event: { type: "click" } });
    const [call] = FakeSocket.last.got("CALL");
    assert.deepEqual(call, {
      kind: "CALL",
      number: 2,
      ack: 1,
      component: 1,
      action: "increment",
      args: { by: 2 },
      event: { type: "click" },
      flags: null,
    });
    server.answer(2, [patch(1, section("<p>2</p>"))]);
    assert.equal($(here.body, "p").textContent, "2", "a patch is in the page before anything else runs");
    assert.deepEqual(await ended, { ok: true });
  });

  test("tells each step by an event on its component", async () => {
    await mounted();
    const names = ["live:call:start", "live:result", "live:patched", "live:call:success", "live:call:end"];
    const events = trail($(here.body, "section"), ...names);
    void live.call($(here.body, "b"), "go", {}, { key: "k" });
    server.answer(2, [patch(1, section("<div live-id='3'><b>2</b></div>"))]);
    await settled();
    assert.deepEqual(
      events.map(([name]) => name),
      names,
    );
    assert.equal(events[0]![1].action, "go");
    assert.equal(events[1]![1].word, "Whole");
    assert.deepEqual([events[1]![1].call, events[1]![1].key], [2, "k"]);
  });

  test("is not made when a listener prevents it", async () => {
    await mounted();
    here.window.addEventListener("live:call:start", (event) => event.preventDefault());
    assert.equal((await live.call(1, "go")).refusal!.code, "call.cancelled");
    assert.equal(FakeSocket.last.got("CALL").length, 0);
  });

  test("that streams is performed piece by piece", async () => {
    await mounted();
    const ended = live.call(1, "ship");
    server.apply([[1, 4, "Shipping"]], 2);
    assert.equal(shown.toasts[0].message, "Shipping");
    server.answer(2, [[1, 4, "Shipped", "success"]]);
    await ended;
    assert.deepEqual(
      shown.toasts.map(({ message }) => message),
      ["Shipping", "Shipped"],
    );
  });

  test("of a component that is not in the page is refused without asking", async () => {
    await mounted();
    assert.equal((await live.call(99, "go")).refusal!.code, "component.unmounted");
    assert.equal(FakeSocket.last.got("CALL").length, 0);
  });

  test("that cannot be sent is refused here, and the connection lives on", async () => {
    await mounted();
    assert.equal((await live.call(1, "go", { text: "x".repeat(70_000) })).refusal!.code, "frame.too_large");
    assert.equal((await live.call(1, "go", { when: new Date() })).refusal!.code, "argument.invalid");
    void live.call(1, "go");
    assert.equal(FakeSocket.last.got("CALL")[0]!.number, 2);
  });

  test("that is refused tells the user what concerns the user, and the console what concerns the developer", async () => {
    await mounted();
    const errors = trail(here.window, "live:call:error");
    const first = live.call(1, "ship");
    server.answer(2, [], ["action.forbidden", "page", "You may not ship."]);
    const second = live.call(1, "nope");
    server.answer(3, [], ["action.unknown", "page", "There is no action nope."]);
    assert.equal((await first).ok, false);
    await second;
    assert.deepEqual(
      shown.toasts.map(({ message, level }) => [message, level]),
      [["You may not ship.", "error"]],
    );
    assert.match(said.join(), /action\.unknown/);
    assert.deepEqual(
      errors.map(([, { action, refusal }]) => [action, refusal.code]),
      [
        ["ship", "action.forbidden"],
        ["nope", "action.unknown"],
      ],
    );
  });

  test("shows nothing when a listener takes care of its refusal", async () => {
    await mounted();
    here.window.addEventListener("live:call:error", (event) => event.preventDefault());
    void live.call(1, "ship");
    server.answer(2, [], ["action.forbidden", "page", "You may not ship."]);
    await settled();
    assert.deepEqual(shown.toasts, []);
  });

  test("that fails in DEBUG shows its traceback", async () => {
    await mounted();
    void live.call(1, "crash");
    server.answer(2, [], ["action.failed", "application", "It failed.", { traceback: "Traceback …" }]);
    await settled();
    assert.equal(shown.overlays[0]!.detail!.traceback, "Traceback …");
    assert.deepEqual(shown.toasts, []);
  });

  test("that comes with an Error is told once: the Error has told it", async () => {
    await mounted();
    void live.call(1, "crash");
    server.answer(2, [[1, 11, "The server could not answer this."]], ["action.failed", "application", "It failed."]);
    await settled();
    assert.deepEqual(
      shown.toasts.map(({ message }) => message),
      ["The server could not answer this."],
    );
  });

  test("that wants a yes asks the user and is made again with it", async () => {
    await mounted();
    const ended = live.call(1, "remove", { order: 7 });
    server.answer(2, [], ["confirm.required", "page", "Really?", { title: "Remove", variant: "danger" }]);
    await settled();
    assert.deepEqual(shown.questions, [{ message: "Really?", title: "Remove", variant: "danger" }]);
    assert.deepEqual(FakeSocket.last.got("CALL")[1]!.flags, { confirmed: true });
    server.answer(3);
    assert.deepEqual(await ended, { ok: true });
  });

  test("that wants a yes and gets a no is over, without an error", async () => {
    await mounted();
    const errors = trail(here.window, "live:call:error");
    shown.answer = false;
    const ended = live.call(1, "remove");
    server.answer(2, [], ["confirm.required", "page", "Really?"]);
    assert.equal((await ended).refusal!.code, "call.cancelled");
    assert.equal(FakeSocket.last.got("CALL").length, 1);
    assert.deepEqual(errors, []);
  });

  test("F10 that is aborted is cancelled on the server, and only the truth of its late answer is performed", async () => {
    await mounted();
    const control = new AbortController();
    const ended = live.call(1, "search", {}, { signal: control.signal });
    control.abort();
    assert.equal((await ended).refusal!.code, "call.cancelled");
    assert.equal(FakeSocket.last.got("CANCEL")[0]!.number, 2);
    server.answer(2, [[1, 4, "stale"], patch(1, section("<p>7</p>"))]);
    assert.deepEqual(shown.toasts, []);
    assert.equal($(here.body, "p").textContent, "7");
  });

  test("whose form was taken leaves the form to the server", async () => {
    const form = '<form><input name="q" value=""></form>';
    await mounted(section(form).replace("<section", '<section live-token="t"'));
    const field = $<HTMLInputElement>(here.body, "input");
    field.value = "sent";
    void live.call(1, "save", {}, { sent: $(here.body, "form") });
    server.answer(2, [patch(1, section(`<p>saved</p>${form}`))]);
    assert.equal(field.value, "");
  });

  test("that a form has made without sending its fields leaves them to the user", async () => {
    const form = '<form><input name="q" value=""></form>';
    await mounted(section(form).replace("<section", '<section live-token="t"'));
    const field = $<HTMLInputElement>(here.body, "input");
    field.value = "typed";
    void live.call(1, "count", {}, { source: $(here.body, "form") });
    server.answer(2, [patch(1, section(`<p>1</p>${form}`))]);
    assert.equal(field.value, "typed");
  });

  test("whose form was refused keeps what was entered", async () => {
    const form = '<form><input name="q" value=""></form>';
    await mounted(section(form).replace("<section", '<section live-token="t"'));
    const field = $<HTMLInputElement>(here.body, "input");
    field.value = "sent";
    void live.call(1, "save", {}, { sent: $(here.body, "form") });
    server.answer(2, [patch(1, section(`<p>wrong</p>${form}`))], ["action.failed", "application", "It failed."]);
    assert.equal(field.value, "sent");
  });

  describe("of a box or radio button", () => {
    const html = (inner: string) => section(inner).replace("<section", '<section live-token="t"');
    const box = (selector = "input") => $<HTMLInputElement>(here.body, selector);
    const failed = ["action.failed", "application", "It failed."];

    test("that was refused takes the choice back", async () => {
      await mounted(html('<input type="checkbox" checked>'));
      box().checked = false;
      const call = live.call(1, "toggle", {}, { sent: box() });
      assert.equal(box().checked, false, "not before it has ended");
      server.answer(2, [], failed);
      await call;
      assert.equal(box().checked, true);
    });

    test("that changed nothing leaves it as the server has it", async () => {
      await mounted(html('<input type="checkbox">'));
      box().checked = true;
      const call = live.call(1, "toggle", {}, { sent: box() });
      server.answer(2);
      await call;
      assert.equal(box().checked, false);
    });

    test("that was followed by another one leaves it to the last", async () => {
      await mounted(html('<input type="checkbox">'));
      box().checked = true;
      const first = live.call(1, "toggle", {}, { sent: box() });
      box().checked = false;
      void live.call(1, "toggle", {}, { sent: box() });
      box().checked = true;
      const last = live.call(1, "toggle", {}, { sent: box() });
      server.answer(2);
      await first;
      assert.equal(box().checked, true);
      server.answer(3);
      server.answer(4, [patch(1, section('<input type="checkbox" checked>'))]);
      await last;
      assert.equal(box().checked, true);
    });

    test("in a form says nothing of what the user is going to send", async () => {
      await mounted(html('<form><input type="checkbox" name="gift"></form>'));
      box().checked = true;
      const call = live.call(1, "preview", {}, { sent: box() });
      server.answer(2);
      await call;
      assert.equal(box().checked, true);
    });

    test("goes back to the radio button that was chosen before", async () => {
      await mounted(html('<input type="radio" name="r" id="a" checked><input type="radio" name="r" id="b">'));
      box("#b").checked = true;
      const call = live.call(1, "choose", {}, { sent: box("#b") });
      server.answer(2, [], failed);
      await call;
      assert.deepEqual([box("#a").checked, box("#b").checked], [true, false]);
    });

    test("whose field was written keeps what was chosen, until another choice is refused", async () => {
      await mounted(html('<input type="radio" name="r" id="a"><input type="radio" name="r" id="b">'));
      box("#a").checked = true;
      const written = live.set(1, { size: "a" }, { sent: box("#a") });
      server.answer(2);
      await written;
      assert.equal(box("#a").checked, true);
      box("#b").checked = true;
      const refused = live.set(1, { size: "b" }, { sent: box("#b") });
      server.answer(3, [], failed);
      await refused;
      assert.deepEqual([box("#a").checked, box("#b").checked], [true, false]);
    });
  });

  test("tells how far it is only while it runs", async () => {
    const told: string[] = [];
    const progress = (text: string) => ({ show: () => void told.push(text), end: () => void told.push("end") });
    const ui: Ui = { ...silent, progress };
    await mounted(ROOT, { ui });
    here.window.setTimeout = ((run: () => void) => (run(), 0)) as unknown as typeof setTimeout;
    const call = live.call(1, "read", {});
    const news = { call: 2, component: 1, done: 1, total: 3, percent: 33, text: "Reading" };
    server.apply([[null, 3, "live:progress", news]]);
    server.answer(2);
    await call;
    assert.deepEqual(told, ["Reading", "end"]);
    server.apply([[null, 3, "live:progress", news]]);
    assert.deepEqual(told, ["Reading", "end"]);
  });

  test("of a field is a SET", async () => {
    await mounted();
    const ended: Promise<Outcome> = live.set(1, { search: "ab" });
    assert.deepEqual(FakeSocket.last.got("SET")[0], {
      kind: "SET",
      number: 2,
      ack: 1,
      component: 1,
      values: { search: "ab" },
    });
    server.answer(2, [], ["state.readonly", "page", "search is not bound."]);
    assert.equal((await ended).ok, false);
  });
});
