/**
 * Opens the socket, notices that it is dead, opens the next one, as life.ts decides: the only file with WebSockets and
 * timers that every page has. What travels on it is the session's business, and what is to be done where WebSockets are
 * blocked the detour's.
 */
import type { Detour } from "./detour";
import { next, statusOf, type Effect, type Happening, type Life } from "./life";
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
  /** The page is being left: the last chance to send. With `kept` the browser keeps it, and it may come back. */
  socketLeaving(kept: boolean): void;
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

type Loss = Extract<Happening, "lost" | "later" | "refused" | "over">;

/** What each close code means; below 4400 everything else means: resume. */
const CLOSES: Readonly<Record<number, Loss>> = { 4008: "later", 4401: "refused", 4426: "refused", 4429: "later" };
const lossOf = (code: number): Loss => CLOSES[code] ?? (code >= 4400 ? "over" : "lost");

/** Whether a page is kept by the browser when it is left, or was kept. */
const isKept = (event: Event): boolean => (event as PageTransitionEvent).persisted;

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
  #life: Life = "ended";
  /** What the server's BYE said about coming back: milliseconds to wait, or that this is the end. */
  #farewell: { code: string; retry: number | null } | null = null;
  /** Milliseconds that the server wants it to stay away, and why the last connection ended. */
  #notBefore = 0;
  #reason = "";

  constructor(
    url: string,
    delegate: SocketDelegate,
    window: Window & typeof globalThis,
    detour: Detour | null = null,
  ) {
    this.#url = url;
    this.#detour = detour;
    if (detour) detour.change = () => this.#happen("detour");
    this.#delegate = delegate;
    this.#window = window;
  }

  start(): void {
    if (this.#life !== "ended") return;
    for (const [target, type, listener] of this.#listeners) target().addEventListener(type, listener);
    this.#happen("start");
  }

  /** Close for good: nothing opens it again. */
  stop(): void {
    this.#happen("stop");
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === 1) this.#socket.send(bytes);
  }

  /** The server has welcomed the page: it sends a PING every `heartbeat` milliseconds. */
  welcomed(heartbeat: number): void {
    this.#quiet = 1.5 * heartbeat;
    this.#wasLive = true;
    this.#welcomedAt = this.#clock();
    this.#farewell = null;
    this.#happen("welcomed");
    if (this.#window.document.hidden) this.#happen("hidden");
    this.#listen(this.#quiet);
  }

  /** The server ends the connection; `retry` nil: this page is not to come back. */
  farewell(code: string, retry: number | null): void {
    this.#farewell = { code, retry };
  }

  /** Throw the socket away as if it had broken, and open the next one. */
  drop(): void {
    this.#discard(4000);
    this.#happen("lost");
  }

  /** Where the page's own events come from, what they are, and what they mean. */
  #listeners: [target: () => EventTarget, type: string, listener: (event: Event) => void][] = [
    [() => this.#window, "online", () => this.#happen("online")],
    [() => this.#window, "offline", () => this.#happen("offline")],
    [() => this.#window, "pageshow", (event) => (isKept(event) ? this.#happen("restore") : this.#looked())],
    [() => this.#window, "pagehide", (event) => this.#left(isKept(event))],
    [() => this.#window.document, "freeze", () => this.#happen("freeze")],
    [() => this.#window.document, "resume", () => this.#happen("thaw")],
    [() => this.#window.document, "visibilitychange", () => this.#looked()],
  ];

  #looked(): void {
    this.#happen(this.#window.document.hidden ? "hidden" : "visible");
  }

  #left(kept: boolean): void {
    this.#delegate.socketLeaving(kept);
    if (kept) this.#happen("cache");
  }

  #happen(happening: Happening): void {
    // A page that was opened without a network has heard of no change.
    if (happening === "lost" && this.#offlineNow()) this.#happen("offline");
    if (happening === "due" && this.#life === "offline" && !this.#offlineNow()) happening = "online";
    const [life, ...effects] = next(this.#life, happening);
    this.#life = life;
    // A page in the cache shows nothing; what it shows when it comes back is told then.
    if (life !== "cached" && life !== "ended") this.#delegate.socketStatus(statusOf(life, this.#wasLive));
    for (const effect of effects) this.#effects[effect]();
  }

  #effects: Record<Effect, () => void> = {
    dial: () => {
      this.#discard(4000);
      this.#dial();
    },
    discard: () => this.#discard(4000),
    begin: () => void (this.#detour?.begin() || this.#dial()),
    drop: () => {
      this.#detour?.ended(true);
      this.drop();
    },
    retry: () => this.#later(),
    wait: () => this.#later(this.#notBefore),
    probe: () => this.#probe(),
    reload: () => this.#delegate.socketRefused(this.#reason),
    end: () => {
      for (const [target, type, listener] of this.#listeners) target().removeEventListener(type, listener);
      this.#discard(1000);
      this.#delegate.socketStatus("closed");
    },
  };

  #dial(): void {
    this.#delegate.socketDialled();
    const socket = this.#detour?.open() ?? new this.#window.WebSocket(this.#url, SUBPROTOCOL);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
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
    this.#notBefore = bye?.retry ?? 0;
    this.#reason = bye?.code ?? String(code);
    // Sent on by a server that ends, nothing has failed. One that did not let it in may be the only one there is.
    if (this.#reason === "server.draining" && this.#welcomedAt < Infinity) this.#attempt = 0;
    this.#happen(this.#meaning(code, bye));
  }

  #meaning(code: number, bye: { code: string; retry: number | null } | null): Loss {
    if (bye?.code.startsWith("token.") || bye?.code === "version.unsupported") return "refused";
    const loss = lossOf(code);
    if (bye?.retry != null && loss !== "refused") return "later";
    return bye && code === 1000 ? "over" : loss;
  }

  /** Retry after at least `least` milliseconds, and a random part of what the number of attempts allows. */
  #later(least = 0): void {
    if (this.#clock() - this.#welcomedAt > TIMES.settled) this.#attempt = 0;
    this.#welcomedAt = Infinity;
    const ceiling = this.#attempt === 0 ? TIMES.first : Math.min(TIMES.cap, TIMES.base * 2 ** this.#attempt);
    this.#attempt += 1;
    // Offline, the event `online` is what ends the wait; the browser may be wrong (a server on this very machine).
    const wait = this.#offlineNow() ? TIMES.cap : this.#random(ceiling);
    this.#retry = this.#window.setTimeout(() => this.#happen("due"), least + wait);
  }

  #offlineNow(): boolean {
    return this.#window.navigator.onLine === false;
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
    if (this.#retry !== undefined) this.#effects.dial();
    else if (this.#socket) this.#listen(Math.max(this.#heard + this.#quiet - this.#clock(), TIMES.grace));
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
      else this.#happen("silent");
    }, wait);
  }

  #clock(): number {
    return this.#window.performance.now();
  }

  #random(ceiling: number): number {
    return Math.random() * ceiling;
  }
}
