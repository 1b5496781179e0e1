import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { $, settled } from "../support/dom";
import { FakeSocket } from "../support/server";
import { ROOT, here, live, mounted, patch, said, section, server, shown } from "./opened";

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
