/** A page in memory: a document with bindings, a caller that remembers, a user who clicks and types. */
import { Window as HappyWindow } from "happy-dom";
import { bind, type Stop } from "../../src/bindings/index";
import { Optimistic } from "../../src/extras/optimistic";
import { Holds } from "../../src/holds";
import type { BrowserEvent, Caller, CallOptions, Outcome, Question, Ui } from "../../src/ports";

export interface Sent {
  kind: "call" | "set";
  component: number;
  action?: string;
  values: Record<string, unknown>;
  event?: BrowserEvent | undefined;
  options?: CallOptions;
  /** Let the answer come. */
  answer(outcome?: Outcome): Promise<void>;
}

export interface Page {
  window: Window & typeof globalThis;
  document: Document;
  sent: Sent[];
  /** The signals of every component. */
  signals: Record<string, unknown>;
  /** The calls as `action(args)`, the writes as `set(values)`. */
  log(): string[];
  questions: Question[];
  /** What the user answers to the next question. */
  say(yes: boolean): void;
  find<E extends HTMLElement = HTMLInputElement>(selector: string): E;
  click(selector: string, init?: MouseEventInit): Event;
  key(selector: string, key: string, init?: KeyboardEventInit, type?: string): Event;
  type(selector: string, text: string): void;
  choose(selector: string): void;
  fire(target: EventTarget, event: Event): Event;
  heard: { name: string; detail: Record<string, unknown> }[];
  stop: Stop;
}

/** Let observers and promises do their work. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => setImmediate(resolve));
}

type Beginning = Pick<Page, "window" | "signals">;

/** `prepare` is called before anything is bound. */
export function open(html: string, prepare: (page: Beginning) => void = () => {}): Page {
  const window = new HappyWindow({ url: "https://desk.test/orders/" }) as unknown as Window & typeof globalThis;
  const { document } = window;
  document.body.innerHTML = html;
  const sent: Sent[] = [];
  const questions: Question[] = [];
  const heard: Page["heard"] = [];
  let reply = true;

  const wait = (message: Omit<Sent, "answer">) =>
    new Promise<Outcome>((resolve) => {
      sent.push({
        ...message,
        answer: async (outcome = { ok: true }) => {
          resolve(outcome);
          await settle();
        },
      });
    });
  const caller: Caller = {
    componentOf(element) {
      const root = element.closest("[live-id]");
      return root ? { id: Number(root.getAttribute("live-id")), element: root } : undefined;
    },
    call: (component, action, args, options = {}) =>
      wait({ kind: "call", component, action, values: args, event: options.event, options }),
    set: (component, values, options = {}) => wait({ kind: "set", component, values, options }),
  };
  const ui: Ui = {
    toast() {},
    ask: async () => ({ choice: "ok", close() {} }),
    status() {},
    overlay() {},
    confirm: async (question) => {
      questions.push(question);
      return reply;
    },
  };
  for (const name of ["live:lane:blocked", "live:lane:replaced"]) {
    window.addEventListener(name, (event) => heard.push({ name, detail: (event as CustomEvent).detail }));
  }
  const signals: Page["signals"] = {};
  prepare({ window, signals });
  const holds = new Holds();
  const patch = (_: unknown, values: object) => void Object.assign(signals, values);
  const promises = async () => new Optimistic({ document, caller, holds, signals: { read: () => signals, patch } });
  const stop = bind(document, caller, ui, { read: () => signals }, { holds, promises });

  const find = <E extends HTMLElement>(selector: string) => document.querySelector(selector) as E;
  const fire = (target: EventTarget, event: Event) => (target.dispatchEvent(event), event);
  return {
    window,
    document,
    sent,
    questions,
    signals,
    heard,
    stop,
    find,
    fire,
    say: (yes) => (reply = yes),
    log: () => sent.map(({ kind, action, values }) => `${action ?? kind}(${JSON.stringify(values)})`),
    click: (selector, init = {}) =>
      fire(find(selector), new window.MouseEvent("click", { bubbles: true, cancelable: true, ...init })),
    key: (selector, key, init = {}, type = "keydown") =>
      fire(find(selector), new window.KeyboardEvent(type, { bubbles: true, cancelable: true, key, ...init })),
    type(selector, text) {
      find<HTMLInputElement>(selector).value = text;
      fire(find(selector), new window.InputEvent("input", { bubbles: true }));
    },
    choose: (selector) => void fire(find(selector), new window.Event("change", { bubbles: true })),
  };
}
