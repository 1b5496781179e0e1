/** `live-optimistic-…`: fetches what keeps such promises when the first element that makes one is seen. */
import { diagnose } from "../diagnostics";
import type { Release } from "../holds";
import type { Observer } from "../ports";

export const PREFIX = "live-optimistic-";

/** Shows what elements promise of their action; the returned function takes it all back. */
export interface Keeper {
  begin(...sources: (Element | null)[]): Release;
  stop(): void;
}

export class Promises implements Observer {
  #fetch: () => Promise<Keeper>;
  #keeper: Keeper | null = null;
  #isFetched = false;

  constructor(fetch: () => Promise<Keeper>) {
    this.#fetch = fetch;
  }

  start(): void {}

  stop(): void {
    this.#keeper?.stop();
  }

  /** Take up an element that may promise something. */
  notice(element: Element): void {
    if (this.#isFetched || !element.getAttributeNames().some((name) => name.startsWith(PREFIX))) return;
    this.#isFetched = true;
    this.#fetch().then(
      (keeper) => (this.#keeper = keeper),
      (error: unknown) => diagnose("optimistic.missing", String(error), element),
    );
  }

  begin(...sources: (Element | null)[]): Release {
    return this.#keeper?.begin(...sources) ?? (() => undefined);
  }
}
