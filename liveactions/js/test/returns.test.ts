/** The golden cases of protocol/returns/: after how long a page comes back that has lost its connection. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, mock, test } from "node:test";
import { Socket, type SocketDelegate } from "../src/socket";
import { Clock } from "./support/clock";
import { page } from "./support/dom";
import { FakeSocket } from "./support/server";

type Bye = [code: string, retry: number | null];
type Loss = { welcomed?: number; bye?: Bye; closed: number; after: [least: number, most: number] };

const FOLDER = join(process.env.CLIENT!, "../../protocol/returns");
const DAY = 86_400_000;

const nobody = new Proxy({}, { get: () => () => {} }) as SocketDelegate;

/** After how many milliseconds a page comes back from each of these, where chance always takes this share of a wait. */
function waits(losses: Loss[], share: number): number[] {
  const { window } = page();
  const clock = new Clock(window);
  (window as unknown as { WebSocket: unknown }).WebSocket = FakeSocket;
  const chance = mock.method(Math, "random", () => share);
  const socket = new Socket("ws://desk.test/live/", nobody, window);
  socket.start();
  const found = losses.map(({ welcomed, bye, closed }) => {
    FakeSocket.last.open();
    if (welcomed !== undefined) {
      socket.welcomed(DAY);
      clock.pass(1000 * welcomed);
    }
    if (bye) socket.farewell(...bye);
    FakeSocket.last.cut(closed);
    const wait = clock.next;
    clock.pass(wait);
    return wait;
  });
  chance.mock.restore();
  return found;
}

describe("a page that has lost its connection", () => {
  for (const name of readdirSync(FOLDER)) {
    const { about, losses } = JSON.parse(readFileSync(join(FOLDER, name), "utf8")) as { about: string; losses: Loss[] };
    for (const [index, share] of ["least", "most"].entries()) {
      test(`comes back as ${name} has it, at ${share}: ${about}`, () => {
        assert.deepEqual(waits(losses, index).map(Math.round), losses.map(({ after }) => after[index]));
      });
    }
  }
});
