/**
 * The state of the connection: always on `<html data-live-status>`, and told to the user only when it takes a while, so
 * that short cuts (a deploy, a change of network) pass unseen; sooner if something that the user did is waiting.
 */
import { emit } from "../events";
import type { Status } from "../ports";
import { make } from "./build";
import type { Strings } from "./strings";

/** Milliseconds that a cut is not told; the shorter one while an action is waiting. */
const GRACE = 2000;
const IMPATIENCE = 1000;
const BACK_ONLINE = 2000;
/** Time to read how much was missed. */
const TO_READ = 5000;
const FADE = 300;

export class StatusPill {
  #document: Document;
  #strings: Strings;
  #pill: HTMLElement;
  #text: HTMLElement;
  #reload: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer runs, if it is to show the pill. */
  #due = Infinity;
  #state: Status | null = null;
  #waiting = 0;

  constructor(document: Document, strings: Strings) {
    this.#document = document;
    this.#strings = strings;
    // The live region stays in the page and empty: only what is put into one later is read out.
    this.#text = make(document, "span", { class: "live-status-text", role: "status" });
    this.#reload = make(
      document,
      "button",
      { type: "button", class: "live-status-reload", hidden: "" },
      strings.reload,
    );
    this.#reload.addEventListener("click", () => document.defaultView!.location.reload());
    this.#pill = make(
      document,
      "div",
      { class: "live-status", "live-ignore": "" },
      make(document, "span", { class: "live-status-dot", "aria-hidden": "true" }),
      this.#text,
      this.#reload,
    );
  }

  set(state: Status): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#document.documentElement.setAttribute("data-live-status", state);
    if (!this.#tell()) return;
    if (!this.#pill.isConnected) this.#document.body.append(this.#pill);
    if (this.#isShown) this.#show(state === "live" ? BACK_ONLINE : Infinity);
    else if (state === "live") this.#stop();
    else this.#within(this.#waiting ? IMPATIENCE : GRACE);
  }

  /** So many actions of the user wait for their answer. */
  waiting(count: number): void {
    const more = count > this.#waiting;
    this.#waiting = count;
    if (this.#state === "live" || !this.#state || !this.#tell()) return;
    if (this.#isShown) this.#show();
    else if (more) this.#within(IMPATIENCE);
  }

  /** The page is back, and so much has changed while it was away. */
  missed(count: number): void {
    if (this.#state === "live" && this.#tell(count) && this.#isShown) this.#show(TO_READ, count);
  }

  /** False when the page shows it in its own way. */
  #tell(missed?: number): boolean {
    const news = { status: this.#state, waiting: this.#waiting, ...(missed !== undefined && { missed }) };
    const ours = emit(this.#document, "live:status", news, true);
    if (!ours) this.#hide();
    return ours;
  }

  get #isShown(): boolean {
    return this.#pill.hasAttribute("data-state");
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#due = Infinity;
  }

  #within(milliseconds: number): void {
    const due = Date.now() + milliseconds;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#show(), milliseconds);
  }

  /** For so many milliseconds, or until something else is said. */
  #show(time = Infinity, missed = 0): void {
    this.#stop();
    const text = this.#sentence(missed);
    // What is said already is not read out again.
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#pill.setAttribute("data-state", this.#state!);
    this.#reload.toggleAttribute("hidden", this.#state !== "closed" && this.#state !== "stale");
    if (time !== Infinity) this.#timer = setTimeout(() => this.#hide(), time);
  }

  #sentence(missed: number): string {
    const count = this.#state === "live" ? missed : this.#waiting;
    const more = this.#strings[this.#state === "live" ? "missed" : "waiting"].replace("{count}", String(count));
    return this.#strings[this.#state!] + (count ? ` ${more}` : "");
  }

  #hide(): void {
    this.#stop();
    this.#pill.removeAttribute("data-state");
    this.#timer = setTimeout(() => (this.#text.textContent = ""), FADE);
  }
}
