/** Frames are performed strictly one after another, item after item, whatever an item has to wait for. */
import { coalesce } from "./catching";
import { diagnose } from "./diagnostics";
import { dispatch } from "./events";
import type { Refusal } from "./ports";
import { NotPerformed, perform, type Stage } from "./results";
import { holds } from "./words/asking";
import { decodeResult, TERMINAL, WORDS, type Result } from "./vocabulary";
import type { Item } from "./wire/frames";

/** The items of one frame. */
export interface Act {
  items: Item[];
  call: number | null;
  key: string | null;
  /** Only what keeps the page true is performed: the call was cancelled. */
  quiet: boolean;
  /** Called when the items have been performed; with a refusal when one of them may not. */
  done(refusal: Refusal | null): void;
}

/** Words that say how a component is now: wanted even if the answer is not, and only by the component. */
const TRUTH: ReadonlySet<Result["word"]> = new Set(["Whole", "Patch", "Signal", "Signals"] as const);

const isTruth = ([, word]: Item): boolean => TRUTH.has(WORDS[word as number]?.[0] as Result["word"]);

/** Milliseconds of work after which the page has its turn. */
const SLICE = 12;

export class Performance {
  #stage: Stage;
  #find: (id: number) => Element | null;
  #acts: Act[] = [];
  #playing = false;
  #isHurried = false;

  constructor(stage: Stage, find: (id: number) => Element | null) {
    this.#stage = stage;
    this.#find = find;
  }

  add(act: Act): void {
    this.#acts.push(act);
    if (!this.#playing) void this.#play();
  }

  /** Much is coming at once: it is performed in slices, and what was overtaken meanwhile is left out. */
  hurry(on: boolean): void {
    this.#isHurried = on;
  }

  async #play(): Promise<void> {
    const { performance } = this.#stage.window;
    this.#playing = true;
    let begun = this.#isHurried ? 0 : performance.now();
    while (this.#acts.length) {
      if (this.#isHurried && performance.now() - begun > SLICE) {
        await this.#stage.wait(0);
        coalesce(this.#acts);
        begun = performance.now();
      }
      const act = this.#acts.shift()!;
      // What can be done at once is done at once: no turn of the event loop between a frame and the page.
      const pending = this.#perform(act);
      act.done(pending instanceof Promise ? await pending : pending);
    }
    this.#playing = false;
  }

  #perform(act: Act, from = 0): Refusal | null | Promise<Refusal | null> {
    for (let index = from; index < act.items.length; index += 1) {
      try {
        const [id, ...wire] = act.items[index]!;
        const result = this.#decode(wire);
        const pending = result && this.#show(result, id, act);
        if (result && TERMINAL.has(result.word)) return null;
        if (pending && holds(result!)) return this.#held(pending, act, index + 1);
        if (pending) return this.#waited(pending, act, index);
      } catch (error) {
        const refusal = this.#failed(error);
        if (refusal) return refusal;
      }
    }
    return null;
  }

  /**
   * The rest of a frame waits for the user; the page does not. What says how a component is now is performed at once,
   * since what comes in later frames builds upon it.
   */
  #held(answered: Promise<void>, act: Act, from: number): Refusal | null | Promise<Refusal | null> {
    const rest = act.items.slice(from);
    const items = rest.filter((item) => !isTruth(item));
    const later = { ...act, items, done: (refusal: Refusal | null) => refusal && this.#tell(refusal) };
    answered.catch((error) => this.#tell(this.#failed(error))).finally(() => this.add(later));
    return this.#perform({ ...act, items: rest.filter(isTruth) });
  }

  #tell(refusal: Refusal | null): void {
    if (refusal) diagnose(refusal.code, refusal.message, this.#stage.window.document);
  }

  async #waited(pending: Promise<void>, act: Act, index: number): Promise<Refusal | null> {
    try {
      await pending;
    } catch (error) {
      const refusal = this.#failed(error);
      if (refusal) return refusal;
    }
    return this.#perform(act, index + 1);
  }

  #show(result: Result, id: number | null, { call, key, quiet }: Act): void | Promise<void> {
    const scope = id === null ? null : this.#find(id);
    const orphan = id !== null && scope === null && TRUTH.has(result.word);
    // A component that has left the page while its news were on the way needs none of them.
    if (orphan || (quiet && !TRUTH.has(result.word))) return;
    const { window } = this.#stage;
    if (!dispatch(scope ?? window, "live:result", { word: result.word, result, call, key })) return;
    return perform(result, scope, this.#stage);
  }

  #decode(wire: unknown[]): Result | null {
    try {
      return decodeResult(wire);
    } catch (error) {
      diagnose("word.unknown", (error as Error).message, this.#stage.window.document);
      return null;
    }
  }

  #failed(error: unknown): Refusal | null {
    if (error instanceof NotPerformed) return error.refusal();
    console.error(error);
    diagnose("result.failed", String(error), this.#stage.window.document);
    return null;
  }
}
