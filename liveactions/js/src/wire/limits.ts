/** What may travel in a frame, and how much of it; whatever may not is refused here. */
import { FrameRefused } from "./frames";

export interface Limits {
  bytes: number;
  /** Levels below the frame itself. */
  depth: number;
  /** Values at all levels; the frame itself and the keys of maps are not counted. */
  nodes: number;
}

/** What a page may send (protocol/README.md §1). */
export const PAGE_LIMITS: Limits = { bytes: 65_536, depth: 32, nodes: 10_000 };
/** A server may send more; only its depth is bounded, so that no frame can exhaust the stack. */
export const SERVER_LIMITS: Limits = { bytes: Infinity, depth: 512, nodes: Infinity };

/** Counts the values of one frame. */
export class Tally {
  #limits: Limits;
  #nodes = -1; // the frame itself

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** One more value, so many levels below the frame. Raises `FrameRefused` over a limit. */
  count(depth: number): void {
    const { depth: deepest, nodes } = this.#limits;
    if (depth > deepest) throw new FrameRefused("frame.too_deep", `Deeper than ${deepest} levels.`);
    if (++this.#nodes > nodes) throw new FrameRefused("frame.too_large", `More than ${nodes} values.`);
  }

  /** The frame has so many bytes, at least. Raises `FrameRefused` over the limit. */
  size(bytes: number): void {
    if (bytes > this.#limits.bytes)
      throw new FrameRefused("frame.too_large", `More than ${this.#limits.bytes} bytes cannot be sent.`);
  }
}

/** Raises `FrameRefused`: the frame holds what may not travel. */
export function refuse(what: string): never {
  throw new FrameRefused("frame.malformed", what);
}

/** An integer as a number. Raises `FrameRefused` where it does not fit into one. */
export function safe(integer: bigint): number {
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : refuse(`The integer ${integer} is too big.`);
}

/** A number as it is. Raises `FrameRefused` where it is none. */
export const finite = (number: number): number =>
  Number.isFinite(number) ? number : refuse(`The number ${number} cannot travel.`);
