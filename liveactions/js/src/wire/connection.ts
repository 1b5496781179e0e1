/**
 * The page's side of a connection, without I/O: frames go in, frames and news come out. It numbers what the page
 * sends, drops what it has seen before, notices gaps, and knows after any loss what has to be sent again.
 *
 * Rule: everything that decides which frame may come when stands in `MOVES`; an illegal move is a missing key.
 */
import { FrameRefused } from "./frames";
import type {
  Item,
  PageFields,
  PageFrame,
  Place,
  Resume,
  ServerFields,
  ServerFrame,
  ServerFrameOf,
  Stream,
  WireRefusal,
} from "./frames";

export type State = "closed" | "connecting" | "greeting" | "live" | "closing";
export type Move = "dial" | "open" | "lose" | keyof ServerFields;

export const MOVES: Readonly<Record<State, Readonly<Partial<Record<Move, State>>>>> = {
  closed: { dial: "connecting", lose: "closed" },
  // An event stream that is refused says so before it is open.
  connecting: { open: "greeting", BYE: "closing", lose: "closed" },
  greeting: { WELCOME: "live", BYE: "closing", lose: "closed" },
  live: { PING: "live", APPLY: "live", ANSWER: "live", STREAMS: "live", BYE: "closing", lose: "closed" },
  closing: { lose: "closed" },
};

/** A place in a stream that is to be given back by `applied()` once the items of its frame have been performed. */
export type Mark = [stream: Stream, offset: number];

/**
 * What a frame of the server means for the page.
 *
 * - `welcome`: connected. `restarted`: there was a session before, and the server knows it no longer; everything has to
 *   be mounted again.
 * - `apply`, `answer`: perform the items, then give `mark` back (null: there is nothing to give back).
 * - `lost`: these calls will never be answered. It comes before the `welcome` that begins the numbers anew.
 * - `poisoned`: this call was too much for the server and is not sent again.
 * - `gap`: frames are missing; every root has been asked for whole.
 */
export type News =
  | { type: "welcome"; recovered: boolean; restarted: boolean; page: string; heartbeat: number }
  | { type: "apply"; items: Item[]; call: number | null; mark: Mark }
  | { type: "answer"; items: Item[]; call: number; refusal: WireRefusal | null; mark: Mark | null }
  | { type: "lost"; calls: number[] }
  | { type: "poisoned"; call: number }
  | { type: "gap" }
  | { type: "bye"; code: string; message: string; retry: number | null };

type Numbered = "MOUNT" | "CALL" | "SET" | "RESYNC" | "UNMOUNT";
type Unnumbered = { [Name in Numbered]: { kind: Name } & Omit<PageFields[Name], "number" | "ack"> }[Numbered];
type Entry = { frame: Unnumbered; number: number; sent: boolean; cancelled: boolean };
type Topic = { epoch: string | null; received: number; applied: number };

export class Connection {
  state: State = "closed";
  #build: string;
  #since: number | null;
  #programs: true | null;
  #token: string | null = null;
  #number = 0;
  #received = 0;
  #applied = 0;
  #topics = new Map<string, Topic>();
  /** Numbered frames that were not answered yet, in order. */
  #pending: Entry[] = [];
  #links: PageFrame[] = [];
  /** The number of the RESYNC whose answer ends a gap. */
  #mending: number | null = null;
  #poisoned = false;

  /**
   * `since` is the cursor of the server's log when the page was rendered; null asks for nothing that was said before.
   * With `programs` the server is told that patches can be applied.
   */
  constructor(build: string, since: number | null = null, programs = false) {
    this.#build = build;
    this.#since = since;
    this.#programs = programs || null;
  }

  /** How many numbered frames wait for their answer. */
  get waiting(): number {
    return this.#pending.length;
  }

  /** A socket is being opened. */
  dial(): void {
    this.#move("dial");
  }

  /** The socket is open: `outgoing()` now begins with HELLO. */
  opened(): void {
    this.#move("open");
    const resume = this.#resume();
    this.#links.push({ kind: "HELLO", build: this.#build, resume, since: resume ? null : this.#since, programs: this.#programs });
  }

  /** The socket is gone, for whatever reason. Everything unanswered waits for the next one. */
  lost(): void {
    this.#move("lose");
    this.#links = [];
    for (const entry of this.#pending) entry.sent = false;
  }

  /** Take a numbered frame; it is sent when the connection is live. Returns its number. */
  send(frame: Unnumbered): number {
    this.#pending.push({ frame, number: ++this.#number, sent: false, cancelled: false });
    return this.#number;
  }

  /** The answer to call `number` is no longer wanted. */
  cancel(number: number): void {
    const entry = this.#pending.find((entry) => entry.number === number);
    if (!entry || entry.cancelled) return;
    entry.cancelled = true;
    if (entry.sent) this.#links.push({ kind: "CANCEL", number });
  }

  /** Say that the page is being left for good. */
  leave(): void {
    if (this.state === "live") this.#links.push({ kind: "BYE" });
  }

  /** Tell the server unasked how far this page has come. */
  report(): void {
    if (this.state === "live") this.#links.push({ kind: "PONG", ack: this.#applied, positions: null });
  }

  /** The items of the frame at `mark` have been performed. */
  applied([stream, offset]: Mark): void {
    if (stream === 0) this.#applied = Math.max(this.#applied, offset);
    else {
      const topic = this.#topics.get(stream);
      if (topic) topic.applied = Math.max(topic.applied, offset);
    }
  }

  /** The socket was closed because the frame that is next in line is too much for the server: never send it again. */
  poison(): void {
    this.#poisoned = true;
  }

  /** The frames to be sent now, in order. Each is returned once for each connection. */
  outgoing(): PageFrame[] {
    const frames = this.#links.splice(0);
    if (this.state !== "live") return frames;
    for (const entry of this.#pending) {
      if (entry.sent) continue;
      entry.sent = true;
      frames.push({ ...entry.frame, number: entry.number, ack: this.#applied } as PageFrame);
      if (entry.cancelled) frames.push({ kind: "CANCEL", number: entry.number });
    }
    return frames;
  }

  /** What a frame means. Raises `FrameRefused` when it may not come now: the socket must be dropped. */
  receive(frame: ServerFrame): News[] {
    if (this.state === "closing") return [];
    this.#move(frame.kind);
    return (this.#readers[frame.kind] as (frame: ServerFrame) => News[])(frame);
  }

  #readers: { [Name in keyof ServerFields]: (frame: ServerFrameOf<Name>) => News[] } = {
    WELCOME: (frame) => this.#welcome(frame),
    PING: (frame) => this.#ping(frame),
    BYE: ({ code, message, retry_ms }) => [{ type: "bye", code, message, retry: retry_ms }],
    APPLY: ({ stream, offset, items, call }) =>
      this.#outOfOrder(stream, offset) ?? [{ type: "apply", items, call, mark: [stream, offset] }],
    ANSWER: (frame) => this.#answer(frame),
    STREAMS: (frame) => this.#outOfOrder(frame.stream, frame.offset) ?? this.#follow(frame),
  };

  #move(move: Move): void {
    const state = MOVES[this.state][move];
    if (!state) throw new FrameRefused("frame.malformed", `${move} cannot come while ${this.state}.`);
    this.state = state;
  }

  #welcome({ token, recovered, offset, number, heartbeat, page }: ServerFrameOf<"WELCOME">): News[] {
    const restarted = this.#token !== null && !recovered;
    this.#token = token;
    const welcome: News = { type: "welcome", recovered, restarted, page, heartbeat };
    if (restarted) return [this.#forget(), welcome];
    if (!recovered) return [welcome];
    for (const entry of this.#pending) this.#taken(entry, number);
    return [welcome, ...this.#dropPoison(), ...(offset < this.#received ? this.#gap(offset) : [])];
  }

  /** After a resume: what the server has taken is not sent again; that it is unwanted may be news. */
  #taken(entry: Entry, number: number): void {
    entry.sent = entry.number <= number;
    if (entry.sent && entry.cancelled) this.#links.push({ kind: "CANCEL", number: entry.number });
  }

  /** The session is lost: begin again at 1. */
  #forget(): News {
    const calls = this.#pending.map((entry) => entry.number);
    this.#pending = [];
    this.#topics.clear();
    this.#number = this.#received = this.#applied = 0;
    this.#mending = null;
    this.#poisoned = false;
    return { type: "lost", calls };
  }

  /** Numbers may not be skipped, so something harmless goes out in the place of a frame that was too much. */
  #dropPoison(): News[] {
    const entry = this.#poisoned ? this.#pending.find((entry) => !entry.sent) : undefined;
    this.#poisoned = false;
    if (!entry) return [];
    entry.frame = { kind: "UNMOUNT", components: [] };
    return [{ type: "poisoned", call: entry.number }];
  }

  #ping({ offset, positions }: ServerFrameOf<"PING">): News[] {
    for (const [name, position] of Object.entries(positions ?? {})) {
      const topic = this.#topics.get(name);
      if (topic && topic.applied === topic.received)
        topic.received = topic.applied = Math.max(topic.received, position);
    }
    const news = offset > this.#received && this.#mending === null ? this.#gap(this.#received) : [];
    this.report();
    return news;
  }

  #answer({ stream, offset, call, items, refusal }: ServerFrameOf<"ANSWER">): News[] {
    if (call === this.#mending) return this.#mend(offset, items, refusal);
    const seen = stream === 0 && offset <= this.#received;
    if (seen) return [];
    this.#settle((number) => number === call);
    const instead = this.#outOfOrder(stream, offset);
    // In a gap the items are not performed, but how the call ended is known and may be told.
    if (instead) return [...instead, { type: "answer", items: [], call, refusal, mark: null }];
    return [{ type: "answer", items, call, refusal, mark: [stream, offset] }];
  }

  /** Everything has come whole: the gap is over, and answers that were in it will not come any more. */
  #mend(offset: number, items: Item[], refusal: WireRefusal | null): News[] {
    const call = this.#mending!;
    this.#mending = null;
    this.#received = offset;
    this.#settle((number) => number === call);
    const calls = this.#settle((number) => number < call);
    const whole: News = { type: "answer", items, call, refusal, mark: [0, offset] };
    return calls.length ? [whole, { type: "lost", calls }] : [whole];
  }

  /** Forget the pending frames whose number fits; returns their numbers. */
  #settle(fits: (number: number) => boolean): number[] {
    const settled = this.#pending.filter((entry) => fits(entry.number));
    this.#pending = this.#pending.filter((entry) => !fits(entry.number));
    return settled.map((entry) => entry.number);
  }

  /** Null when a frame at `offset` is the next of its stream; otherwise what is to happen instead of it. */
  #outOfOrder(stream: Stream, offset: number): News[] | null {
    if (stream !== 0) return this.#topicNews(stream, offset) ? null : [];
    if (offset <= this.#received || this.#mending !== null) return [];
    if (offset > this.#received + 1) return this.#gap(this.#received);
    this.#received = offset;
    return null;
  }

  #topicNews(stream: string, offset: number): boolean {
    const topic = this.#topics.get(stream) ?? { epoch: null, received: 0, applied: 0 };
    this.#topics.set(stream, topic);
    const news = offset > topic.received;
    topic.received = Math.max(topic.received, offset);
    return news;
  }

  #gap(received: number): News[] {
    this.#received = received;
    this.#applied = Math.min(this.#applied, received);
    this.#mending = this.send({ kind: "RESYNC", component: null, plain: null });
    return [{ type: "gap" }];
  }

  #follow({ stream, offset, streams }: ServerFrameOf<"STREAMS">): News[] {
    const topics = new Map<string, Topic>();
    for (const [name, [epoch, place]] of Object.entries(streams)) {
      const known = this.#topics.get(name);
      const same = known !== undefined && (known.epoch ?? epoch) === epoch;
      // Where it stands in what it followed before, the page knows best: frames before `place` may still be on their way.
      topics.set(name, { ...(same ? known : { received: place, applied: place }), epoch });
    }
    this.#topics = topics;
    return [{ type: "apply", items: [], call: null, mark: [stream, offset] }];
  }

  #resume(): Resume | null {
    if (this.#token === null) return null;
    const places: Record<string, Place> = {};
    for (const [name, { epoch, applied }] of this.#topics) if (epoch !== null) places[name] = [epoch, applied];
    return [this.#token, this.#applied, places];
  }
}
