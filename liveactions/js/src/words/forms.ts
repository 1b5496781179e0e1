/** Writing values into a form as a user would: its fields, and the rows of a relation. */
import { isChosen, kindOf, writeControl, type Group } from "../bindings/controls";
import { diagnose } from "../diagnostics";
import { emit } from "../events";
import type { Stage } from "../stage";

type Values = Record<string, unknown>;
type Command = readonly [letter: string, ...operands: unknown[]];

const KEY = "live-key";
/** In the template of a row: where the row's key belongs, as in the empty form of Django's formsets. */
const PREFIX = "__prefix__";

export function writeForm(form: HTMLFormElement, values: Values, stage: Stage): void {
  for (const [name, value] of Object.entries(values)) {
    const relation = [...form.querySelectorAll("[live-relation]")].find(
      (element) => element.getAttribute("live-relation") === name,
    );
    if (relation && isCommands(value)) for (const command of value) perform(relation, name, command);
    else if (!writeField(form, name, value))
      diagnose("field.missing", `The form has no control named "${name}".`, stage.root.contains(form) ? form : null);
  }
}

function isCommands(value: unknown): value is Command[] {
  return Array.isArray(value) && value.every((item) => Array.isArray(item) && typeof item[0] === "string");
}

/** Write into the control with this name, or bound to this field, inside `place`. */
function writeField(place: Element, name: string, value: unknown): boolean {
  const controls = [...place.querySelectorAll<HTMLInputElement>("input, textarea, select")];
  const group = controls.filter((control) => control.name === name || modelOf(control) === name) as Group;
  const [first] = group;
  if (!first) return false;
  const kind = kindOf(first, group, Array.isArray(value));
  if (kind === "file") return false;
  writeControl(first, kind, group, fitting(value, kind === "checkbox"));
  const changed = kind === "radio" ? (group.find((button) => button.checked) ?? first) : first;
  for (const type of isChosen(kind) ? ["change"] : ["input", "change"]) emit(changed, type, null);
  return true;
}

function modelOf(control: Element): string | null {
  const name = control.getAttributeNames().find((name) => /^live-model(\.|$)/.test(name));
  return name === undefined ? null : control.getAttribute(name);
}

/** Controls hold texts. */
function fitting(value: unknown, isBox: boolean): unknown {
  if (isBox) return Boolean(value);
  if (Array.isArray(value)) return value.map(String);
  return value === null || value === undefined ? "" : String(value);
}

// The rows of a relation --------------------------------------------------------------------------------------------

type Perform = (relation: Element, name: string, ...operands: any[]) => void;

const COMMANDS: Readonly<Record<string, Perform>> = {
  C: (relation, name, values: Values) => write(add(relation, freshKey(relation)), name, values),
  U: (relation, name, id: unknown, values: Values) => write(rowOf(relation, id), name, values),
  D: (relation, name, id: unknown) => remove(rowOf(relation, id), name),
  X: (relation, _name, id: unknown) => rowOf(relation, id)?.remove(),
  L: (relation, _name, id: unknown) => void (rowOf(relation, id) ?? add(relation, String(id))),
  K: (relation) => rowsOf(relation).forEach((row) => row.remove()),
  S: (relation, name, ids: unknown[]) => {
    for (const row of rowsOf(relation)) if (!ids.map(String).includes(row.getAttribute(KEY)!)) row.remove();
    for (const id of ids) COMMANDS.L!(relation, name, id);
  },
};

function perform(relation: Element, name: string, [letter, ...operands]: Command): void {
  const command = COMMANDS[letter];
  if (command) command(relation, name, ...operands);
  else diagnose("relation.unknown", `${letter} is no command of a relation.`, relation);
}

function rowsOf(relation: Element): HTMLElement[] {
  return [...relation.querySelectorAll<HTMLElement>(`[${KEY}]`)].filter(
    (row) => row.closest("[live-relation]") === relation,
  );
}

function rowOf(relation: Element, id: unknown): HTMLElement | null {
  return rowsOf(relation).find((row) => row.getAttribute(KEY) === String(id)) ?? null;
}

function freshKey(relation: Element): string {
  let number = 1;
  while (rowOf(relation, `new${number}`)) number += 1;
  return `new${number}`;
}

/** A row of the template in the relation, after the last one. */
function add(relation: Element, key: string): HTMLElement | null {
  const template = relation.querySelector("template");
  const model = template?.content.firstElementChild;
  if (!model) {
    diagnose("relation.template", "A relation needs a <template> with one row.", relation);
    return null;
  }
  const row = relation.ownerDocument.importNode(model, true) as HTMLElement;
  row.setAttribute(KEY, key);
  for (const element of [row, ...row.querySelectorAll("*")])
    for (const { name, value } of [...element.attributes])
      if (value.includes(PREFIX)) element.setAttribute(name, value.replaceAll(PREFIX, key));
  const last = rowsOf(relation).at(-1);
  if (last) last.after(row);
  else template.before(row);
  return row;
}

function write(row: HTMLElement | null, name: string, values: Values): void {
  const key = row?.getAttribute(KEY);
  for (const [field, value] of Object.entries(values)) if (row) writeField(row, `${name}-${key}-${field}`, value);
}

/** Deleted with the form: where a row has the box that says so (as Django's formsets do) it stays, hidden. */
function remove(row: HTMLElement | null, name: string): void {
  if (row && writeField(row, `${name}-${row.getAttribute(KEY)}-DELETE`, true)) row.hidden = true;
  else row?.remove();
}
