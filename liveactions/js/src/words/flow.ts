/** Words for those who write the page: a line for the console, a result of the application's own. */
import { diagnose } from "../diagnostics";
import type { Scope, Stage } from "../stage";
import type { Custom, Log } from "../vocabulary";

export function log({ text, level }: Log): void {
  console[level === "warning" ? "warn" : level](text);
}

export function custom({ name, fields }: Custom, scope: Scope, stage: Stage): void | Promise<void> {
  const perform = stage.customs.get(name);
  if (perform) return perform(fields, scope);
  const message = `Nobody performs "${name}". Register it: result("${name}", (fields, component) => …).`;
  diagnose("result.unknown", message, scope ?? stage.window.document);
}
