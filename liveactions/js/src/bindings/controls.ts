/** Reading and writing the value of a form control, whatever kind it is. */

export type Kind =
  "text" | "number" | "checkbox" | "checkboxes" | "radio" | "select" | "multiple" | "editable" | "file";

/** The controls that stand for one value: one control, or the checkboxes and radio buttons that share it. */
export type Group = readonly HTMLInputElement[];

const TYPES: Record<string, Kind> = {
  checkbox: "checkbox",
  radio: "radio",
  number: "number",
  range: "number",
  file: "file",
  "select-one": "select",
  "select-multiple": "multiple",
};

/** What kind of control an element is; `list` makes a list of a lonely checkbox. */
export function kindOf(element: Element, group: Group, list: boolean): Kind {
  const { type } = element as HTMLInputElement;
  if (!element.matches("input, textarea, select")) return "editable";
  const kind = TYPES[type] ?? "text";
  return kind === "checkbox" && (list || group.length > 1) ? "checkboxes" : kind;
}

/** Whether the kind is chosen rather than typed. */
export function isChosen(kind: Kind): boolean {
  return ["checkbox", "checkboxes", "radio", "select", "multiple"].includes(kind);
}

interface Access {
  read(element: HTMLInputElement, group: Group): unknown;
  write(element: HTMLInputElement, value: never, group: Group): void;
}

const text: Access = {
  read: (element) => element.value,
  write: (element, value) => keepCaret(element, () => (element.value = String(value ?? ""))),
};
const ACCESS: Record<Kind, Access> = {
  text,
  select: text,
  file: { read: () => null, write: () => {} },
  number: { ...text, read: (element) => number(element.value) },
  checkbox: { read: (element) => element.checked, write: (element, value) => (element.checked = value) },
  checkboxes: {
    read: (_, group) => group.filter((box) => box.checked).map((box) => box.value),
    write: (_, values: string[], group) => group.forEach((box) => (box.checked = values.includes(box.value))),
  },
  radio: {
    read: (_, group) => group.find((button) => button.checked)?.value ?? null,
    write: (_, value, group) => group.forEach((button) => (button.checked = button.value === value)),
  },
  multiple: {
    read: (element) =>
      options(element)
        .filter((option) => option.selected)
        .map((option) => option.value),
    write: (element, values: string[]) =>
      options(element).forEach((option) => (option.selected = values.includes(option.value))),
  },
  editable: {
    read: (element) => element.innerText,
    write: (element, value) => (element.innerText = value),
  },
};

export function readControl(element: Element, kind: Kind, group: Group): unknown {
  return ACCESS[kind].read(element as HTMLInputElement, group);
}

export function writeControl(element: Element, kind: Kind, group: Group, value: unknown): void {
  ACCESS[kind].write(element as HTMLInputElement, value as never, group);
}

/** The number a text stands for: null for an empty one, the text itself when it is not a number. */
export function number(value: string): number | string | null {
  if (!value.trim()) return null;
  return Number.isFinite(Number(value)) ? Number(value) : value;
}

function options(element: Element): HTMLOptionElement[] {
  return [...(element as HTMLSelectElement).options];
}

/** Only the focused control has a caret worth keeping, and some types (email, number) have none to ask for. */
function keepCaret(element: HTMLInputElement, change: () => void): void {
  const { selectionStart, selectionEnd, selectionDirection } = element;
  change();
  if (selectionStart === null || selectionStart === undefined) return;
  if (element.ownerDocument.activeElement !== element) return;
  element.setSelectionRange(selectionStart, selectionEnd, selectionDirection ?? "none");
}
