/** What signals do to an element: `live-text`, `live-show`, `live-class`, `live-attr`. */
import { diagnose } from "../diagnostics";
import { parsePairs } from "./core";

type ValueOf = (expression: string) => unknown;
type Perform = (element: Element, text: string, valueOf: ValueOf) => void;

/** A signal that nobody has set (undefined) leaves text and attributes as the server wrote them. */
export const DIRECTIVES: Record<string, Perform> = {
  "live-text": (element, text, valueOf) => {
    const value = valueOf(text);
    if (value === undefined) return;
    const shown = written(value);
    if (element.textContent !== shown) writeText(element, shown);
  },
  "live-show": (element, text, valueOf) => {
    element.toggleAttribute("hidden", !valueOf(text));
  },
  "live-class": (element, text, valueOf) => {
    for (const [names, expression] of parsePairs(text)) {
      const on = Boolean(valueOf(expression));
      for (const name of names.split(/\s+/)) if (name) element.classList.toggle(name, on);
    }
  },
  "live-attr": (element, text, valueOf) => {
    for (const [name, expression] of parsePairs(text)) {
      const value = valueOf(expression);
      if (value !== undefined && isAllowed(element, name, value)) setAttribute(element, name, value);
    }
  },
};

/** Into the text that the server wrote, where there is one: a new node would count as somebody else's. */
function writeText(element: Element, text: string): void {
  const [only, ...others] = element.childNodes;
  if (only?.nodeType === 3 && !others.length) (only as Text).data = text;
  else element.textContent = text;
}

/** Attributes that are also what the user changes; once touched, only the property is seen. */
const PROPERTIES = new Set(["value", "checked", "selected", "open"]);
const URLS = new Set(["href", "src", "action", "formaction", "xlink:href", "data", "poster", "ping", "srcset"]);
const SCHEMES = new Set(["http", "https", "mailto", "tel", "sms", "blob"]);

function setAttribute(element: Element, name: string, value: unknown): void {
  const shown = name.startsWith("aria-") && typeof value === "boolean" ? String(value) : attributeOf(value);
  if (shown === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== shown) element.setAttribute(name, shown);
  if (!PROPERTIES.has(name) || !(name in element)) return;
  const property = name === "value" ? (shown ?? "") : shown !== null;
  const target = element as unknown as Record<string, unknown>;
  if (target[name] !== property) target[name] = property;
}

function attributeOf(value: unknown): string | null {
  if (value === false || value === null) return null;
  return value === true ? "" : written(value);
}

function written(value: unknown): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function isAllowed(element: Element, name: string, value: unknown): boolean {
  const lower = name.toLowerCase();
  const refused = /^on|^style$|^srcdoc$/.test(lower) || (URLS.has(lower) && !isHarmless(lower, written(value)));
  if (refused) diagnose("signal.attribute", `live-attr may not set ${name} to "${written(value)}".`, element);
  return !refused;
}

/** Whether a browser would only go there or show it. Browsers drop control characters, so they are dropped here. */
function isHarmless(attribute: string, url: string): boolean {
  const plain = url.replace(/[\u0000-\u0020\u007f-\u009f]/g, "").toLowerCase();
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(plain)?.[1];
  if (scheme === undefined || SCHEMES.has(scheme)) return true;
  return attribute === "src" && /^data:image\/(?!svg)/.test(plain);
}
