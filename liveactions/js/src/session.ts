/**
 * The page session: what is on this page, what the server was asked, and what it answers. It puts frames into the
 * connection, the connection's bytes into the socket, and the server's items before the performers.
 */
import { Answers, type Request, type Waiting } from "./answers";
import type { Authorship } from "./authorship";
import { Components, idOf, tokenOf, type Root } from "./components";
import { diagnose } from "./diagnostics";
import { Downloads } from "./downloads";
import type { Drafts } from "./drafts";
import { dispatch } from "./events";
import type { Hooks } from "./hooks";
import { claim, leaveCalls, leaveTyped, type Legacy } from "./legacies";
import type { Morph, Morphed } from "./morph";
import type { Navigation } from "./navigation";
import { cancelled, ended, FOR_USERS, isTold, lost, outcomeOf, refused, unmounted } from "./outcomes";
import { Performance, type Act } from "./performance";
import type { Caller, CallOptions, Outcome, Question, Refusal, Signals, Status, Ui } from "./ports";
import type { Delegate, Programs, Written } from "./programs";
import { Progresses } from "./progress";
import { Refreshes } from "./refreshes";
import { perform, showToast } from "./results";
import type { Scripts } from "./scripts";
import { SUBPROTOCOL, type Socket, type SocketDelegate } from "./socket";
import { present, type CustomPerformer, type Scope, type Stage } from "./stage";
import { parseHtml } from "./trusted";
import { TERMINAL, WORDS, type Result } from "./vocabulary";
import { OpenWindows } from "./windows";
import { decode, encode, PAGE_LIMITS, type Limits } from "./wire/codec";
import { Connection, type News } from "./wire/connection";
import { FrameRefused, type Item, type WireRefusal } from "./wire/frames";

/** What is fetched when it is needed. */
export type Extras = typeof import("./extras");

/** The parts that a session is made of; `index.ts` puts them together. */
export interface Parts {
  window: Window & typeof globalThis;
  root: ParentNode & Node;
  connection: Connection;
  build: string;
  /** The address of the socket. */
  url: string;
  extras: () => Promise<Extras>;
  socket: (delegate: SocketDelegate) => Socket;
  hooks: (caller: Caller) => Hooks;
  programs: (delegate: Delegate) => Programs;
  morph: Morph;
  authorship: Authorship;
  drafts: Drafts;
  navigation: Navigation;
  scripts: Scripts;
  ui: Ui;
  signals: Signals;
  strict: boolean;
  debug: boolean;
  maxFrame: number;
}

/** Milliseconds before a page is loaded again whose user has gone: if they signed out in it, it is being left. */
const PARTING = 1_000;
/** Within so many milliseconds pages are loaded again that a new release does not serve: not all of them at once. */
const SPREAD = 10_000;
const OUTDATED = /^(4426|version\..*|build\..*)$/;
/** The page is somebody else's now. */
const PARTED = /^(4401|user\.changed|token\.foreign)$/;
/** Milliseconds of silence after which what comes is old: the page has slept, or was away. */
const SLEPT = 10_000;
/** Milliseconds without a word after which the page has caught up. */
const CAUGHT_UP = 500;
/** Results of a page that was, which the next one can perform. */
const TELLING: ReadonlySet<Result["word"]> = new Set(["Toast", "Notify", "Error"] as const);
/** No component: their ids begin with 1. */
const PAGE = 0;

type Told = { action: string | null; key: string | null } & Record<string, unknown>;

export class Session implements Caller, SocketDelegate {
  readonly hooks: Hooks;
  /** What the application performs by itself, by name. */
  readonly customs = new Map<string, CustomPerformer>();
  status: Status = "connecting";
  /** The id of the page session, once the server has given one. */
  page = "";
  #parts: Parts;
  #socket: Socket;
  #components: Components;
  #programs: Programs;
  #performance: Performance;
  #refreshes: Refreshes;
  #windows: OpenWindows;
  #downloads: Downloads;
  #stage: Stage;
  #limits: Limits;
  #observer: MutationObserver;
  #answers: Answers;
  #parting: number | undefined;
  #isLive = false;
  #wasLive = false;
  /** What resumes this page: the token of the last WELCOME, and the last acknowledgement that was sent. */
  #token: string | null = null;
  #ack = 0;
  #errands: InstanceType<Extras["Errand"]>[] = [];
  /** Takes back what was left for the next page; false if it has been taken. */
  #takeBack: (() => boolean) | null = null;
  /** When the server was heard last, and how long it may be silent when all is well. */
  #heard = 0;
  #heartbeat = 0;
  /** How many frames came since the page is back; null: it has caught up. */
  #missed: number | null = null;
  #catching: number | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#components = new Components(parts.root, (element) => parts.authorship.watch(element));
    this.#programs = parts.programs({
      wrote: (component, written) => this.#wrote(component, written),
      resync: (id, plain) => this.resync(id, plain),
    });
    this.#windows = new OpenWindows(parts.window.document);
    this.#downloads = new Downloads(parts.window, parts.ui);
    this.#refreshes = new Refreshes(
      parts.window,
      parts.drafts,
      () => this.#components.roots.map(({ element }) => element),
      (components, delayed) => this.call(PAGE, "@refresh", { components, delayed }),
    );
    this.#stage = this.#makeStage();
    this.#performance = new Performance(this.#stage, (id) => this.#components.find(id));
    this.#limits = { ...PAGE_LIMITS, bytes: parts.maxFrame };
    this.#answers = new Answers(parts.connection, parts.drafts, this.#limits, () => this.#flush(), (actions) =>
      parts.ui.waiting?.(actions),
    );
    this.#observer = new parts.window.MutationObserver(() => this.#pageChanged());
    this.#socket = parts.socket(this);
    this.hooks = parts.hooks(this);
  }

  start(): void {
    const { root, navigation, signals, ui, window } = this.#parts;
    navigation.start();
    this.#windows.start();
    this.#refreshes.start();
    ui.status(this.status);
    signals.apply(window.document.documentElement);
    this.#pageChanged();
    this.#observer.observe(root, { childList: true, subtree: true });
    window.addEventListener("pageshow", this.#returned);
    this.#socket.start();
    this.#inherit();
  }

  stop(): void {
    this.#parts.window.clearTimeout(this.#parting);
    this.#parts.window.removeEventListener("pageshow", this.#returned);
    this.#observer.disconnect();
    this.#parts.authorship.stop();
    this.#parts.navigation.stop();
    this.#windows.stop();
    this.#refreshes.stop();
    for (const errand of this.#errands) errand.stop();
    this.#parts.connection.leave();
    this.#flush();
    this.#socket.stop();
    this.hooks.stop();
  }

  // What bindings, hooks and applications ask for -----------------------------------------------------------

  componentOf(element: Element): { id: number; element: Element } | undefined {
    return this.#components.of(element);
  }

  /** With `PAGE` for id it is the page itself that asks: for what no component is needed. */
  async call(id: number, action: string, args: Record<string, unknown>, options: CallOptions = {}): Promise<Outcome> {
    const element = id === PAGE ? this.#parts.window.document.documentElement : this.#components.find(id);
    const told: Told = {
      action,
      args,
      key: options.key ?? null,
      lane: options.lane ?? null,
      source: options.source ?? null,
    };
    if (!element) return this.#concluded(null, told, unmounted(id));
    const chosen = this.#parts.drafts.choosing(options.sent, false);
    const outcome = dispatch(element, "live:call:start", told)
      ? await this.#called(id, action, args, options)
      : cancelled("The page did not make the call.");
    chosen(outcome.ok);
    return this.#concluded(this.#components.find(id) ?? element, told, outcome);
  }

  async #called(id: number, action: string, args: Record<string, unknown>, options: CallOptions): Promise<Outcome> {
    const outcome = await this.#send(id, action, args, options);
    const { refusal } = outcome;
    if (refusal?.code !== "confirm.required" || options.confirmed) return outcome;
    // The server wants the user to be asked first; the detail is what @action(confirm=…) said beside the message.
    const question: Question = { ...(refusal.detail as Omit<Question, "message">), message: refusal.message };
    if (!(await this.#parts.ui.confirm(question))) return cancelled("The user said no.");
    return this.#send(id, action, args, { ...options, confirmed: true });
  }

  async set(id: number, values: Record<string, unknown>, options: CallOptions = {}): Promise<Outcome> {
    const element = this.#components.find(id);
    const chosen = this.#parts.drafts.choosing(options.sent, true);
    const outcome = element ? await this.#ask({ kind: "SET", component: id, values }, options) : unmounted(id);
    chosen(outcome.ok);
    if (!outcome.ok) this.#tell(element, { action: null, key: options.key ?? null, values }, outcome.refusal!);
    return outcome;
  }

  /** Have a component sent whole; without an id, every root. With `plain` it is sent whole from now on. */
  async resync(id: number | null = null, plain = false): Promise<Outcome> {
    const outcome = await this.#ask({ kind: "RESYNC", component: id, plain: plain || null });
    if (!outcome.ok) diagnose(`resync.${outcome.refusal!.code}`, outcome.refusal!.message, this.#parts.window.document);
    return outcome;
  }

  async #send(id: number, action: string, args: Record<string, unknown>, options: CallOptions): Promise<Outcome> {
    const event = options.event ? { ...options.event } : null;
    return this.#ask(
      { kind: "CALL", component: id, action, args, event, flags: options.confirmed ? { confirmed: true } : null },
      options,
    );
  }

  #ask(frame: Request, options: CallOptions = {}): Promise<Outcome> {
    return this.status === "closed" ? Promise.resolve(ended()) : this.#answers.ask(frame, options);
  }

  /** Tell how a call ended. */
  #concluded(element: Element | null, told: Told, outcome: Outcome): Outcome {
    const { action, key, source } = told;
    if (outcome.ok) dispatch(element, "live:call:success", { action, key, source });
    else if (outcome.refusal!.code !== "call.cancelled") this.#tell(element, told, outcome.refusal!);
    dispatch(element, "live:call:end", { action, key, source, ok: outcome.ok });
    return outcome;
  }

  #tell(element: Element | null, told: Told, refusal: Refusal): void {
    const { ui, window } = this.#parts;
    if (!dispatch(element ?? window, "live:call:error", { ...told, refusal })) return;
    if (refusal.detail?.traceback) ui.overlay(refusal);
    else if (FOR_USERS.has(refusal.code)) this.#tellUser(element, refusal);
    else diagnose(`call.${refusal.code}`, refusal.message, element ?? window.document);
  }

  #tellUser(element: Element | null, refusal: Refusal): void {
    const { message, code } = refusal;
    if (!isTold(refusal)) showToast({ message, level: "error", code }, element, this.#stage);
  }

  // What the socket tells --------------------------------------------------------------------------------------

  socketDialled(): void {
    this.#parts.connection.dial();
  }

  socketOpened(): void {
    this.#parts.connection.opened();
    this.#flush();
  }

  socketMessage(bytes: Uint8Array): void {
    this.#listened();
    try {
      const frame = decode(bytes);
      this.#log("<", frame);
      if (frame.kind === "WELCOME") this.#token = frame.token;
      for (const news of this.#parts.connection.receive(frame)) this.#hear(news);
    } catch (error) {
      if (!(error instanceof FrameRefused)) throw error;
      diagnose(error.code, error.message, this.#parts.window.document);
      this.#socket.drop();
    }
    this.#flush();
  }

  socketLost(code: number): void {
    const { connection, window } = this.#parts;
    if (code === 4009) connection.poison();
    connection.lost();
    if (!this.#isLive) return;
    this.#isLive = false;
    this.hooks.disconnected();
    dispatch(window, "live:disconnected", { code });
  }

  socketStatus(status: Status): void {
    if (status === this.status) return;
    this.status = status;
    this.#parts.ui.status(status);
    if (status === "closed") this.#answers.lose();
  }

  socketRefused(code: string): void {
    // What this user has asked for is not for the next one.
    if (PARTED.test(code)) this.#answers.lose(undefined, cancelled("The user has gone."));
    const wait = code === "user.changed" ? PARTING : OUTDATED.test(code) ? Math.random() * SPREAD : 0;
    this.#parting = this.#parts.window.setTimeout(() => void this.#renew(code), wait);
  }

  /** What the user has typed goes along, unless it is another one who comes. */
  async #renew(code: string): Promise<void> {
    const { window, root, drafts, extras } = this.#parts;
    const { typedIn = null } = PARTED.test(code) ? {} : await extras().catch(() => ({}) as Partial<Extras>);
    if (typedIn) leaveTyped(window, typedIn(root, drafts, window.location.pathname));
    this.#reload(code);
  }

  /** With actions that are not answered the page does not say good-bye: the next one comes back for them. */
  socketLeaving(kept = false): void {
    const { connection, window, build } = this.#parts;
    const left = this.#errands.splice(0).flatMap((errand) => errand.stop() ?? []);
    const isOwing = this.#answers.actions > 0;
    if (isOwing) left.push({ token: this.#token, build, ack: this.#ack, frames: this.#answers.unanswered });
    else if (!kept) connection.leave();
    if (left.length) this.#takeBack = leaveCalls(window, left);
    this.#flush();
  }

  /** Out of the browser's cache: what another page has taken over meanwhile is not this one's any more. */
  #returned = ({ persisted }: PageTransitionEvent): void => {
    const left = persisted && this.#takeBack;
    this.#takeBack = null;
    if (left && !left()) this.#answers.lose(undefined, cancelled("Another page has taken it over."));
  };

  /** Take up what the page before has left in this tab. */
  #inherit(): void {
    const { window, root, drafts, extras } = this.#parts;
    const { legacies, typed } = claim(window);
    if (!legacies.length && !typed) return;
    void extras().then(({ Errand, restore }) => {
      if (typed) restore(window, root, drafts, typed);
      for (const legacy of legacies) this.#carryOut(legacy, Errand);
    });
  }

  /** Do what it has left undone. */
  #carryOut(legacy: Legacy, Errand: Extras["Errand"]): void {
    const { url, window } = this.#parts;
    const told = (isLost: boolean, wire: WireRefusal | null, items: Item[]) => {
      const { ok, refusal } = isLost ? lost() : outcomeOf(wire, items);
      const kept = items.filter(([, word]) => TELLING.has(WORDS[word as number]?.[0] as Result["word"]));
      this.#perform(kept.map(([, ...item]) => [null, ...item]), null, undefined, () => undefined);
      if (!ok) return this.#tell(null, { action: null, key: null }, refusal!);
      this.#stage.refresh(null, false, false); // the HTML of this page may be older than what was done
    };
    const errand = new Errand({ window, url, protocol: SUBPROTOCOL, encode, decode, told }, legacy);
    this.#errands.push(errand);
    errand.start();
  }

  #flush(): void {
    for (const frame of this.#parts.connection.outgoing()) {
      this.#log(">", frame);
      if ("ack" in frame) this.#ack = frame.ack;
      this.#socket.send(encode(frame, this.#limits));
    }
  }

  #log(direction: string, frame: { kind: string }): void {
    if (this.#parts.debug) console.debug(direction, frame.kind, frame);
  }

  // What the server says ---------------------------------------------------------------------------------------

  #hear(news: News): void {
    (this.#ears[news.type] as (news: News) => void)(news);
  }

  #ears: { [Type in News["type"]]: (news: Extract<News, { type: Type }>) => void } = {
    welcome: (news) => this.#welcomed(news),
    apply: ({ items, call, mark }) => {
      if (this.#missed !== null && items.length && call === null) this.#missed += 1;
      const waiting = this.#answers.find(call);
      waiting?.accepted();
      this.#perform(items, call, waiting, () => this.#parts.connection.applied(mark));
    },
    answer: ({ items, call, refusal, mark }) => {
      const waiting = this.#answers.take(call);
      const outcome = outcomeOf(refusal, items);
      if (outcome.ok) waiting?.accepted();
      this.#perform(items, call, waiting, (failure) => {
        if (mark) this.#parts.connection.applied(mark);
        waiting?.settle(outcome.ok && failure ? { ok: false, refusal: failure } : outcome);
      });
    },
    lost: ({ calls }) => this.#answers.lose(calls),
    poisoned: ({ call }) =>
      this.#answers
        .take(call)
        ?.settle(refused("frame.too_large", "page", "The frame was too large.")),
    gap: () =>
      diagnose(
        "connection.gap",
        "Frames are missing; all was asked for again.",
        this.#parts.window.document,
      ),
    bye: ({ code, message, retry }) => {
      this.#socket.farewell(code, retry);
      dispatch(this.#parts.window, "live:bye", { code, message });
      if (retry === null) diagnose(`connection.${code}`, message, this.#parts.window.document);
    },
  };

  /** Something was heard. After a long sleep what comes is old, until there is a pause in it. */
  #listened(): void {
    const { ui, window } = this.#parts;
    const now = window.performance.now();
    const slept = this.#heard > 0 && now - this.#heard > SLEPT + this.#heartbeat;
    this.#heard = now;
    if (slept) {
      ui.awake?.(false);
      this.#performance.hurry(true);
    }
    if (slept || this.#missed !== null) this.#catchUp();
  }

  /** Then the user is told how much has changed meanwhile. */
  #catchUp(): void {
    const { ui, window } = this.#parts;
    this.#missed ??= 0;
    window.clearTimeout(this.#catching);
    this.#catching = window.setTimeout(() => {
      this.#performance.hurry(false);
      ui.awake?.(true);
      if (this.#missed) ui.missed?.(this.#missed);
      this.#missed = null;
    }, CAUGHT_UP);
  }

  #perform(items: Item[], call: number | null, waiting: Waiting | undefined, done: Act["done"]): void {
    const { key = null, cancelled: quiet = false } = waiting ?? {};
    const finished: Act["done"] = (refusal) => {
      // What the frame brought is mounted at once, not with the observer's next turn.
      if (this.#observer.takeRecords().length) this.#pageChanged();
      done(refusal);
    };
    this.#performance.add({ items, call, key, quiet, done: finished });
  }

  #welcomed({ recovered, restarted, page, heartbeat }: Extract<News, { type: "welcome" }>): void {
    const { window } = this.#parts;
    const again = this.#wasLive;
    this.page = page;
    this.#isLive = this.#wasLive = true;
    this.#heartbeat = heartbeat;
    this.#socket.welcomed(heartbeat);
    if (restarted) {
      this.#downloads.reset();
      this.#stage.progress.reset();
    }
    // The HTML has changed since the tokens were made, so what is mounted again is also sent whole.
    if (restarted && this.#mount(this.#components.roots)) void this.resync();
    if (again) {
      this.hooks.reconnected();
      this.#catchUp();
    }
    // A script that is still on its way may define them.
    else if (window.document.readyState === "complete") this.hooks.report();
    else window.addEventListener("load", () => this.hooks.report(), { once: true });
    dispatch(window, "live:connected", { recovered, page });
  }

  // What is in the page ----------------------------------------------------------------------------------------

  #pageChanged(): void {
    const gone = this.#components.forgetGone();
    if (gone.length) void this.#ask({ kind: "UNMOUNT", components: gone });
    for (const id of gone) dispatch(this.#parts.window, "live:unmounted", { id });
    this.#mount(this.#components.discover());
    this.#programs.discover();
    this.hooks.scan();
  }

  /** True when there was something to mount. */
  #mount(roots: Root[]): boolean {
    if (!roots.length) return false;
    const mounts = roots.map((root): [string, number] => [tokenOf(root), root.base]);
    void this.#ask({ kind: "MOUNT", mounts }).then((outcome) => this.#mounted(roots, outcome));
    return true;
  }

  #mounted(roots: Root[], { ok, refusal }: Outcome): void {
    if (refusal?.code === "call.lost") return; // everything is mounted again
    const tokens = refusal?.detail?.tokens as Record<string, [string, string]> | undefined;
    roots.forEach(({ element }, index) => {
      const reason = tokens ? tokens[index] : ok ? undefined : ([refusal!.code, refusal!.message] as const);
      if (reason) this.#mountRefused(element, { ...refusal!, code: reason[0], message: reason[1] });
      else dispatch(element, "live:mounted", { id: idOf(element) });
    });
  }

  #mountRefused(element: Element, refusal: Refusal): void {
    dispatch(element, "live:mount:error", { id: idOf(element), refusal });
    if (refusal.detail?.traceback) this.#parts.ui.overlay(refusal);
    if (!refusal.code.startsWith("token.")) return diagnose(`mount.${refusal.code}`, refusal.message, element);
    void this.#renew(refusal.code);
  }

  #reload(code: string): void {
    if (this.#parts.navigation.reload(code)) return;
    this.#answers.lose();
    diagnose(
      `connection.${code}`,
      "Loading the page again did not help.",
      this.#parts.window.document,
    );
  }

  // What performers need ---------------------------------------------------------------------------------------

  #makeStage(): Stage {
    const { window, root, strict, ui, signals, navigation, scripts, authorship, extras } = this.#parts;
    const stage: Stage = {
      window,
      root,
      strict,
      ui,
      signals,
      morph: (element, html, inner) => this.#morphed(this.#parts.morph.morph(element, html, inner)),
      patch: (component, changes) => this.#programs.patch(component, changes),
      write: (change) => authorship.write(change),
      insert: (place, html) => this.#insert(place, html),
      wait: (milliseconds) => new Promise((resolve) => window.setTimeout(resolve, milliseconds)),
      load: (src, integrity) => scripts.load(src, integrity),
      go: (url, replace, external) => navigation.go(url, replace, external),
      show: (url, replace) => navigation.show(url, replace),
      resolve: (url, external) => navigation.resolve(url, external),
      windows: this.#windows,
      downloads: this.#downloads,
      progress: new Progresses(window, ui, (call) => this.#answers.find(call)?.over),
      customs: this.customs,
      renew: (scope) =>
        scope === "page" ? window.location.reload() : extras().then(({ renew }) => renew(window, scope)),
      call: (scope, action, args, accepted) =>
        this.call(scope ? idOf(scope) : PAGE, action, args, accepted ? { accepted } : {}),
      refresh: (component, delayed, focus) => this.#refreshes.add(component, delayed, focus),
      run: (results, scope) => this.#run(results, scope),
      perform: (result, scope) => void this.#later(result, scope),
    };
    return stage;
  }

  #morphed(morphed: Morphed): Morphed {
    this.hooks.updated(morphed.updated);
    if (morphed.element) this.#parts.signals.apply(morphed.element);
    for (const id of morphed.missing) void this.resync(id);
    this.#programs.discover();
    return morphed;
  }

  #wrote(component: Element, { updated, shown, missing }: Written): void {
    this.hooks.updated([...updated]);
    for (const element of shown) this.#parts.signals.apply(element);
    for (const id of missing) void this.resync(id);
    dispatch(component, "live:patched", {});
  }

  #insert(place: (content: DocumentFragment) => void, html: string): void {
    const { window, authorship, signals } = this.#parts;
    const content = window.document.importNode(parseHtml(html, window.document), true);
    const elements = [...content.children];
    authorship.write(() => place(content));
    for (const element of elements) signals.apply(element);
  }

  async #run(results: readonly Result[], scope: Scope): Promise<void> {
    for (const result of results) {
      await perform(result, present(scope, this.#stage), this.#stage);
      if (TERMINAL.has(result.word)) return;
    }
  }

  /** The button of a toast: its result is performed as if it came now. */
  async #later(result: Result, scope: Scope): Promise<void> {
    try {
      await this.#run([result], scope);
    } catch (error) {
      diagnose("result.failed", String(error), this.#parts.window.document);
    }
  }
}
