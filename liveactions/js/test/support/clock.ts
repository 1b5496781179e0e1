/** A clock that a test moves by hand, in the place of a window's timers. */
export class Clock {
  now = 0;
  #timers = new Map<number, { due: number; run: () => void }>();
  #number = 0;

  constructor(window: Window) {
    Object.defineProperty(window, "performance", { value: { now: () => this.now }, configurable: true });
    Object.assign(window, {
      setTimeout: (run: () => void, wait = 0) => {
        this.#timers.set(++this.#number, { due: this.now + wait, run });
        return this.#number;
      },
      clearTimeout: (number: number) => this.#timers.delete(number),
    });
  }

  /** Milliseconds until the next timer; Infinity without one. */
  get next(): number {
    return Math.min(...[...this.#timers.values()].map(({ due }) => due - this.now));
  }

  /** Let time pass, running what comes due, each at its time. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (let first = this.#first(end); first; first = this.#first(end)) {
      this.#timers.delete(first[0]);
      this.now = Math.max(this.now, first[1].due);
      first[1].run();
    }
    this.now = end;
  }

  /** The page stands still: time passes, and nothing runs. */
  sleep(milliseconds: number): void {
    this.now += milliseconds;
  }

  #first(end: number): [number, { due: number; run: () => void }] | undefined {
    return [...this.#timers].filter(([, { due }]) => due <= end).sort((a, b) => a[1].due - b[1].due)[0];
  }
}
