/**
 * Opens the socket, notices that it is dead, opens the next one: the only file with WebSockets and timers that every page
 * has. What travels on it is the session's business, and what is to be done where WebSockets are blocked the detour's.
 */
import type { Detour } from "./detour";
import type { Status, Transport } from "./ports";

export const SUBPROTOCOL = "liveactions.1";

/** What the socket tells its owner. After `socketLost` the next event is `socketDialled`, or nothing any more. */
export interface SocketDelegate {
  socketDialled(): void;
  socketOpened(): void;
  socketMessage(bytes: Uint8Array): void;
  socketLost(code: number): void;
  socketStatus(status: Status): void;
  /** The page cannot go on as it is: it is to be loaded again (once). */
  socketRefused(code: string): void;
  /** The page is being left for good; the last chance to send. */
  socketLeaving(): void;
}

/** Times in milliseconds. */
export const TIMES = {
  first: 100, //      the first retry comes within this
  base: 250, //       doubled with every further retry …
  cap: 10_000, //     … up to this; each wait is a random part of it, so that pages do not come back in step
  patience: 10_000, // for a socket to open, and for the first word on it …
  blocked: 3_000, //   … where there is another way to try, this long for it to open
  grace: 1_000, //    after the page slept: for messages that are already waiting to be delivered
  settled: 5_000, //  a connection that lived shorter does not make the next retry short again
};

type Plan = "resume" | "later" | "final" | "reload";

/** What each close code asks for; below 4400 everything else means: resume. */
const CLOSES: Readonly<Record<number, Plan>> = { 4008: "later", 4401: "reload", 4426: "reload", 4429: "later" };
const planOf = (code: number): Plan => CLOSES[code] ?? (code >= 4400 ? "final" : "resume");

export class Socket {
  #url: string;
  #delegate: SocketDelegate;
  #window: Window & typeof globalThis;
  #detour: Detour | null;
  #socket: Transport | null = null;
  #attempt = 0;
  #retry: number | undefined;
  #watch: number | undefined;
  /** How long this socket may be silent. */
  #quiet = TIMES.patience;
  #heard = 0;
  #wasLive = false;
  #welcomedAt = Infinity;
  #sawOffline = false;
  #started = false;
  /** What the server's BYE said about coming back: milliseconds to wait, or that this is the end. */
  #farewell: { code: string; retry: number | null } | null = null;

  constructor(
    url: string,
    delegate: SocketDelegate,
    window: Window & typeof globalThis,
    detour: Detour | null = null,
  ) {
    this.#url = url;
    this.#detour = detour;
    if (detour) detour.change = () => this.#now();
    this.#delegate = delegate;
    this.#window = window;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    for (const [target, type, listener] of this.#listeners) target().addEventListener(type, listener);
    if (!this.#detour?.begin()) this.#dial();
  }

  /** Close for good: nothing opens it again. */
  stop(): void {
    if (!this.#started) return;
    this.#started = false;
    for (const [target, type, listener] of this.#listeners) target().removeEventListener(type, listener);
    this.#discard(1000);
    this.#delegate.socketStatus("closed");
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === 1) this.#socket.send(bytes);
  }

  /** The server has welcomed the page: it sends a PING every `heartbeat` milliseconds. */
  welcomed(heartbeat: number): void {
    this.#quiet = 2 * heartbeat;
    this.#wasLive = true;
    this.#welcomedAt = this.#clock();
    this.#farewell = null;
    this.#delegate.socketStatus("live");
    this.#listen(this.#quiet);
  }

  /** The server ends the connection; `retry` nil: this page is not to come back. */
  farewell(code: string, retry: number | null): void {
    this.#farewell = { code, retry };
  }

  /** Throw the socket away as if it had broken, and open the next one. */
  drop(): void {
    this.#discard(4000);
    this.#later();
  }

  /** Where the page's own events come from, what they are, and what to do then. */
  #listeners: [target: () => EventTarget, type: string, listener: (event: Event) => void][] = [
    [() => this.#window, "online", () => this.#online()],
    [() => this.#window, "offline", () => this.#offline()],
    [
      () => this.#window,
      "pageshow",
      (event) => ((event as PageTransitionEvent).persisted ? this.#now() : this.#probe()),
    ],
    [
      () => this.#window,
      "pagehide",
      (event) => !(event as PageTransitionEvent).persisted && this.#delegate.socketLeaving(),
    ],
    [
      () => this.#window.document,
      "visibilitychange",
      () => this.#window.document.visibilityState === "visible" && this.#probe(),
    ],
  ];

  #dial(): void {
    this.#clear();
    this.#seek();
    this.#delegate.socketDialled();
    const socket = this.#detour?.open() ?? new this.#window.WebSocket(this.#url, SUBPROTOCOL);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#sawOffline = false;
    this.#heard = this.#clock();
    this.#quiet = this.#detour ? TIMES.blocked : TIMES.patience;
    socket.onopen = () => this.#mine(socket) && this.#opened();
    socket.onmessage = ({ data }) => this.#mine(socket) && this.#message(data);
    socket.onclose = ({ code }) => this.#mine(socket) && this.#closed(code);
    this.#listen(this.#quiet);
  }

  /** A socket that was thrown away may still speak. */
  #mine(socket: Transport): boolean {
    return this.#socket === socket;
  }

  #opened(): void {
    this.#heard = this.#clock();
    this.#quiet = TIMES.patience;
    this.#delegate.socketOpened();
  }

  #message(data: unknown): void {
    this.#heard = this.#clock();
    this.#detour?.heard();
    this.#delegate.socketMessage(typeof data === "string" ? new Uint8Array() : new Uint8Array(data as ArrayBuffer));
  }

  #closed(code: number): void {
    this.#detour?.ended(false);
    this.#discard(code);
    const bye = this.#farewell;
    this.#farewell = null;
    this.#plans[this.#plan(code, bye)](bye?.retry ?? 0, bye?.code ?? String(code));
  }

  #plan(code: number, bye: { code: string; retry: number | null } | null): Plan {
    if (bye?.code.startsWith("token.") || bye?.code === "version.unsupported") return "reload";
    const plan = planOf(code);
    if (bye?.retry != null && plan !== "reload") return "later";
    return bye && code === 1000 ? "final" : plan;
  }

  #plans: Record<Plan, (retry: number, code: string) => void> = {
    resume: () => this.#later(),
    later: (retry) => this.#later(retry + this.#random(TIMES.base)),
    final: () => this.stop(),
    reload: (_, code) => {
      this.stop();
      this.#delegate.socketRefused(code);
    },
  };

  #now(): void {
    if (!this.#started) return;
    this.#discard(4000);
    this.#dial();
  }

  /** Retry after at least `least` milliseconds, and a random part of what the number of attempts allows. */
  #later(least = 0): void {
    if (!this.#started) return;
    if (this.#clock() - this.#welcomedAt > TIMES.settled) this.#attempt = 0;
    this.#welcomedAt = Infinity;
    const ceiling = this.#attempt === 0 ? TIMES.first : Math.min(TIMES.cap, TIMES.base * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#seek();
    // Offline, the event `online` is what ends the wait; the browser may be wrong (a server on this very machine).
    const wait = this.#offlineNow() ? TIMES.cap : this.#random(ceiling);
    this.#retry = this.#window.setTimeout(() => this.#dial(), least + wait);
  }

  #offlineNow(): boolean {
    return this.#window.navigator.onLine === false;
  }

  #seek(): void {
    const lost = this.#wasLive ? "reconnecting" : "connecting";
    this.#delegate.socketStatus(this.#offlineNow() ? "offline" : lost);
  }

  #discard(code: number): void {
    this.#clear();
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    // Nobody waits for the other side: it may be gone.
    if (socket.readyState < 2) socket.close(code === 1000 ? 1000 : 4000);
    this.#delegate.socketLost(code);
  }

  #clear(): void {
    this.#window.clearTimeout(this.#retry);
    this.#window.clearTimeout(this.#watch);
    this.#retry = this.#watch = undefined;
  }

  /** The page was looked at again, or the network came: is there a socket, and is it alive? */
  #probe(): void {
    if (this.#retry !== undefined) this.#now();
    else if (this.#socket && this.#clock() - this.#heard > this.#quiet) this.#listen(TIMES.grace);
  }

  #online(): void {
    if (!this.#socket || this.#sawOffline) this.#now();
  }

  #offline(): void {
    this.#sawOffline = true;
    this.#delegate.socketStatus("offline");
  }

  /**
   * Look after `wait` whether the socket has been silent for too long. Timers of a hidden or frozen page come late, and
   * then messages may be waiting behind them; so a late timer never condemns the socket, it only looks again.
   */
  #listen(wait: number): void {
    this.#window.clearTimeout(this.#watch);
    const due = this.#clock() + wait;
    this.#watch = this.#window.setTimeout(() => {
      const left = this.#heard + this.#quiet - this.#clock();
      if (left > 0) this.#listen(left);
      else if (this.#clock() - due > TIMES.grace) this.#listen(TIMES.grace);
      else {
        this.#detour?.ended(true);
        this.drop();
      }
    }, wait);
  }

  #clock(): number {
    return this.#window.performance.now();
  }

  #random(ceiling: number): number {
    return Math.random() * ceiling;
  }
}
