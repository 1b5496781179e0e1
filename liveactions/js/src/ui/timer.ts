/** A timeout that can be paused; what is left of it runs when it is resumed. */
export class Timer {
  #done: () => void;
  #left: number;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `ms` until `done` is called; Infinity: never. */
  constructor(ms: number, done: () => void) {
    this.#left = ms;
    this.#done = done;
  }

  resume(): void {
    if (this.#timer !== null || this.#left === Infinity) return;
    this.#since = Date.now();
    this.#timer = setTimeout(this.#done, this.#left);
  }

  pause(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#left = Math.max(0, this.#left - (Date.now() - this.#since));
  }
}
