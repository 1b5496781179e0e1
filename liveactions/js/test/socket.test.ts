import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { Socket, SUBPROTOCOL, TIMES, type SocketDelegate } from "../src/socket";
import { Clock } from "./support/clock";
import { page, type Page } from "./support/dom";
import { FakeSocket } from "./support/server";

const HEARTBEAT = 8_000;
const QUIET = 12_000;

let here: Page;
let clock: Clock;
let socket: Socket;
let told: string[];
let online: boolean;

class Owner implements SocketDelegate {
  socketDialled(): void {
    told.push("dialled");
  }
  socketOpened(): void {
    told.push("opened");
  }
  socketMessage(): void {
    told.push("message");
  }
  socketLost(code: number): void {
    told.push(`lost ${code}`);
  }
  socketStatus(status: string): void {
    told.push(status);
  }
  socketRefused(code: string): void {
    told.push(`refused ${code}`);
  }
  socketLeaving(kept: boolean): void {
    told.push(kept ? "put away" : "leaving");
  }
}

const ping = () => FakeSocket.last.say({ kind: "PING", offset: 0, positions: null });
const count = () => FakeSocket.all.length;
const fire = (type: string, fields = {}, target: EventTarget = here.window) =>
  target.dispatchEvent(Object.assign(new here.window.Event(type), fields));

function live(): void {
  FakeSocket.last.open();
  ping();
  socket.welcomed(HEARTBEAT);
}

beforeEach(() => {
  here = page();
  clock = new Clock(here.window);
  online = true;
  told = [];
  FakeSocket.all = [];
  (here.window as unknown as { WebSocket: unknown }).WebSocket = FakeSocket;
  Object.defineProperty(here.window.navigator, "onLine", { get: () => online, configurable: true });
  socket = new Socket("ws://desk.test/live/", new Owner(), here.window);
  socket.start();
});

describe("the socket", () => {
  test("speaks the subprotocol of this version", () => {
    assert.equal(FakeSocket.last.protocol, SUBPROTOCOL);
    assert.deepEqual(told, ["connecting", "dialled"]);
  });

  test("comes back within 100 ms after the first loss, then within growing random waits", () => {
    live();
    FakeSocket.last.cut();
    assert.ok(clock.next <= TIMES.first);
    const ceilings: number[] = [];
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      clock.pass(clock.next);
      FakeSocket.last.cut();
      const ceiling = Math.min(TIMES.cap, TIMES.base * 2 ** attempt);
      assert.ok(clock.next <= ceiling, `attempt ${attempt} waits ${clock.next}`);
      ceilings.push(ceiling);
    }
    assert.equal(ceilings[11], TIMES.cap);
    assert.equal(count(), 13);
  });

  test("begins with short waits again once it was welcomed, not when it merely opened", () => {
    for (let attempt = 0; attempt < 6; attempt += 1) {
      FakeSocket.last.open();
      FakeSocket.last.cut();
      clock.pass(TIMES.cap);
    }
    live();
    clock.pass(TIMES.settled + 1);
    FakeSocket.last.cut();
    assert.ok(clock.next <= TIMES.first);
  });

  test("does not come back in a tight loop to a server that welcomes it and throws it out", () => {
    const begin = clock.now;
    for (let attempt = 0; attempt < 40; attempt += 1) {
      live();
      FakeSocket.last.cut(4001);
      clock.pass(clock.next);
    }
    assert.ok(clock.now - begin > 30_000, `40 times in ${clock.now - begin} ms`);
  });

  test("is dropped after one and a half heartbeats of silence", () => {
    live();
    clock.pass(QUIET - 1);
    assert.equal(count(), 1);
    clock.pass(1 + TIMES.first);
    assert.equal(count(), 2);
    assert.ok(told.includes("lost 4000"));
  });

  test("is dropped one and a half heartbeats after the last word, whenever that came", () => {
    for (const moment of [1, 400, 7_999, 11_999]) {
      live();
      clock.pass(moment);
      ping();
      const before = count();
      clock.pass(QUIET - 1);
      assert.equal(count(), before);
      clock.pass(1 + TIMES.first);
      assert.equal(count(), before + 1, `heard after ${moment} ms`);
    }
  });

  test("lives on as long as something is heard", () => {
    live();
    for (let beat = 0; beat < 200; beat += 1) {
      clock.pass(HEARTBEAT);
      ping();
    }
    assert.equal(count(), 1);
  });

  test("is not dropped by timers that come late, as those of a hidden page do", () => {
    live();
    for (let minute = 0; minute < 30; minute += 1) {
      for (let beat = 0; beat < 6; beat += 1) {
        clock.sleep(HEARTBEAT);
        ping();
      }
      clock.pass(0);
    }
    assert.equal(count(), 1);
  });

  test("is not dropped when the page has slept, for the messages that wait behind the timers", () => {
    live();
    clock.sleep(60_000);
    clock.pass(0);
    assert.equal(count(), 1);
    ping();
    clock.pass(TIMES.grace);
    assert.equal(count(), 1);
  });

  test("is dropped soon after a sleep that it did not survive", () => {
    live();
    clock.sleep(60_000);
    clock.pass(TIMES.grace + TIMES.first);
    assert.equal(count(), 2);
  });

  test("is given up when it does not open in time", () => {
    clock.pass(TIMES.patience + TIMES.first);
    assert.equal(count(), 2);
  });

  test("is made anew at once when the network comes back", () => {
    live();
    online = false;
    fire("offline");
    assert.equal(told.at(-1), "offline");
    online = true;
    fire("online");
    assert.equal(count(), 2);
  });

  test("waits for the network while there is none", () => {
    live();
    online = false;
    FakeSocket.last.cut();
    clock.pass(TIMES.cap - 1);
    assert.equal(count(), 1);
    assert.equal(told.at(-1), "offline");
    online = true;
    fire("online");
    assert.equal(count(), 2);
  });

  test("is made anew at once when a waiting page is looked at again", () => {
    live();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      FakeSocket.last.cut();
      if (attempt < 7) clock.pass(clock.next);
    }
    const before = count();
    fire("visibilitychange", {}, here.document);
    assert.equal(count(), before + 1);
  });

  test("is discarded at once when the page comes out of the back/forward cache", () => {
    live();
    const old = FakeSocket.last;
    fire("pageshow", { persisted: true });
    assert.equal(count(), 2);
    assert.equal(old.closedWith, 4000);
    old.cut();
    assert.equal(told.filter((line) => line.startsWith("lost")).length, 1, "what the old one says later is not heard");
  });

  test("lets the server know when the page is left for good, but not when it may come back", () => {
    live();
    fire("pagehide", { persisted: true });
    assert.deepEqual(told.slice(-2), ["put away", "lost 4000"]);
    fire("pagehide", { persisted: false });
    assert.equal(told.at(-1), "leaving");
  });

  test("does not come back after it was stopped", () => {
    live();
    socket.stop();
    clock.pass(60_000);
    fire("online");
    assert.equal(count(), 1);
    assert.equal(told.at(-1), "closed");
  });
});

describe("a close code", () => {
  const returns = {
    1000: true,
    1001: true,
    1006: true,
    1012: true,
    4001: true,
    4008: true,
    4009: true,
    4012: true,
    4429: true,
    4400: false,
    4403: false,
  };
  for (const [code, comesBack] of Object.entries(returns)) {
    test(`${code} lets the page ${comesBack ? "come back" : "end"}`, () => {
      live();
      FakeSocket.last.cut(Number(code));
      clock.pass(TIMES.cap);
      if (!comesBack) for (const type of ["online", "pageshow"]) fire(type, { persisted: true });
      assert.equal(count(), comesBack ? 2 : 1);
      if (!comesBack) assert.equal(told.at(-1), "closed");
    });
  }

  for (const code of [4401, 4426]) {
    test(`${code} asks for the page to be loaded again`, () => {
      live();
      FakeSocket.last.cut(code);
      clock.pass(TIMES.cap);
      assert.equal(count(), 1);
      assert.equal(told.at(-1), `refused ${code}`);
    });
  }
});

describe("a BYE", () => {
  test("says how long to stay away", () => {
    live();
    socket.farewell("server.draining", 3000);
    FakeSocket.last.cut(4012);
    clock.pass(2999);
    assert.equal(count(), 1);
    clock.pass(TIMES.first + 1);
    assert.equal(count(), 2);
  });

  test("without a time to come back is the end when the socket closes normally", () => {
    live();
    socket.farewell("page.left", null);
    FakeSocket.last.cut(1000);
    clock.pass(60_000);
    assert.equal(count(), 1);
  });

  for (const code of ["token.expired", "version.unsupported"]) {
    test(`with ${code} asks for the page to be loaded again`, () => {
      live();
      socket.farewell(code, null);
      FakeSocket.last.cut(4400);
      assert.equal(told.at(-1), `refused ${code}`);
    });
  }
});
