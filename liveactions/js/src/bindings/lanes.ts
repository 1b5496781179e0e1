/** Lanes order the calls that belong together; what happens to a call whose lane is busy is the lane's mode. */

const MODES = ["replace", "block", "queue", "parallel"] as const;

/**
 * `replace`: the older calls are cancelled. `block`: the newer is ignored. `queue`: it waits its turn.
 * `parallel`: they do not care.
 */
export type Mode = (typeof MODES)[number];

export function isMode(word: string | null): word is Mode {
  return (MODES as readonly (string | null)[]).includes(word);
}

/** A call's place in its lane, from `enter` to `leave`. */
export interface Place {
  /** Aborted when a newer call replaces this one. */
  signal: AbortSignal;
  /** Resolves when it is this call's turn; null: at once. */
  turn: Promise<void> | null;
  leave(): void;
}

interface Entry {
  abort: AbortController;
  left: Promise<void>;
}

export class Lanes {
  #lanes = new Map<string, Set<Entry>>();

  /** Take a place in the lane `key`, or null: the lane is blocked. `replaced` is told how many calls were cancelled. */
  enter(key: string, mode: Mode, replaced: (count: number) => void = () => {}): Place | null {
    const lane = this.#lanes.get(key) ?? new Set<Entry>();
    if (mode === "block" && lane.size) return null;
    if (mode === "replace" && lane.size) {
      lane.forEach((entry) => entry.abort.abort());
      replaced(lane.size);
      lane.clear();
    }
    const turn = mode === "queue" && lane.size ? Promise.all([...lane].map(({ left }) => left)).then(() => {}) : null;
    const abort = new AbortController();
    let leave!: () => void;
    const entry = { abort, left: new Promise<void>((resolve) => (leave = resolve)) };
    lane.add(entry);
    this.#lanes.set(key, lane);
    return {
      signal: abort.signal,
      turn,
      leave: () => {
        lane.delete(entry);
        if (!lane.size && this.#lanes.get(key) === lane) this.#lanes.delete(key);
        leave();
      },
    };
  }
}
