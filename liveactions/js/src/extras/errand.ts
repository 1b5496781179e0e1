/**
 * Calls that a page had not been answered when it was left. The next page of the same tab does this errand for it: it
 * comes back as the page that was, once more, sends what the server has not taken and hears the answers.
 *
 * The server knows the calls by their numbers, so nothing is done twice; and the token is of use only to the same user
 * and browser session.
 */
import { isAction, NOTHING } from "../answers";
import { LOST, type Legacy } from "../legacies";
import type { Item, PageFrame, Resume, ServerFrame, ServerFrameOf, Stream, WireRefusal } from "../wire/frames";

/** What it needs of the page that does it. */
export interface Means {
  window: Window & typeof globalThis;
  url: string;
  protocol: string;
  encode(frame: PageFrame): Uint8Array<ArrayBuffer>;
  decode(bytes: Uint8Array): ServerFrame;
  /** A call of the page that was has ended, with this refusal and these items; `lost`: nobody knows how. */
  told(lost: boolean, refusal: WireRefusal | null, items: Item[]): void;
}

/** Milliseconds by which the pause between attempts grows, and how many there are. */
const PAUSE = 1000;
const ATTEMPTS = 8;

export class Errand {
  #means: Means;
  #legacy: Legacy;
  #socket: WebSocket | null = null;
  #retry: number | undefined;
  #attempts = 0;

  constructor(means: Means, legacy: Legacy) {
    this.#means = means;
    this.#legacy = legacy;
  }

  start(): void {
    const { build, token, ack } = this.#legacy;
    if (token === LOST || this.#attempts++ === ATTEMPTS) return this.#fail();
    const { window, url, protocol, decode } = this.#means;
    const socket = (this.#socket = new window.WebSocket(url, protocol));
    socket.binaryType = "arraybuffer";
    const resume: Resume | null = token === null ? null : [token, ack, {}];
    socket.onopen = () => this.#send({ kind: "HELLO", build, resume, since: null, programs: true });
    socket.onmessage = ({ data }) => {
      const frame = socket === this.#socket && decode(new Uint8Array(data as ArrayBuffer));
      if (frame) (this.#ears[frame.kind] as ((frame: ServerFrame) => void) | undefined)?.(frame);
    };
    socket.onclose = () => {
      const wait = this.#attempts * PAUSE * Math.random();
      if (socket === this.#socket) this.#retry = window.setTimeout(() => this.start(), wait);
    };
  }

  /** What is not done yet, and is done no further; null: all is done. */
  stop(): Legacy | null {
    this.#means.window.clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(4000);
    return this.#legacy.frames.length ? this.#legacy : null;
  }

  #ears: { [Kind in ServerFrame["kind"]]?: (frame: ServerFrameOf<Kind>) => void } = {
    WELCOME: ({ token, recovered, number }) => {
      if (this.#legacy.token !== null && !recovered) return this.#fail();
      this.#legacy.token = token;
      const frames = new Map(this.#legacy.frames);
      for (let each = number + 1; each <= Math.max(...frames.keys()); each += 1)
        this.#send({ ...(frames.get(each) ?? NOTHING), number: each, ack: this.#legacy.ack } as PageFrame);
    },
    APPLY: ({ stream, offset }) => this.#heard(stream, offset),
    STREAMS: ({ stream, offset }) => this.#heard(stream, offset),
    PING: () => this.#send({ kind: "PONG", ack: this.#legacy.ack, positions: null }),
    ANSWER: ({ stream, offset, call, items, refusal }) => {
      this.#heard(stream, offset);
      this.#ended(call, false, refusal, items);
      if (this.#legacy.frames.length) return;
      this.#send({ kind: "BYE" });
      this.stop();
    },
    BYE: ({ retry_ms }) => retry_ms === null && this.#fail(),
  };

  #heard(stream: Stream, offset: number): void {
    if (stream === 0) this.#legacy.ack = Math.max(this.#legacy.ack, offset);
  }

  #ended(call: number, isLost: boolean, refusal: WireRefusal | null = null, items: Item[] = []): void {
    const { frames } = this.#legacy;
    const index = frames.findIndex(([number]) => number === call);
    const [ended] = index < 0 ? [] : frames.splice(index, 1);
    if (ended && isAction(ended[1])) this.#means.told(isLost, refusal, items);
  }

  #fail(): void {
    for (const [number] of [...this.#legacy.frames]) this.#ended(number, true);
    this.stop();
  }

  #send(frame: PageFrame): void {
    if (this.#socket?.readyState === 1) this.#socket.send(this.#means.encode(frame));
  }
}
