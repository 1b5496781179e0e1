/** Cases made of numbers: what a property test is given, and how its failure can be repeated. */
import type { TestContext } from "node:test";

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

/** Run a property for many seeds; one that fails is named, and `SEED=… npm test` begins with it. */
export function forSeeds(context: TestContext, cases: number, property: (chance: Chance) => void): void {
  context.diagnostic(`SEED=${SEED}`);
  for (let seed = SEED; seed < SEED + cases; seed += 1) {
    try {
      property(new Chance(seed));
    } catch (error) {
      throw new Error(`SEED=${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Numbers and plain values from a seed (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to 1, without 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  of<T>(...choices: T[]): T {
    return choices[this.below(choices.length)]!;
  }

  /** Most sizes are small; some stand beside the borders of msgpack. */
  size(): number {
    return this.of(this.below(6), this.below(6), this.of(15, 16, 31, 32, 255, 256), this.below(60));
  }

  integer(): number {
    const border = 2 ** this.below(54) + this.below(3) - 1;
    return Math.min(border, Number.MAX_SAFE_INTEGER) * this.of(1, -1) + 0; // never -0
  }

  float(): number {
    return (this.fraction() - 0.5) * 10 ** (this.below(600) - 300) || 0.5;
  }

  text(): string {
    const letter = this.of("a", "é", "€", "👋", "\u0000");
    return this.of("name", letter).repeat(this.size()) + this.of("", letter);
  }

  bytes(): Uint8Array {
    return Uint8Array.from({ length: this.size() }, () => this.below(256));
  }

  value(depth = 0): unknown {
    const items = () =>
      Array.from({ length: depth > 3 ? this.below(3) : this.size() % 40 }, () => this.value(depth + 1));
    return this.of<() => unknown>(
      () => this.of(null, true, false),
      () => this.integer(),
      () => this.float(),
      () => this.text(),
      () => this.bytes(),
      () => (depth > 4 ? null : items()),
      () => (depth > 4 ? null : Object.fromEntries(items().map((item, index) => [this.text() + index, item]))),
    )();
  }
}
