/**
 * Reading the names of `live-…` attributes: `live-keydown.ctrl.enter.prevent` is an event with modifiers.
 *
 * Any event can be bound with `live-on-<event>`; the ones in `SHORTHANDS` also without the `on-`.
 */
import { diagnose } from "../diagnostics";

const SHORTHANDS = new Set(
  `click dblclick contextmenu submit reset change input keydown keyup focus blur focusin focusout
   pointerdown pointerup pointermove pointerover pointerout pointerenter pointerleave pointercancel
   dragstart drag dragenter dragover dragleave dragend drop copy cut paste`.split(/\s+/),
);
const KEYBOARD = new Set(["keydown", "keyup", "keypress"]);
const HELD_KEYS = { ctrl: "ctrlKey", shift: "shiftKey", alt: "altKey", meta: "metaKey", cmd: "metaKey" } as const;
const FLAGS = new Set(["prevent", "stop", "self", "once", "window", "outside"]);
const KEY_ALIASES: Record<string, string> = {
  esc: "escape",
  return: "enter",
  space: " ",
  up: "arrow-up",
  down: "arrow-down",
  left: "arrow-left",
  right: "arrow-right",
  del: "delete",
};
const DEFAULT_WAIT = 250;

export interface Wait {
  kind: "debounce" | "throttle";
  /** Milliseconds. */
  ms: number;
}

/** What one attribute asks for. */
export interface Binding {
  attribute: string;
  event: string;
  flags: ReadonlySet<string>;
  /** Keys that must be held down, as names of the event's properties. */
  held: readonly HeldKey[];
  /** Keys of which one must be the pressed one; empty: any. */
  keys: readonly string[];
  wait: Wait | null;
}

type HeldKey = (typeof HELD_KEYS)[keyof typeof HELD_KEYS];

/** Split `name.a.b.debounce.300ms` into its words and its wait. A wait without a time is 250 ms. */
export function splitModifiers(modifiers: readonly string[]): { words: string[]; wait: Wait | null } {
  const words: string[] = [];
  let wait = null as Wait | null;
  for (const word of modifiers) {
    if (word === "debounce" || word === "throttle") wait = { kind: word, ms: DEFAULT_WAIT };
    else if (wait && /^\d+m?s$/.test(word)) wait = { kind: wait.kind, ms: milliseconds(word) };
    else words.push(word);
  }
  return { words, wait };
}

function milliseconds(duration: string): number {
  return parseInt(duration, 10) * (duration.endsWith("ms") ? 1 : 1000);
}

const parsed = new Map<string, Binding | null>();

/** The binding that an attribute's name stands for, or null for every other attribute. */
export function bindingOf(attribute: string): Binding | null {
  if (!attribute.startsWith("live-")) return null;
  let binding = parsed.get(attribute);
  if (binding === undefined) parsed.set(attribute, (binding = parse(attribute)));
  return binding;
}

function parse(attribute: string): Binding | null {
  const [name = "", ...modifiers] = attribute.slice("live-".length).split(".");
  const event = name.startsWith("on-") ? name.slice("on-".length) : SHORTHANDS.has(name) ? name : "";
  if (!event) return null;
  const { words, wait } = splitModifiers(modifiers);
  const keys = words.filter((word) => !FLAGS.has(word) && !(word in HELD_KEYS));
  if (keys.length && !KEYBOARD.has(event)) {
    diagnose("modifier.unknown", `${attribute} has the modifiers "${keys.join(", ")}", which ${event} does not know.`);
  }
  return {
    attribute,
    event,
    wait,
    flags: new Set(words.filter((word) => FLAGS.has(word))),
    held: words.filter((word): word is keyof typeof HELD_KEYS => word in HELD_KEYS).map((word) => HELD_KEYS[word]),
    keys: KEYBOARD.has(event) ? keys.map((key) => KEY_ALIASES[key] ?? key) : [],
  };
}

/** The bindings an element carries. */
export function bindingsOf(element: Element): Binding[] {
  const found: Binding[] = [];
  for (const attribute of element.attributes) {
    const binding = bindingOf(attribute.name);
    if (binding) found.push(binding);
  }
  return found;
}

/** Whether the keys that a binding asks for are the ones of this event. */
export function keysFit(binding: Binding, event: Event): boolean {
  const pressed = event as Partial<KeyboardEvent>;
  if (!binding.held.every((key) => pressed[key])) return false;
  if (!binding.keys.length) return true;
  // Enter that ends an input method's composition is not an Enter of the user's; autofill sends no key at all.
  if (pressed.isComposing || !pressed.key) return false;
  return binding.keys.includes(kebab(pressed.key));
}

function kebab(key: string): string {
  return key.replace(/([a-z])([A-Z])/g, "$1-$2").toLowerCase();
}
