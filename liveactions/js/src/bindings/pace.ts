/** Debounce and throttle, for each element and attribute on its own. */
import type { Wait } from "./names";

type Timer = ReturnType<typeof setTimeout>;

/**
 * `debounce` runs the last of several jobs once it has been quiet for a while; `throttle` runs the first at once
 * and drops what follows within the time.
 */
export class Pace {
  #timers = new Map<Element, Map<string, Timer>>();

  run(element: Element, name: string, wait: Wait | null, job: () => void): void {
    if (!wait) return job();
    const running = this.#timers.get(element)?.get(name);
    if (wait.kind === "throttle") {
      if (running !== undefined) return;
      this.#start(element, name, wait.ms, () => {});
      return job();
    }
    clearTimeout(running);
    this.#start(element, name, wait.ms, () => element.isConnected && job());
  }

  stop(): void {
    for (const timers of this.#timers.values()) timers.forEach((timer) => clearTimeout(timer));
    this.#timers.clear();
  }

  #start(element: Element, name: string, ms: number, done: () => void): void {
    const timers = this.#timers.get(element) ?? new Map<string, Timer>();
    this.#timers.set(element, timers);
    timers.set(
      name,
      setTimeout(() => {
        timers.delete(name);
        if (!timers.size) this.#timers.delete(element);
        done();
      }, ms),
    );
  }
}
