/** Words about records: one to show, several to show, some that are gone. */
import { dispatch, emit } from "../events";
import type { Scope, Stage } from "../stage";
import type { DataRecord, RecordDeleted, Rows } from "../vocabulary";

const RECORD = "live-record";

/** The data takes the place of what was there: a field that the record does not have is gone. */
export function showRecord({ word: _, ...record }: DataRecord, scope: Scope, stage: Stage): void {
  const { data, ...rest } = record;
  stage.signals.patch(scope, { record: null });
  stage.signals.patch(scope, { record: { ...data }, ...told(rest, "title") });
  dispatch(scope ?? stage.window, "live:record", record);
}

export function showRows({ word: _, ...rows }: Rows, scope: Scope, stage: Stage): void {
  const count = rows.count ?? rows.rows.length;
  stage.signals.patch(scope, { rows: rows.rows, count, ...told(rows, "title", "no_data_text") });
  dispatch(scope ?? stage.window, "live:rows", { ...rows, count });
}

/** Those of the fields that were given. */
function told<T extends object>(fields: T, ...names: (keyof T & string)[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => fields[name] !== null).map((name) => [name, fields[name]]));
}

export function dropRecords({ pks, model }: RecordDeleted, scope: Scope, stage: Stage): void {
  for (const element of (scope ?? stage.root).querySelectorAll(`[${RECORD}]`))
    if (isOneOf(element.getAttribute(RECORD)!, pks, model)) drop(element);
  dispatch(scope ?? stage.window, "live:record:deleted", { pks, model });
}

/** `app.model:pk`; without a model, every record with such a primary key in the component that speaks. */
function isOneOf(record: string, pks: readonly unknown[], model: string | null): boolean {
  const [, name, pk] = /^(?:(.*?):)?(.*)$/.exec(record)!;
  return pks.map(String).includes(pk!) && (model === null || name === model);
}

/** Marked, and no longer among what is selected. */
function drop(element: Element): void {
  element.setAttribute("data-live-deleted", "");
  for (const box of element.querySelectorAll<HTMLInputElement>("input[type=checkbox]:checked")) {
    box.checked = false;
    for (const type of ["input", "change"]) emit(box, type, null);
  }
}
