/**
 * The state of the connection: always on `<html data-live-status>`, and told to the user only when it takes a second
 * or more, so that short cuts (a deploy, a change of network) pass unseen.
 */
import { emit } from "../events";
import type { Status } from "../ports";
import { make } from "./build";
import type { Strings } from "./strings";

const GRACE = 1000;
const BACK_ONLINE = 2000;
const FADE = 300;

export class StatusPill {
  #document: Document;
  #strings: Strings;
  #pill: HTMLElement;
  #text: HTMLElement;
  #reload: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: Status | null = null;

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
    clearTimeout(this.#timer);
    if (!emit(this.#document, "live:status", { status: state }, true)) return this.#hide();
    if (!this.#pill.isConnected) this.#document.body.append(this.#pill);
    if (state === "live") return this.#back();
    if (this.#isShown) this.#show(state);
    else this.#timer = setTimeout(() => this.#show(state), GRACE);
  }

  get #isShown(): boolean {
    return this.#pill.hasAttribute("data-state");
  }

  #back(): void {
    if (!this.#isShown) return;
    this.#show("live");
    this.#timer = setTimeout(() => this.#hide(), BACK_ONLINE);
  }

  #show(state: Status): void {
    this.#text.textContent = this.#strings[state];
    this.#pill.setAttribute("data-state", state);
    this.#reload.toggleAttribute("hidden", state !== "closed");
  }

  #hide(): void {
    this.#pill.removeAttribute("data-state");
    this.#timer = setTimeout(() => (this.#text.textContent = ""), FADE);
  }
}
