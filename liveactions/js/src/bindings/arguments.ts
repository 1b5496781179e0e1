/** What a call carries: `live-value-…` attributes, a form's fields, and what happened in the browser. */
import { diagnose } from "../diagnostics";
import type { BrowserEvent } from "../ports";

const VALUE = "live-value-";
const NOT_SENT = new Set(["csrfmiddlewaretoken", "live-post"]);

export type Args = Record<string, unknown>;

/** `live-value-order-id="7"` → `{order_id: "7"}`. Values are strings; the server reads them by its annotations. */
export function valuesOf(element: Element): Args {
  const values: [string, string][] = [];
  for (const { name, value } of element.attributes) {
    if (name.startsWith(VALUE)) values.push([name.slice(VALUE.length).replaceAll("-", "_"), value]);
  }
  return Object.fromEntries(values);
}

/**
 * A form's fields by name. A name that can have several values (a multiple select, several checkboxes, a repeated
 * name) is always a list, so that an action sees the same type whatever was chosen. Files are left out, and said so.
 */
export function fieldsOf(form: HTMLFormElement, submitter: HTMLElement | null): Args {
  const fields = new Map<string, unknown[]>();
  const data = new form.ownerDocument.defaultView!.FormData(form);
  data.forEach((value, name) => {
    if (NOT_SENT.has(name)) return;
    if (typeof value === "string") fields.set(name, [...(fields.get(name) ?? []), value]);
    else if (value.size || value.name) refuseFile(name, form);
  });
  const { name, value } = (submitter ?? {}) as Partial<HTMLButtonElement>;
  if (name && !fields.has(name)) fields.set(name, [value ?? ""]);
  const lists = namesOfLists(form);
  for (const name of lists) if (!fields.has(name)) fields.set(name, []);
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length > 1 || lists.has(name) ? values : values[0]]),
  );
}

function namesOfLists(form: HTMLFormElement): Set<string> {
  const lists = new Set<string>();
  const boxes = new Set<string>();
  for (const element of form.elements) {
    const control = element as HTMLInputElement;
    if (!control.name || control.disabled) continue;
    if (control.type === "select-multiple") lists.add(control.name);
    if (control.type === "checkbox") (boxes.has(control.name) ? lists : boxes).add(control.name);
  }
  return lists;
}

function refuseFile(name: string, form: Element): void {
  diagnose("form.file", `The file in "${name}" was not sent. Post it to a view.`, form);
}

/** The event as the server is told about it: its type, and of the control it happened in what there is. */
export function describe(event: Event, element: Element): BrowserEvent {
  const told: BrowserEvent = { type: event.type };
  const control = [event.target as Element | null, element].find(isControl);
  if (control) {
    if (hasValue(control)) told.value = control.value;
    if (control.name) told.name = control.name;
    if (control.type === "checkbox" || control.type === "radio") told.checked = control.checked;
  }
  if (typeof (event as KeyboardEvent).key === "string") told.key = (event as KeyboardEvent).key;
  const detail = (event as CustomEvent).detail as unknown;
  if (!control && isPlain(detail)) told.value = detail;
  return told;
}

function isControl(element: Element | null): element is HTMLInputElement {
  return element?.nodeType === 1 && element.matches("input, textarea, select, button");
}

function hasValue(control: HTMLInputElement): boolean {
  return control.type !== "file" && (control.localName !== "button" || control.hasAttribute("value"));
}

/** Whether a custom event's detail can be sent as it is. (The detail of a mouse event counts clicks: no news.) */
function isPlain(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === "string" || typeof value === "boolean") return true;
  return typeof value === "object" && isTree(value, 0);
}

function isTree(value: unknown, depth: number): boolean {
  if (value === null || ["string", "boolean"].includes(typeof value)) return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth > 16) return false;
  if (!Array.isArray(value) && Object.getPrototypeOf(Object.getPrototypeOf(value)) !== null) return false;
  return Object.values(value).every((item) => isTree(item, depth + 1));
}
