/**
 * `live-model="field"`: what is typed or chosen is written to a bound field of the component.
 *
 * A value is *pending* from the keystroke until it is sent. Pending values go out before any call of their component,
 * and a patch cannot take them away: whatever it wrote into the control, the pending value is put back.
 */
import { diagnose } from "../diagnostics";
import type { Caller, Observer } from "../ports";
import { isChosen, kindOf, number, readControl, writeControl, type Group, type Kind } from "./controls";
import type { Loading } from "./loading";
import { splitModifiers, type Wait } from "./names";

const TYPING: Wait = { kind: "debounce", ms: 250 };
const TIMINGS: Record<string, Timing> = { lazy: "change", blur: "blur" };

type Timing = "input" | "change" | "blur";
type Timer = ReturnType<typeof setTimeout>;

interface Model {
  element: Element;
  field: string;
  component: { id: number; element: Element };
  kind: Kind;
  group: Group;
  numeric: boolean;
  timing: Timing;
  wait: Wait | null;
}

interface Pending {
  model: Model;
  value: unknown;
  /** Sent by this timer; without one it waits for its event (change, blur), or for a call. */
  timer?: Timer;
}

export class Models implements Observer {
  #document: Document;
  #caller: Caller;
  #loading: Loading;
  #pending = new Map<string, Pending>();
  /** Throttled fields that were sent a moment ago. */
  #cooling = new Map<string, Timer>();
  #listeners: Record<string, (event: Event) => void> = {
    input: (event) => this.#typed(event),
    compositionend: (event) => this.#typed(event),
    change: (event) => this.#changed(event),
    focusout: (event) => this.#left(event),
    reset: (event) => this.#forget(event.target as HTMLFormElement),
    // Calls that code of the page makes, not a binding.
    "live:call:start": (event) => this.flush(this.#caller.componentOf(event.target as Element)?.id ?? -1),
  };
  #leave = () => [...this.#pending.values()].forEach((entry) => this.#send(entry));

  constructor(document: Document, caller: Caller, loading: Loading) {
    this.#document = document;
    this.#caller = caller;
    this.#loading = loading;
  }

  start(): void {
    for (const [type, listener] of Object.entries(this.#listeners)) this.#document.addEventListener(type, listener);
    this.#document.defaultView!.addEventListener("pagehide", this.#leave);
  }

  stop(): void {
    for (const [type, listener] of Object.entries(this.#listeners)) this.#document.removeEventListener(type, listener);
    this.#document.defaultView!.removeEventListener("pagehide", this.#leave);
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    for (const timer of this.#cooling.values()) clearTimeout(timer);
    this.#pending.clear();
    this.#cooling.clear();
  }

  /** Send what is pending for a component, before a call of it goes out. */
  flush(component: number): void {
    for (const entry of [...this.#pending.values()]) if (entry.model.component.id === component) this.#send(entry);
  }

  /** After somebody changed the page: put pending values back where they were typed. */
  restore(): void {
    for (const entry of this.#pending.values()) {
      const model = this.#present(entry.model);
      if (!model) continue;
      entry.model = model;
      if (!same(valueOf(model), entry.value)) writeControl(model.element, model.kind, model.group, entry.value);
    }
  }

  #typed(event: Event): void {
    const model = this.#modelOf(event.target);
    if (!model || isChosen(model.kind)) return;
    const key = this.#note(model);
    // Half a syllable is nothing to send; compositionend comes here again.
    if (model.timing === "input" && !(event as InputEvent).isComposing) this.#schedule(key, model.wait ?? TYPING);
  }

  #changed(event: Event): void {
    const model = this.#modelOf(event.target);
    if (!model) return;
    if (isChosen(model.kind)) {
      const key = this.#note(model);
      if (model.timing === "blur") return;
      if (model.wait) this.#schedule(key, model.wait);
      else this.#sendKey(key);
    } else if (model.timing !== "blur") this.#sendKey(keyOf(model));
  }

  #left(event: Event): void {
    const model = this.#modelOf(event.target);
    if (model) this.#sendKey(keyOf(model));
  }

  #note(model: Model): string {
    const key = keyOf(model);
    this.#pending.set(key, { ...this.#pending.get(key), model, value: valueOf(model) });
    return key;
  }

  #schedule(key: string, wait: Wait): void {
    const entry = this.#pending.get(key)!;
    if (wait.kind === "debounce") {
      clearTimeout(entry.timer);
      entry.timer = setTimeout(() => this.#sendKey(key), wait.ms);
    } else if (!this.#cooling.has(key)) {
      this.#sendKey(key);
      this.#cool(key, wait.ms);
    }
  }

  /** Throttled: what came within the time is sent at its end, so that the last value always arrives. */
  #cool(key: string, ms: number): void {
    const timer = setTimeout(() => {
      this.#cooling.delete(key);
      if (!this.#pending.has(key)) return;
      this.#sendKey(key);
      this.#cool(key, ms);
    }, ms);
    this.#cooling.set(key, timer);
  }

  #sendKey(key: string): void {
    const entry = this.#pending.get(key);
    if (entry) this.#send(entry);
  }

  /** One write for each control, so that the session knows whose value the server has. */
  #send({ model, value, timer }: Pending): void {
    const { component, field, element } = model;
    clearTimeout(timer);
    this.#pending.delete(keyOf(model));
    const end = this.#loading.begin({ component, names: [field], key: null, source: null, submitter: null });
    void this.#caller.set(component.id, Object.fromEntries([[field, value]]), { sent: element }).finally(end);
  }

  #forget(form: HTMLFormElement): void {
    for (const [key, { model, timer }] of this.#pending) {
      if ((model.element as HTMLInputElement).form !== form) continue;
      clearTimeout(timer);
      this.#pending.delete(key);
    }
  }

  #modelOf(target: EventTarget | null): Model | null {
    const element = target as Element;
    const declared = element.nodeType === 1 ? declarationOf(element) : null;
    if (!declared) return null;
    const component = this.#caller.componentOf(element);
    if (!component) {
      diagnose("model.homeless", `live-model="${declared.field}" is not inside a component.`, element);
      return null;
    }
    const group = this.#groupOf(element, declared.field, component);
    const kind = kindOf(element, group, declared.list);
    if (kind !== "file") return { ...declared, element, component, group, kind };
    diagnose("model.file", `live-model="${declared.field}" is on a file input; files cannot be fields.`, element);
    return null;
  }

  #groupOf(element: Element, field: string, component: Model["component"]): Group {
    const { type } = element as HTMLInputElement;
    if (type !== "checkbox" && type !== "radio") return [element as HTMLInputElement];
    const peers = component.element.querySelectorAll<HTMLInputElement>(`input[type="${type}"]`);
    return [...peers].filter(
      (peer) => declarationOf(peer)?.field === field && this.#caller.componentOf(peer)?.id === component.id,
    );
  }

  /** The model as it is in the page now: the same element, or the one that has taken its place. */
  #present({ element, component, field }: Model): Model | null {
    const root = this.#document.querySelector(`[live-id="${component.id}"]`);
    const heirs = element.isConnected ? [element] : [...(root?.getElementsByTagName(element.localName) ?? [])];
    const models = heirs.map((heir) => this.#modelOf(heir));
    return models.find((model) => model?.field === field && model.component.id === component.id) ?? null;
  }
}

function declarationOf(element: Element) {
  for (const { name, value } of element.attributes) {
    if (name !== "live-model" && !name.startsWith("live-model.")) continue;
    const { words, wait } = splitModifiers(name.split(".").slice(1));
    const timing = words.map((word) => TIMINGS[word]).find(Boolean) ?? "input";
    return { field: value, timing, wait, numeric: words.includes("number"), list: words.includes("list") };
  }
  return null;
}

function keyOf({ component, field }: Model): string {
  return `${component.id} ${field}`;
}

function valueOf({ element, kind, group, numeric }: Model): unknown {
  const value = readControl(element, kind, group);
  if (!numeric) return value;
  return Array.isArray(value) ? value.map(number) : typeof value === "string" ? number(value) : value;
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
