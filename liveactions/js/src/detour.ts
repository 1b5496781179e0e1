/**
 * Notices that WebSockets are blocked, fetches the module that knows another way, and says when that is to be gone. Where
 * neither leads on they take turns: it may well be the server that is away.
 */
import type { Fallback } from "./fallback";
import type { Transport } from "./ports";

/** So many WebSockets in a row without a word are taken for blocked; where one has spoken before it takes more. */
const ENOUGH = { before: 2, after: 6 };

export class Detour {
  /** Called when the next transport is another one, and is to be opened now. */
  change: () => void = () => {};
  #module: string;
  #url: string;
  #protocol: string;
  #window: Window & typeof globalThis;
  #fallback: Fallback | null = null;
  /** How many WebSockets in a row have ended without a word. */
  #mute = 0;
  #enough = ENOUGH.before;
  #taken = false;
  #heard = false;
  #opened = false;

  /** `module` is the address of the built `fallback.ts`, `url` that of the WebSocket. */
  constructor(module: string, url: string, protocol: string, window: Window & typeof globalThis) {
    this.#module = module;
    this.#url = url;
    this.#protocol = protocol;
    this.#window = window;
  }

  /** Whether a page of this tab had to take it before; then this one does so at once, and `change` is called. */
  begin(): boolean {
    try {
      if (this.#window.sessionStorage.getItem("liveactions.blocked") === null) return false;
    } catch {
      return false;
    }
    this.#mute = this.#enough;
    void this.#load();
    return true;
  }

  /** The transport in place of a WebSocket, or null. */
  open(): Transport | null {
    this.#opened = true;
    this.#heard = false;
    this.#taken = this.#fallback !== null && this.#mute >= this.#enough;
    return this.#taken ? this.#fallback!.open() : null;
  }

  /** The server has spoken. */
  heard(): void {
    this.#heard = true;
    if (!this.#taken) [this.#mute, this.#enough] = [0, ENOUGH.after];
  }

  /** The transport has ended: by itself, or (which counts for two) because nothing came of it. */
  ended(late: boolean): void {
    if (this.#heard || this.#window.navigator.onLine === false) return;
    this.#mute = this.#taken ? 0 : this.#mute + (late ? 2 : 1);
    if (this.#mute >= this.#enough && !this.#fallback) void this.#load();
  }

  async #load(): Promise<void> {
    try {
      const module = (await import(this.#module)) as typeof import("./fallback");
      this.#fallback = new module.Fallback(this.#url, this.#protocol, this.#window, () => {
        this.#mute = 0;
        this.change();
      });
    } catch {
      if (!this.#opened) this.change();
      return;
    }
    if (this.#mute) this.change();
  }
}
