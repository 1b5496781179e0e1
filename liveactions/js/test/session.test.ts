import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import * as extras from "../src/extras";
import { start, type Live, type Outcome, type Refusal } from "../src/index";
import type { Asked, Given, Question, Ui } from "../src/ports";
import { WORDS } from "../src/vocabulary";
import { $, page, quiet, settled, trail, type Page } from "./support/dom";
import { FakeSocket, Server } from "./support/server";

const ROOT = '<section live-id="1" live-token="token-a"><p>0</p><div live-id="3"><b>nested</b></div></section>';

const silent: Ui = {
  toast() {},
  confirm: async () => true,
  ask: async () => ({ choice: "yes", close() {} }),
  status() {},
  overlay() {},
};

let here: Page;
let live: Live;
let server: Server;
let said: string[];
let shown: { toasts: any[]; statuses: string[]; overlays: Refusal[]; questions: Question[]; answer: boolean } & {
  asked: Asked[];
  choice: string;
  closed: number;
};

function open(html = ROOT, options: Parameters<typeof start>[0] = {}): void {
  here = page(html);
  FakeSocket.all = [];
  (here.window as unknown as { WebSocket: unknown }).WebSocket = FakeSocket;
  shown = { toasts: [], statuses: [], overlays: [], questions: [], answer: true, asked: [], choice: "yes", closed: 0 };
  const ui: Ui = {
    toast: (detail) => void shown.toasts.push(detail),
    confirm: async (question) => (shown.questions.push(question), shown.answer),
    ask: async (asked) => (shown.asked.push(asked), { choice: shown.choice, close: () => void (shown.closed += 1) }),
    status: (status) => void shown.statuses.push(status),
    overlay: (refusal) => void shown.overlays.push(refusal),
  };
  server = new Server();
  live = start({ window: here.window, build: "1.0", ui, extras: async () => extras, ...options });
}

/** Open a page whose components are mounted. */
async function mounted(html = ROOT, options = {}): Promise<void> {
  open(html, options);
  server.welcome();
  server.answer(1);
  await settled();
}

const patch = (id: number, html: string) => [id, 12, html];
const section = (inner: string) => `<section live-id="1">${inner}</section>`;

beforeEach(() => {
  said = quiet();
});

afterEach(() => live.stop());

describe("a page", () => {
  test("greets the server, and mounts its roots with their tokens when it is welcomed", async () => {
    open();
    assert.equal(FakeSocket.last.url, "ws://desk.test/live/");
    const events = trail(here.window, "live:connected", "live:mounted");
    server.welcome();
    assert.deepEqual(
      FakeSocket.last.sent.map(({ kind }) => kind),
      ["HELLO", "MOUNT"],
    );
    assert.deepEqual(FakeSocket.last.got("MOUNT")[0]!.mounts, [["token-a", 0]]);
    server.answer(1);
    await settled();
    assert.deepEqual(events, [
      ["live:connected", { recovered: false, page: "p1" }],
      ["live:mounted", { id: 1 }],
    ]);
    assert.deepEqual(shown.statuses, ["connecting", "live"]);
    assert.equal(live.page, "p1");
  });

  test("gives a tree whose ids are taken other ids, and says how much was added", () => {
    open(`${ROOT}<aside live-id="1" live-token="token-b"><i live-id="5"></i></aside>`);
    server.welcome();
    assert.deepEqual(FakeSocket.last.got("MOUNT")[0]!.mounts, [
      ["token-a", 0],
      ["token-b", 4],
    ]);
    assert.equal(
      $(here.body, "aside").outerHTML,
      '<aside live-id="5" live-token="token-b"><i live-id="9"></i></aside>',
    );
  });

  test("mounts roots that anybody adds, and unmounts those that are taken away", async () => {
    await mounted();
    here.body.insertAdjacentHTML("beforeend", '<nav live-id="7" live-token="token-n"></nav>');
    await settled();
    assert.deepEqual(FakeSocket.last.got("MOUNT")[1]!.mounts, [["token-n", 0]]);
    $(here.body, "nav").remove();
    await settled();
    assert.deepEqual(FakeSocket.last.got("UNMOUNT")[0]!.components, [7]);
  });

  test("takes a root that is moved for the same one", async () => {
    await mounted();
    here.body.append(here.document.createElement("main"));
    $(here.body, "main").append($(here.body, "section"));
    await settled();
    assert.equal(FakeSocket.last.got("UNMOUNT").length + FakeSocket.last.got("MOUNT").length, 1);
  });

  test("tells about a root that was refused; the others stand", async () => {
    open(`${ROOT}<aside live-id="5" live-token="forged"></aside>`);
    const events = trail(here.window, "live:mounted", "live:mount:error");
    server.welcome();
    server.answer(
      1,
      [],
      ["component.failed", "application", "Some failed.", { tokens: { 1: ["component.failed", "It failed."] } }],
    );
    await settled();
    assert.deepEqual(
      events.map(([name, { id }]) => [name, id]),
      [
        ["live:mounted", 1],
        ["live:mount:error", 5],
      ],
    );
  });

  test("answers a PING with how far it has come", async () => {
    await mounted();
    FakeSocket.last.say({ kind: "PING", offset: 1, positions: null });
    assert.deepEqual(FakeSocket.last.got("PONG"), [{ kind: "PONG", ack: 1, positions: null }]);
  });

  test("drops a socket that speaks nonsense, and comes back", async () => {
    await mounted();
    FakeSocket.last.raw(new Uint8Array([0xc1]));
    assert.equal(FakeSocket.last.closedWith, 4000);
    assert.match(said[0]!, /frame\.malformed/);
  });

  test("says goodbye when it is stopped", async () => {
    await mounted();
    live.stop();
    assert.equal(FakeSocket.last.sent.at(-1)!.kind, "BYE");
    assert.equal(live.status, "closed");
  });

  test("can hold two sessions that know nothing of each other", async () => {
    open("");
    live.stop();
    here.body.innerHTML = `<div id="left">${ROOT}</div><div id="right">${ROOT}</div>`;
    const first = start({ window: here.window, root: $(here.body, "#left") });
    const second = start({ window: here.window, root: $(here.body, "#right") });
    const [one, two] = FakeSocket.all.slice(-2) as [FakeSocket, FakeSocket];
    for (const [socket, offset] of [
      [one, 1],
      [two, 1],
    ] as const) {
      socket.open();
      socket.say({ kind: "WELCOME", token: "t", recovered: false, offset: 0, number: 0, heartbeat: 10_000, page: "p" });
      socket.say({ kind: "ANSWER", stream: 0, offset, call: 1, items: [], refusal: null });
    }
    two.say({ kind: "APPLY", stream: 0, offset: 2, items: [[1, 12, section("<p>2</p>")]], call: null });
    assert.equal($(here.body, "#right p").textContent, "2");
    assert.equal($(here.body, "#left p").textContent, "0");
    first.stop();
    second.stop();
  });
});

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

describe("performing", () => {
  test("goes strictly in order, frame after frame, whatever an item waits for", async () => {
    await mounted();
    server.apply([
      [1, 1, "<p>slow</p>", "p", "outer", false, null, 30],
      [1, 4, "one"],
    ]);
    server.apply([[1, 4, "two"]]);
    await settled();
    assert.deepEqual(shown.toasts, []);
    FakeSocket.last.say({ kind: "PING", offset: 3, positions: null });
    assert.equal(FakeSocket.last.got("PONG")[0]!.ack, 1, "what waits is not acknowledged");
    await new Promise((resolve) => here.window.addEventListener("live:swap:end", resolve));
    await settled();
    assert.deepEqual(
      shown.toasts.map(({ message }) => message),
      ["one", "two"],
    );
  });

  test("goes on after an item that failed and after a word that is not known", async () => {
    await mounted();
    here.window.addEventListener("live:toast", () => assert.ok(true));
    server.apply([
      [1, 99, "from the future"],
      [1, 12, 7],
      [1, 4, "still here"],
    ]);
    await settled();
    assert.deepEqual(
      shown.toasts.map(({ message }) => message),
      ["still here"],
    );
    assert.match(said.join(), /word\.unknown/);
  });

  test("leaves out what a listener prevents", async () => {
    await mounted();
    here.window.addEventListener(
      "live:result",
      (event) => (event as CustomEvent).detail.word === "Toast" && event.preventDefault(),
    );
    server.apply([[1, 4, "unwanted"]]);
    assert.deepEqual(shown.toasts, []);
  });

  test("stops where a strict target is missing, and the call is told", async () => {
    await mounted(ROOT, { strict: true });
    const ended = live.call(1, "go");
    server.answer(2, [
      [1, 2, "#nope"],
      [1, 4, "never"],
    ]);
    assert.equal((await ended).refusal!.code, "target.missing");
    assert.deepEqual(shown.toasts, []);
  });

  test("asks for a kept component that is not in the page", async () => {
    await mounted();
    server.apply([patch(1, section('<div live-id="4" live-keep></div>'))]);
    assert.equal(FakeSocket.last.got("RESYNC")[0]!.component, 4);
  });

  test("mounts what a result brings before the next frame", async () => {
    await mounted();
    server.apply([[1, 1, '<nav live-id="7" live-token="n"></nav>', "p", "after"]]);
    await settled();
    assert.deepEqual(FakeSocket.last.got("MOUNT")[1]!.mounts, [["n", 0]]);
  });

  test("drops news for components that are gone, but not news for the user", async () => {
    await mounted();
    server.apply([[77, 9, "count", 1], patch(77, "<p live-id='77'></p>"), [77, 4, "for you"]]);
    assert.deepEqual(
      shown.toasts.map(({ message }) => message),
      ["for you"],
    );
  });
});

describe("after the connection was lost", () => {
  test("an unanswered call is sent again under its number, and answered once", async () => {
    await mounted();
    const ended = live.call(1, "increment");
    FakeSocket.last.cut();
    await reconnected({ recovered: true, offset: 1, number: 1 });
    assert.deepEqual(
      FakeSocket.last.got("CALL").map(({ number }) => number),
      [2],
    );
    assert.deepEqual(FakeSocket.last.got("HELLO")[0]!.resume, ["t1", 1, {}]);
    server.answer(2, [patch(1, section("<p>1</p>"))]);
    assert.deepEqual(await ended, { ok: true });
  });

  test("a call that the server has taken waits for its answer, and is not sent again", async () => {
    await mounted();
    const ended = live.call(1, "increment");
    FakeSocket.last.cut();
    await reconnected({ recovered: true, offset: 2, number: 2 });
    assert.equal(FakeSocket.last.got("CALL").length, 0);
    server.answer(2);
    assert.deepEqual(await ended, { ok: true });
  });

  test("calls that are made meanwhile go out in order", async () => {
    await mounted();
    FakeSocket.last.cut();
    void live.call(1, "a");
    void live.call(1, "b");
    await reconnected({ recovered: true, offset: 1, number: 1 });
    assert.deepEqual(
      FakeSocket.last.got("CALL").map(({ action, number }) => `${action} ${number}`),
      ["a 2", "b 3"],
    );
  });

  test("a session that is not found is mounted anew and asked for whole; lost calls are told", async () => {
    await mounted();
    const ended = live.call(1, "increment");
    FakeSocket.last.cut();
    server.offset = 0;
    await reconnected({ token: "t2", recovered: false });
    assert.equal((await ended).refusal!.code, "call.lost");
    assert.deepEqual(
      FakeSocket.last.sent.map(({ kind }) => kind),
      ["HELLO", "MOUNT", "RESYNC"],
    );
    assert.deepEqual(FakeSocket.last.got("MOUNT")[0], { kind: "MOUNT", number: 1, ack: 0, mounts: [["token-a", 0]] });
    server.answer(1);
    server.answer(2, [patch(1, section("<p>5</p>"))]);
    assert.equal($(here.body, "p").textContent, "5");
  });

  test("listeners and hooks hear of it", async () => {
    await mounted(ROOT.replace("<p>", '<p live-hook="Hook">'));
    const moments: string[] = [];
    live.hook("Hook", {
      disconnected: () => void moments.push("disconnected"),
      reconnected: () => void moments.push("reconnected"),
    });
    const events = trail(here.window, "live:disconnected", "live:connected");
    FakeSocket.last.cut();
    await reconnected({ recovered: true, offset: 1, number: 1 });
    assert.deepEqual(
      events.map(([name, { code, recovered }]) => [name, code ?? recovered]),
      [
        ["live:disconnected", 1006],
        ["live:connected", true],
      ],
    );
    assert.deepEqual(moments, ["disconnected", "reconnected"]);
    assert.deepEqual(shown.statuses, ["connecting", "live", "reconnecting", "live"]);
  });

  test("a frame that was too much for the server is not sent again", async () => {
    await mounted();
    const ended = live.call(1, "huge");
    FakeSocket.last.cut(4009);
    await reconnected({ recovered: true, offset: 1, number: 1 });
    assert.equal((await ended).refusal!.code, "frame.too_large");
    assert.deepEqual(
      FakeSocket.last.sent.map(({ kind }) => kind),
      ["HELLO", "UNMOUNT"],
    );
  });

  test("for good, calls are refused instead of waiting for ever", async () => {
    await mounted();
    const waiting = live.call(1, "a");
    FakeSocket.last.cut(4403);
    assert.equal((await waiting).refusal!.code, "call.lost");
    assert.equal((await live.call(1, "b")).refusal!.code, "call.lost");
    assert.equal(live.status, "closed");
  });
});

/** Wait for the next socket, and welcome the page on it. */
async function reconnected(fields: Parameters<Server["welcome"]>[0]): Promise<void> {
  const before = FakeSocket.all.length;
  while (FakeSocket.all.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
  server.welcome(fields);
}

describe("a question in a frame", () => {
  const CONFIRM = 15;
  const TOAST = 4;
  const texts = () => shown.toasts.map(({ message }) => message);
  let choose: (choice: string) => void;

  /** A page whose user thinks before answering. */
  async function thinking(): Promise<void> {
    const ui = {
      toast: (detail: object) => void shown.toasts.push(detail),
      confirm: async () => true,
      ask: (asked: Asked) =>
        new Promise<Given>((resolve) => {
          shown.asked.push(asked);
          choose = (choice) => resolve({ choice, close: () => void (shown.closed += 1) });
        }),
      status: () => undefined,
      overlay: () => undefined,
    };
    await mounted(ROOT, { ui });
  }

  const question = (token = "") => [
    1,
    CONFIRM,
    "Sure?",
    "Confirmation",
    [
      ["yes", "Yes"],
      ["no", "No"],
    ],
    "primary",
    [],
    false,
    token,
  ];

  test("holds what follows it until it is answered, but not what says how the component is", async () => {
    await thinking();
    server.apply([[1, TOAST, "before"], question(), [1, TOAST, "after"], patch(1, section("<p>7</p>"))]);
    await settled();
    assert.deepEqual(texts(), ["before"]);
    assert.equal($(here.body, "p").textContent, "7");
    choose("no");
    await settled();
    assert.deepEqual(texts(), ["before", "after"]);
  });

  test("does not hold other frames", async () => {
    await thinking();
    server.apply([question()]);
    server.apply([[1, TOAST, "news"]]);
    await settled();
    assert.deepEqual(texts(), ["news"]);
  });

  test("of a suspended action is answered with its token; the dialog closes when the server begins to answer", async () => {
    await thinking();
    const ended = live.call(1, "save");
    server.apply([question("t")], 2);
    await settled();
    choose("yes");
    await settled();
    const [, call] = FakeSocket.last.got("CALL");
    assert.deepEqual([call!.component, call!.action, call!.args], [1, "@answer", { token: "t", choice: "yes" }]);
    assert.equal(shown.closed, 0);
    server.answer(call!.number, [[1, TOAST, "go on"]]);
    assert.equal(shown.closed, 1);
    server.answer(2);
    assert.deepEqual(await ended, { ok: true });
    assert.deepEqual(texts(), ["go on"]);
  });

  test("whose answer comes too late is told to the user", async () => {
    await thinking();
    const errors = trail(here.window, "live:call:error");
    server.apply([question("t")]);
    await settled();
    choose("yes");
    await settled();
    server.answer(2, [], ["confirm.answered", "page", "This question has been answered."]);
    await settled();
    assert.equal(errors[0]![1].refusal.code, "confirm.answered");
    assert.deepEqual(texts(), ["This question has been answered."]);
  });

  test("may be followed by another one of the same action", async () => {
    await thinking();
    server.apply([question("one")]);
    await settled();
    choose("yes");
    await settled();
    server.apply([question("two")], 2);
    await settled();
    assert.deepEqual([shown.closed, shown.asked.length], [1, 2]);
  });
});

describe("what the page asks by itself", () => {
  test("a reference that no component speaks is asked for by the page, number 0", async () => {
    await mounted();
    server.apply([
      [null, 30, "signed"],
      [3, 30, "other"],
    ]);
    assert.deepEqual(
      FakeSocket.last.got("CALL").map(({ component, action, args }) => [component, action, args]),
      [
        [0, "@perform", { token: "signed" }],
        [3, "@perform", { token: "other" }],
      ],
    );
  });

  test("a reference behind a button is asked for when it is pressed, and its answer is performed", async () => {
    await mounted();
    server.apply([[1, 4, "Saved", "info", null, false, null, [30, "signed"], "More"]]);
    assert.equal(FakeSocket.last.got("CALL").length, 0);
    shown.toasts[0].run();
    assert.deepEqual(FakeSocket.last.got("CALL")[0]!.args, { token: "signed" });
    server.answer(2, [[1, 4, "Performed"]]);
    assert.deepEqual(
      shown.toasts.map(({ message }) => message),
      ["Saved", "Performed"],
    );
  });

  test("a refresh asks for its component, all of them together with null", async () => {
    await mounted();
    server.apply([
      [3, 17],
      [3, 17, "parent"],
      [1, 17, "all", true],
    ]);
    assert.deepEqual(
      FakeSocket.last.got("CALL").map(({ component, action, args }) => [component, action, args]),
      [
        [0, "@refresh", { components: [3], delayed: false }],
        [0, "@refresh", { components: [1], delayed: false }],
        [0, "@refresh", { components: null, delayed: true }],
      ],
    );
  });

  test("a refusal is an event of the window, and an error for the developer", async () => {
    await mounted();
    const errors = trail(here.window, "live:call:error");
    server.apply([[null, 30, "forged"]]);
    server.answer(2, [], ["token.forged", "page", "This is not the token of a result."]);
    await settled();
    assert.deepEqual([errors[0]![1].action, errors[0]![1].refusal.code], ["@perform", "token.forged"]);
    assert.match(said.join(), /call\.token\.forged/);
  });
});

describe("results of the application's own", () => {
  test("are performed by what was registered, at the start or later", async () => {
    const seen: unknown[] = [];
    await mounted(ROOT, { results: { "shop.one": (fields: unknown) => void seen.push(fields) } });
    live.result("shop.two", async (fields, component) => void seen.push(fields, component));
    server.apply([
      [1, 31, "shop.one", { a: 1 }],
      [1, 31, "shop.two", { b: 2 }],
    ]);
    await settled();
    assert.deepEqual(seen, [{ a: 1 }, { b: 2 }, $(here.body, "section")]);
  });

  test("that fail are told, and what follows is performed all the same", async () => {
    await mounted(ROOT, {
      results: {
        "shop.one": async () => {
          throw new Error("broken");
        },
      },
    });
    server.apply([
      [1, 31, "shop.one"],
      [1, 4, "after"],
    ]);
    await settled();
    assert.match(said.join(), /result\.failed/);
    assert.equal(shown.toasts[0].message, "after");
  });
});

test("a component that is edited keeps the mark, whatever the server writes", async () => {
  await mounted();
  server.apply([[1, 23, true]]);
  await settled();
  server.apply([patch(1, section("<p>1</p>"))]);
  assert.ok($(here.body, "section").hasAttribute("live-editing"));
  server.apply([[1, 23, false]]);
  assert.ok(!$(here.body, "section").hasAttribute("live-editing"));
});

test("what is left of a download is forgotten with the session it came in", async () => {
  await mounted();
  server.apply([[1, 19, "a.bin", null, "x/y", null, 4, 7]]);
  FakeSocket.last.cut();
  await new Promise((resolve) => here.window.setTimeout(resolve, 150));
  server.offset = 0;
  server.welcome();
  server.apply([[1, 20, 7, new Uint8Array(4)]]);
  assert.match(said.join(), /download\.unknown/);
});

describe("what a page leaves to the next one of its tab", () => {
  const LEFT = "liveactions.unanswered";
  const hide = (persisted: boolean) =>
    here.window.dispatchEvent(Object.assign(new here.window.Event("pagehide"), { persisted }));
  const sockets = () => FakeSocket.all;

  /** The next page, in which the same tab keeps its storage. */
  async function next(): Promise<FakeSocket> {
    const kept = here.window.sessionStorage.getItem(LEFT);
    live.stop();
    await settled();
    open(ROOT);
    live.stop();
    FakeSocket.all = [];
    if (kept !== null) here.window.sessionStorage.setItem(LEFT, kept);
    live = start({ window: here.window, build: "1.0", ui: uiOf(), extras: async () => extras });
    await settled();
    return sockets()[1]!;
  }
  const uiOf = (): Ui => ({ ...silent, toast: (detail) => void shown.toasts.push(detail) });
  const welcome = (socket: FakeSocket, number: number, recovered = true) => {
    socket.open();
    socket.say({ kind: "WELCOME", token: "t2", recovered, offset: 4, number, heartbeat: 10_000, page: "p1" });
  };
  const answer = (socket: FakeSocket, call: number, items: unknown[] = [], refusal: unknown = null) =>
    socket.say({ kind: "ANSWER", stream: 0, offset: 5, call, items, refusal } as never);

  test("is nothing, and good-bye is said, when every action is answered", async () => {
    await mounted();
    hide(false);
    assert.equal(here.window.sessionStorage.getItem(LEFT), null);
    assert.equal(FakeSocket.last.got("BYE").length, 1);
  });

  test("are its calls, sent by their numbers as far as the server has not taken them", async () => {
    await mounted();
    void live.call(1, "first", {});
    void live.call(1, "second", { by: 2 });
    hide(false);
    assert.equal(FakeSocket.last.got("BYE").length, 0);
    const errand = await next();
    assert.equal(here.window.sessionStorage.getItem(LEFT), null, "a duplicate of this tab has nothing to do");
    welcome(errand, 2);
    assert.deepEqual(errand.got("HELLO")[0]!.resume, ["t1", 1, {}]);
    assert.deepEqual(
      errand.got("CALL").map(({ number, action, args }) => [number, action, args]),
      [[3, "second", { by: 2 }]],
    );
    answer(errand, 2);
    assert.equal(errand.closedWith, null);
    answer(errand, 3, [[1, 4, "Saved", "success"]]);
    await settled();
    assert.equal(shown.toasts[0].message, "Saved");
    assert.equal(errand.got("BYE").length, 1);
    assert.notEqual(errand.closedWith, null);
  });

  test("are told as lost when the server knows nothing of them any more", async () => {
    await mounted();
    void live.call(1, "first", {});
    hide(false);
    const errand = await next();
    welcome(errand, 0, false);
    assert.deepEqual(
      shown.toasts.map(({ code, level }) => [code, level]),
      [["call.lost", "error"]],
    );
    assert.equal(errand.got("CALL").length, 0);
  });

  test("are tried again after a cut, under the newest token", async () => {
    await mounted();
    void live.call(1, "first", {});
    hide(false);
    const errand = await next();
    welcome(errand, 1);
    errand.cut();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const again = sockets().at(-1)!;
    assert.notEqual(again, errand);
    welcome(again, 2);
    assert.deepEqual(again.got("HELLO")[0]!.resume, ["t2", 1, {}]);
    answer(again, 2, [], ["x.y", "application", "No.", null]);
    assert.match(said.at(-1)!, /call\.x\.y/);
  });

  test("are left again by a page that could not finish them", async () => {
    await mounted();
    void live.call(1, "first", {});
    hide(false);
    await next();
    hide(false);
    const errand = await next();
    welcome(errand, 1);
    assert.equal(errand.got("CALL").length, 1);
  });

  test("are taken back by a page that comes out of the browser's cache", async () => {
    await mounted();
    void live.call(1, "first", {});
    hide(true);
    assert.notEqual(here.window.sessionStorage.getItem(LEFT), null);
    here.window.dispatchEvent(Object.assign(new here.window.Event("pageshow"), { persisted: true }));
    assert.equal(here.window.sessionStorage.getItem(LEFT), null);
    server.welcome({ recovered: true, number: 1 });
    assert.deepEqual(
      FakeSocket.last.got("CALL").map(({ number }) => number),
      [2],
    );
  });

  test("end quietly in a page that comes back and finds them taken over", async () => {
    await mounted();
    const call = live.call(1, "first", {});
    hide(true);
    here.window.sessionStorage.removeItem(LEFT);
    here.window.dispatchEvent(Object.assign(new here.window.Event("pageshow"), { persisted: true }));
    assert.equal((await call).refusal!.code, "call.cancelled");
    assert.deepEqual(shown.toasts, []);
  });

  test("are not for another user", async () => {
    await mounted();
    const call = live.call(1, "first", {});
    FakeSocket.last.say({ kind: "BYE", code: "user.changed", message: "Signed out.", retry_ms: null });
    FakeSocket.last.cut(4401);
    assert.equal((await call).refusal!.code, "call.cancelled");
    hide(false);
    assert.equal(here.window.sessionStorage.getItem(LEFT), null);
  });

  test("are told as lost when they are too much to be kept", async () => {
    await mounted();
    void live.call(1, "first", { text: "x".repeat(60_000) });
    void live.call(1, "second", { text: "x".repeat(60_000) });
    hide(false);
    assert.ok(here.window.sessionStorage.getItem(LEFT)!.length < 1000);
    await next();
    assert.equal(shown.toasts[0].code, "call.lost");
  });
});

test("a page that is to be loaded again without its caches is told what to do by what is fetched for that", async () => {
  const done: unknown[] = [];
  const renew = async (_: Window, scope: string) => void done.push(scope);
  await mounted(ROOT, { extras: async () => ({ ...extras, renew }) });
  const reload = Number(Object.entries(WORDS).find(([, [name]]) => name === "Reload")![0]);
  server.apply([[1, reload, "caches"]]);
  await settled();
  assert.deepEqual(done, ["caches"]);
});

describe("a page that has slept", () => {
  const wake = (away: number) => {
    const { now } = here.window.performance;
    here.window.performance.now = () => now.call(here.window.performance) + away;
  };

  test("performs what has come meanwhile in slices, and comes to the last of it", async () => {
    await mounted();
    const patched = trail(here.window, "live:patched");
    wake(30_000);
    for (let index = 0; index < 200; index += 1) server.apply([[1, 12, section(`<p>${index}</p>`)]]);
    assert.ok(patched.length < 200, "the page has its turn in between");
    while ($(here.body, "section p").textContent !== "199") await settled();
  });

  test("tells its user how much has changed, and lets old toasts be collected", async () => {
    const told: unknown[] = [];
    await mounted(ROOT, {
      ui: {
        ...silent,
        toast: ({ message }: { message?: unknown }) => void told.push(message),
        awake: (caught: boolean) => void told.push(caught ? "caught up" : "asleep"),
        missed: (count: number) => void told.push(count),
      },
    });
    wake(30_000);
    for (const name of ["one", "two"]) server.apply([[1, 4, name, "info"]]);
    while (told.at(-1) !== 2) await settled();
    assert.deepEqual(told, ["asleep", "one", "two", "caught up", 2]);
  });

  test("is not taken for one that was spoken to a moment ago", async () => {
    const told: unknown[] = [];
    await mounted(ROOT, { ui: { ...silent, awake: () => void told.push("asleep") } });
    wake(12_000);
    server.apply([[1, 4, "one", "info"]]);
    await settled();
    assert.deepEqual(told, []);
  });
});
