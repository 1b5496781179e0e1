/**
 * The client of liveactions. `{% live_client %}` starts it; `start()` does the same for a page of your own, and returns
 * a `Live`. There are no globals behind it: two Lives can stand in one page.
 */
import { Authorship } from "./authorship";
import { bind } from "./bindings";
import { Drafts } from "./drafts";
import { Detour } from "./detour";
import { dispatch, EVENTS, type LiveEvent } from "./events";
import type { Holds } from "./holds";
import { Hooks, type Hook, type HookContext } from "./hooks";
import { Morph } from "./morph";
import { Navigation } from "./navigation";
import type { CallOptions, Outcome, Refusal, Signals, Status, ToastDetail, Ui } from "./ports";
import { Programs } from "./programs";
import { Scripts } from "./scripts";
import { Session, type Extras } from "./session";
import { createSignals } from "./signals";
import { Socket, SUBPROTOCOL, type SocketDelegate } from "./socket";
import type { CustomPerformer } from "./stage";
import { createUi } from "./ui";
import { PAGE_LIMITS } from "./wire/codec";
import { Connection } from "./wire/connection";

export { EVENTS };
export type {
  CallOptions,
  CustomPerformer,
  Hook,
  HookContext,
  LiveEvent,
  Outcome,
  Refusal,
  Signals,
  Status,
  ToastDetail,
  Ui,
};
export type { Result } from "./vocabulary";

/** What `data-live` holds, and what a page may add. Everything has a default. */
export interface Options {
  /** The URL path of the WebSocket; default "/live/". */
  path?: string;
  /** The name of the Alpine store for signals with `$`; default "live". */
  store?: string;
  /** Whether a missing target is an error where a result does not say; default false. */
  strict?: boolean;
  /** The version of the client, told to the server. */
  build?: string;
  /** Write every frame to the console. */
  debug?: boolean;
  /** Where the module is that is used when WebSockets are blocked; without it they are tried for ever. */
  fallback?: string;
  /** The largest frame that is sent, in bytes; default 65,536. */
  max_frame?: number;
  /** The cursor of the server's log when the page was rendered: what was said to its user since then, follows. */
  since?: number;
  /** The CSP nonce for scripts that results load. */
  nonce?: string;
  /** The part of the document to care for; default all of it. */
  root?: Document | Element;
  /** Fetches what most pages do not need; default: `liveactions.extras.js` beside the client, or where `data-live` says. */
  extras?: () => Promise<Extras>;
  window?: Window & typeof globalThis;
  ui?: Ui;
  signals?: Signals;
  /** Hooks by name; more with `hook()`. */
  hooks?: Record<string, Hook>;
  /** Performers of results of the application's own, by name; more with `result()`. */
  results?: Record<string, CustomPerformer>;
}

/** A started client. */
export class Live {
  #session: Session;
  #window: Window;
  #unbind: () => void;

  /** Used by `start()`. */
  constructor(options: Options) {
    const window = (this.#window = options.window ?? globalThis.window);
    const { document } = window;
    const { path = "/live/", store = "live", build = "" } = options;
    const authorship = new Authorship(window as Window & typeof globalThis);
    const drafts = new Drafts();
    const morph = new Morph(authorship, drafts);
    const root = options.root ?? document;
    const tools = { root, authorship, drafts, morph };
    const ui = options.ui ?? createUi(document, { overlay: async () => (await extras()).Overlay });
    const url = socketUrl(path, window);
    const given = options.signals ?? createSignals(document, { storeName: store });
    const { holds } = authorship;
    const signals = beneath(given, holds);
    const extras = () => (options.extras ?? extrasBeside)();
    this.#session = new Session({
      window: window as Window & typeof globalThis,
      root,
      build,
      url,
      extras,
      connection: new Connection(build, isFresh(window) ? (options.since ?? null) : null, true),
      socket: (delegate) => connect(url, options.fallback, window as Window & typeof globalThis, delegate),
      hooks: (caller) => new Hooks(root, caller),
      programs: (delegate) => new Programs(window as Window & typeof globalThis, path, tools, delegate),
      morph,
      authorship,
      drafts,
      navigation: new Navigation(window),
      scripts: new Scripts(document, options.nonce ?? ""),
      ui,
      signals,
      strict: options.strict ?? false,
      debug: options.debug ?? false,
      maxFrame: options.max_frame ?? PAGE_LIMITS.bytes,
    });
    for (const [name, hook] of Object.entries(options.hooks ?? {})) this.hook(name, hook);
    for (const [name, perform] of Object.entries(options.results ?? {})) this.result(name, perform);
    this.#unbind = bind(document, this.#session, ui, signals, {
      holds,
      promises: async () =>
        new (await extras()).Optimistic({ document, caller: this.#session, holds, signals: given }),
    });
    this.#session.start();
  }

  /** How the connection stands. */
  get status(): Status {
    return this.#session.status;
  }

  /** The id of this page session, or "" before the first connection. */
  get page(): string {
    return this.#session.page;
  }

  /** Run an action of a component: its id, or any element inside it. Never rejects: a refusal is an outcome. */
  call(
    component: number | Element,
    action: string,
    args: Record<string, unknown> = {},
    options: CallOptions = {},
  ): Promise<Outcome> {
    return this.#session.call(this.#idOf(component), action, args, options);
  }

  /** Write bound fields of a component. */
  set(component: number | Element, values: Record<string, unknown>, options: CallOptions = {}): Promise<Outcome> {
    return this.#session.set(this.#idOf(component), values, options);
  }

  /** Have a component sent whole, or everything. */
  resync(component?: number | Element): Promise<Outcome> {
    return this.#session.resync(component === undefined ? null : this.#idOf(component));
  }

  /** Code for elements with `live-hook="name"`. */
  hook(name: string, hook: Hook): void {
    this.#session.hooks.define(name, hook);
  }

  /** Code for results that the application has registered under this name (`@register_result("shop.confetti")`). */
  result(name: string, perform: CustomPerformer): void {
    this.#session.customs.set(name, perform);
  }

  /** Listen to an event of the client (see `EVENTS`). The returned function stops it. */
  on(name: LiveEvent, listener: (event: CustomEvent) => void): () => void {
    this.#window.addEventListener(name, listener as EventListener);
    return () => this.#window.removeEventListener(name, listener as EventListener);
  }

  /** Take everything back and close the connection. */
  stop(): void {
    this.#unbind();
    this.#session.stop();
  }

  #idOf(component: number | Element): number {
    return typeof component === "number" ? component : (this.#session.componentOf(component)?.id ?? -1);
  }
}

/** Start the client in a page whose HTML is there. */
export function start(options: Options = {}): Live {
  return new Live(options);
}

/** The Live that `{% live_client %}` has started. */
function current(): Live {
  const live = (globalThis as { liveactions?: Live }).liveactions;
  if (!live) throw new Error("liveactions has not started. Put {% live_client %} into the page, or call start().");
  return live;
}

export const hook: Live["hook"] = (...args) => current().hook(...args);
export const result: Live["result"] = (...args) => current().result(...args);
export const call: Live["call"] = (...args) => current().call(...args);
export const on: Live["on"] = (...args) => current().on(...args);

/** Signals whose values lie beneath what is held, when the server writes them. */
function beneath(signals: Signals, holds: Holds): Signals {
  return {
    patch: (scope, values) => holds.beneath(() => signals.patch(scope, values)),
    apply: (root) => holds.beneath(() => signals.apply(root)),
    read: (scope) => signals.read(scope),
  };
}

function connect(
  url: string,
  fallback: string | undefined,
  window: Window & typeof globalThis,
  delegate: SocketDelegate,
): Socket {
  return new Socket(url, delegate, window, fallback ? new Detour(fallback, url, SUBPROTOCOL, window) : null);
}

function socketUrl(path: string, window: Window): string {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

const tag = globalThis.document?.querySelector<HTMLScriptElement>("script[data-live]");
if (tag && !("liveactions" in globalThis)) {
  const { extras, ...told } = JSON.parse(tag.dataset.live || "{}") as Omit<Options, "extras"> & { extras?: string };
  const live = start({ ...told, nonce: tag.nonce, ...(extras && { extras: () => import(extras) as Promise<Extras> }) });
  Object.assign(globalThis, { liveactions: live });
  dispatch(globalThis.window, "live:ready", live);
}

const extrasBeside = () => import(new URL("liveactions.extras.js", import.meta.url).href) as Promise<Extras>;

/** Whether the HTML comes from the server just now: a page that the browser had kept was told its news before. */
function isFresh(window: Window): boolean {
  const [navigation] = window.performance?.getEntriesByType?.("navigation") ?? [];
  return (navigation as PerformanceNavigationTiming | undefined)?.type !== "back_forward";
}
