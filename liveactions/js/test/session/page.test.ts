import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as extras from "../../src/extras";
import { start } from "../../src/index";
import { WORDS } from "../../src/vocabulary";
import { $, settled, trail } from "../support/dom";
import { FakeSocket } from "../support/server";
import { ROOT, here, live, mounted, open, patch, said, section, server, shown, silent } from "./opened";

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

test("a component that is edited keeps the mark, whatever the server writes", async () => {
  await mounted();
  server.apply([[1, 23, true]]);
  await settled();
  server.apply([patch(1, section("<p>1</p>"))]);
  assert.ok($(here.body, "section").hasAttribute("live-editing"));
  server.apply([[1, 23, false]]);
  assert.ok(!$(here.body, "section").hasAttribute("live-editing"));
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
