/** The numbered frames of this page that wait for their answer, from being sent to their outcome. */
import type { Drafts } from "./drafts";
import { cancelled, lost, refused } from "./outcomes";
import type { CallOptions, Outcome } from "./ports";
import { encode, type Limits } from "./wire/codec";
import type { Connection } from "./wire/connection";
import type { FrameRefused, PageFrame } from "./wire/frames";

export type Request = Parameters<Connection["send"]>[0];

export interface Waiting {
  frame: Request;
  key: string | null;
  cancelled: boolean;
  /** The server has taken it: what it carried is no draft any more. */
  accepted(): void;
  settle(outcome: Outcome): void;
  /** Resolves when it is settled. */
  over: Promise<Outcome>;
}

/** More than this does not wait for a connection. */
const MAX_WAITING = 100;
const LONGEST = { number: Number.MAX_SAFE_INTEGER, ack: Number.MAX_SAFE_INTEGER };

/** Takes the number of a frame that is not wanted: numbers may not be skipped. */
export const NOTHING: Request = { kind: "UNMOUNT", components: [] };

/** Whether a user asked for it, and not the page itself. */
export const isAction = (frame: Request): boolean => frame.kind === "CALL" && !frame.action.startsWith("@");

export class Answers {
  #connection: Connection;
  #drafts: Drafts;
  #limits: Limits;
  #flush: () => void;
  #counted: (actions: number) => void;
  #waiting = new Map<number, Waiting>();

  /** `flush` sends what the connection has to say; `counted` is told how many actions of the user wait. */
  constructor(
    connection: Connection,
    drafts: Drafts,
    limits: Limits,
    flush: () => void,
    counted: (actions: number) => void,
  ) {
    this.#connection = connection;
    this.#drafts = drafts;
    this.#limits = limits;
    this.#flush = flush;
    this.#counted = counted;
  }

  /** What the server has not answered, by number. What is not wanted any more is empty. */
  get unanswered(): [number: number, frame: Request][] {
    return [...this.#waiting].map(([number, { frame, cancelled }]) => [number, cancelled ? NOTHING : frame]);
  }

  /** How many actions of the user wait. */
  get actions(): number {
    return [...this.#waiting.values()].filter(({ frame, cancelled }) => isAction(frame) && !cancelled).length;
  }

  /** Send a frame; resolves with its outcome when everything it led to has been performed. Never rejects. */
  ask(frame: Request, { key, signal, sent, accepted }: CallOptions = {}): Promise<Outcome> {
    if (signal?.aborted) return Promise.resolve(cancelled("The call was cancelled."));
    const trouble = this.#unsendable(frame);
    if (trouble) return Promise.resolve(trouble);
    const told = this.#drafts.sending(sent);
    const number = this.#connection.send(frame);
    const cancel = () => this.#cancel(number);
    let resolve!: (outcome: Outcome) => void;
    const over = new Promise<Outcome>((resolved) => (resolve = resolved));
    const settle = (outcome: Outcome) => {
      signal?.removeEventListener("abort", cancel);
      resolve(outcome);
    };
    const waiting = { frame, key: key ?? null, cancelled: false, accepted: () => (told(), accepted?.()), settle, over };
    this.#waiting.set(number, waiting);
    this.#count(frame);
    signal?.addEventListener("abort", cancel);
    this.#flush();
    return over;
  }

  find(number: number | null): Waiting | undefined {
    return number === null ? undefined : this.#waiting.get(number);
  }

  /** The answer to `number` has come: it waits no longer, and is to be settled by whoever takes it. */
  take(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (waiting) this.#count(waiting.frame);
    return waiting;
  }

  /** These will never be answered; without numbers, all of them. */
  lose(numbers: Iterable<number> = [...this.#waiting.keys()], outcome: Outcome = lost()): void {
    for (const number of numbers) this.take(number)?.settle(outcome);
  }

  #count(frame: Request): void {
    if (isAction(frame)) this.#counted(this.actions);
  }

  #cancel(number: number): void {
    const waiting = this.#waiting.get(number);
    if (!waiting) return;
    waiting.cancelled = true;
    this.#count(waiting.frame);
    this.#connection.cancel(number);
    this.#flush();
    waiting.settle(cancelled("The call was cancelled."));
  }

  /** Why a frame cannot be sent, if so. It is found out before it has a number: numbers may not be skipped. */
  #unsendable(frame: Request): Outcome | null {
    if (this.#connection.waiting >= MAX_WAITING) {
      return refused("page.busy", "network", "Too much is waiting for the connection.");
    }
    try {
      encode({ ...frame, ...LONGEST } as PageFrame, this.#limits);
      return null;
    } catch (error) {
      const { code, message } = error as FrameRefused;
      return refused(code === "frame.malformed" ? "argument.invalid" : code, "page", message);
    }
  }
}
