/**
 * What a page leaves to the next one of the same tab. It is there from one page to the other, and not while a page
 * stands: so a tab that is duplicated has nothing of it, and nothing is done twice.
 */
import type { Request } from "./answers";

/** Calls that were not answered. */
export interface Legacy {
  /** What resumes the session; null: the server has never heard of it; `LOST`: nothing does. */
  token: string | null;
  build: string;
  ack: number;
  frames: [number: number, frame: Request][];
}

const CALLS = "liveactions.unanswered";
const TYPED = "liveactions.typed";
/** More than this, in characters, is not kept: it is told as lost. */
const ROOM = 100_000;
export const LOST = "";
const SOMETHING: Request = { kind: "CALL", component: 0, action: "lost", args: {}, event: null, flags: null };

/** What was left by the page before. */
export interface Left {
  legacies: Legacy[];
  /** What the user had typed, as `typedIn` has written it down. */
  typed: unknown;
}

/** Leave calls. The returned function takes them back; false: they have been taken. */
export function leaveCalls(window: Window, legacies: Legacy[]): () => boolean {
  const text = JSON.stringify(legacies.map(portable));
  write(window, CALLS, text);
  return () => take(window, CALLS, text) !== null;
}

export function leaveTyped(window: Window, typed: unknown): void {
  write(window, TYPED, JSON.stringify(typed));
}

export function claim(window: Window): Left {
  return { legacies: (take(window, CALLS) ?? []) as Legacy[], typed: take(window, TYPED) };
}

/** What is too much, or cannot be written down, is left without what it takes to do it. */
function portable(legacy: Legacy): Legacy {
  const text = JSON.stringify(legacy, (_, value: unknown) => (ArrayBuffer.isView(value) ? "x".repeat(ROOM) : value));
  return text.length < ROOM ? legacy : { ...legacy, token: LOST, frames: [[1, SOMETHING]] };
}

function write(window: Window, key: string, text: string): void {
  try {
    window.sessionStorage.setItem(key, text);
  } catch {
    // a browser that keeps nothing
  }
}

/** Take what was left; with `mine`, only that. */
function take(window: Window, key: string, mine?: string): unknown {
  try {
    const text = window.sessionStorage.getItem(key);
    if (text === null || (mine !== undefined && text !== mine)) return null;
    window.sessionStorage.removeItem(key);
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
