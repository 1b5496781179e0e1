import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Detour } from "../src/detour";
import { Socket, SUBPROTOCOL, TIMES, type SocketDelegate } from "../src/socket";
import { Clock } from "./support/clock";
import { page, settled, type Page } from "./support/dom";
import { FakeSocket } from "./support/server";

/** A module whose transports are in `globalThis.detours`, each with how it was asked for. */
const MODULE = `data:text/javascript,${encodeURIComponent(`
  export class Fallback {
    constructor(url, protocol, window, better) { Object.assign(this, { url, protocol, better }); }
    open() {
      const transport = { readyState: 0, sent: [], send(bytes) { this.sent.push(bytes); }, close() { this.readyState = 3; } };
      globalThis.detours.push({ transport, fallback: this });
      return transport;
    }
  }
`)}`;

interface Taken {
  transport: { readyState: number; onopen(): void; onmessage(event: unknown): void; onclose(event: unknown): void };
  fallback: { url: string; protocol: string; better(): void };
}
const detours: Taken[] = ((globalThis as unknown as { detours: Taken[] }).detours = []);

let here: Page;
let clock: Clock;
let socket: Socket;
let online: boolean;

const owner = {
  socketDialled() {},
  socketOpened() {},
  socketMessage() {},
  socketLost() {},
  socketStatus() {},
  socketRefused() {},
  socketLeaving() {},
} satisfies SocketDelegate;

const speak = ({ transport }: Taken) => transport.onmessage({ data: new ArrayBuffer(0) });
const ping = () => FakeSocket.last.say({ kind: "PING", offset: 0, positions: null });

function start(module = MODULE): void {
  const detour = new Detour(module, "ws://desk.test/live/", SUBPROTOCOL, here.window);
  socket = new Socket("ws://desk.test/live/", owner, here.window, detour);
  socket.start();
}

/** A WebSocket ends without a word, and the next one is opened. */
function refused(): void {
  FakeSocket.last.cut();
  clock.pass(clock.next);
}

beforeEach(() => {
  here = page();
  clock = new Clock(here.window);
  online = true;
  detours.length = 0;
  FakeSocket.all = [];
  (here.window as unknown as { WebSocket: unknown }).WebSocket = FakeSocket;
  Object.defineProperty(here.window.navigator, "onLine", { get: () => online, configurable: true });
});

describe("another way is gone", () => {
  test("when two WebSockets have ended without a word", async () => {
    start();
    refused();
    FakeSocket.last.open();
    FakeSocket.last.cut();
    await settled();
    assert.equal(detours.length, 1);
    assert.deepEqual(
      [detours[0]!.fallback.url, detours[0]!.fallback.protocol],
      ["ws://desk.test/live/", SUBPROTOCOL],
    );
  });

  test("when one has not opened after three seconds", async () => {
    start();
    clock.pass(TIMES.blocked - 1);
    await settled();
    assert.equal(detours.length, 0);
    clock.pass(1);
    await settled();
    assert.equal(detours.length, 1);
  });

  test("at once in a tab that had to do so before", async () => {
    here.window.sessionStorage.setItem("liveactions.blocked", "1");
    start();
    await settled();
    assert.deepEqual([FakeSocket.all.length, detours.length], [0, 1]);
  });

  test("again after a cut, once the server has spoken there", async () => {
    start();
    refused();
    FakeSocket.last.cut();
    await settled();
    speak(detours[0]!);
    socket.welcomed(10_000);
    const sockets = FakeSocket.all.length;
    detours[0]!.transport.onclose({ code: 1006 });
    clock.pass(clock.next);
    assert.deepEqual([FakeSocket.all.length, detours.length], [sockets, 2]);
  });
});

describe("another way is not gone", () => {
  test("while there is no network", async () => {
    online = false;
    start();
    for (let attempt = 0; attempt < 4; attempt += 1) refused();
    await settled();
    assert.equal(detours.length, 0);
  });

  test("as soon where a WebSocket has worked before: it may well be the server that is away", async () => {
    start();
    FakeSocket.last.open();
    ping();
    socket.welcomed(10_000);
    FakeSocket.last.cut();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      clock.pass(clock.next);
      FakeSocket.last.cut();
      await settled();
    }
    assert.equal(detours.length, 0);
    clock.pass(clock.next);
    FakeSocket.last.cut();
    await settled();
    assert.equal(detours.length, 1);
  });

  test("any more when a WebSocket gets through again", async () => {
    start();
    refused();
    FakeSocket.last.cut();
    await settled();
    speak(detours[0]!);
    const sockets = FakeSocket.all.length;
    detours[0]!.fallback.better();
    assert.equal(FakeSocket.all.length, sockets + 1);
    assert.equal(detours[0]!.transport.readyState, 3);
  });

  test("where the page has none", async () => {
    socket = new Socket("ws://desk.test/live/", owner, here.window);
    socket.start();
    for (let attempt = 0; attempt < 4; attempt += 1) refused();
    await settled();
    assert.equal(detours.length, 0);
  });
});

test("where neither way leads on, they take turns", async () => {
  start();
  refused();
  FakeSocket.last.cut();
  await settled();
  assert.equal(detours.length, 1);
  const sockets = FakeSocket.all.length;
  detours[0]!.transport.onclose({ code: 1006 });
  clock.pass(clock.next);
  assert.equal(FakeSocket.all.length, sockets + 1);
  refused();
  refused();
  assert.equal(detours.length, 2);
});

test("a module that cannot be fetched leaves the page with its WebSockets", async () => {
  here.window.sessionStorage.setItem("liveactions.blocked", "1");
  start("data:text/javascript,throw new Error()");
  await settled();
  assert.equal(FakeSocket.all.length, 1);
});
