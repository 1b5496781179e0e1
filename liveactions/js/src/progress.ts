/** How far long actions have come: a quiet bar for each call that takes its time, unless the page shows it itself. */
import { dispatch } from "./events";
import type { Progress, Ui } from "./ports";

/** What `request.progress()` tells; `call` is 0 where no call of this page is behind it. */
interface News {
  call: number;
  component: number;
  done: number;
  total: number | null;
  text: string;
}

interface Bar {
  news: News;
  /** There once it is worth being shown. */
  progress: Progress | undefined;
  timer: number;
}

/** Milliseconds after which an action is a long one. */
const LONG = 400;
/** Elements that say how far it is, by the signal that comes with the event. */
const OWN = ["text", "show", "attr", "class"].map((name) => `[live-${name}*="$progress"]`).join();

export class Progresses {
  #window: Window & typeof globalThis;
  #ui: Ui;
  #over: (call: number) => Promise<unknown> | undefined;
  #bars = new Map<number, Bar>();

  /** `over` is when a call of the page has ended; undefined if it has. */
  constructor(window: Window & typeof globalThis, ui: Ui, over: (call: number) => Promise<unknown> | undefined) {
    this.#window = window;
    this.#ui = ui;
    this.#over = over;
  }

  tell(news: News): void {
    if (!dispatch(this.#window, "live:progress", news) || typeof news?.done !== "number") return;
    const key = news.call || -news.component;
    if (news.total !== null && news.done >= news.total) return this.#end(key);
    const bar = this.#bars.get(key);
    if (!bar) return this.#begin(key, news);
    bar.news = news;
    show(bar);
  }

  /** The session is another one: nothing of what was told will go on. */
  reset(): void {
    for (const key of [...this.#bars.keys()]) this.#end(key);
  }

  #begin(key: number, news: News): void {
    const over = this.#over(news.call);
    if (news.call && !over) return; // its answer was faster
    void over?.then(() => this.#end(key));
    const bar: Bar = { news, progress: undefined, timer: 0 };
    this.#bars.set(key, bar);
    bar.timer = this.#window.setTimeout(() => this.#show(bar), LONG);
  }

  #show(bar: Bar): void {
    if (this.#window.document.querySelector(OWN)) return;
    bar.progress = this.#ui.progress?.(bar.news.text);
    show(bar);
  }

  #end(key: number): void {
    const bar = this.#bars.get(key);
    this.#window.clearTimeout(bar?.timer);
    bar?.progress?.end();
    this.#bars.delete(key);
  }
}

function show({ progress, news: { done, total, text } }: Bar): void {
  progress?.show(total ? done / total : null, text);
}
