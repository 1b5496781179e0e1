/** Browser-side values without a browser: merging, looking up, and the little language of the directives. */

export type Values = Record<string, unknown>;

const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

/** The path of the first name that could reach a prototype (`a.__proto__`), at whatever depth; null: all is well. */
export function forbiddenPath(values: unknown): string | null {
  if (typeof values !== "object" || values === null) return null;
  for (const [name, value] of Object.entries(values)) {
    if (FORBIDDEN.has(name)) return name;
    const deeper = forbiddenPath(value);
    if (deeper) return `${name}.${deeper}`;
  }
  return null;
}

/**
 * Merge `patch` into `target`: maps deeply, everything else (arrays, null) replaces. The target is changed in place,
 * key by key, so that a reactive object notices; nothing of the patch is shared with it afterwards.
 */
export function merge(target: Values, patch: Values): void {
  for (const [name, value] of Object.entries(patch)) {
    const present = target[name];
    if (isMap(value) && isMap(present)) merge(present, value);
    else target[name] = copy(value);
  }
}

/** The names that go to the page-wide store, without their `$`, and the others. A lone `$` is local. */
export function split(values: Values): { page: Values; local: Values } {
  const isPage = (name: string) => name.startsWith("$") && name.length > 1;
  const entries = Object.entries(values);
  return {
    page: Object.fromEntries(entries.filter(([name]) => isPage(name)).map(([name, value]) => [name.slice(1), value])),
    local: Object.fromEntries(entries.filter(([name]) => !isPage(name))),
  };
}

function isMap(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isMap(value) || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copy(item)]));
}

/** `!user.open` or `$unread`: a path with dots, and `!` for its opposite. */
export interface Expression {
  page: boolean;
  path: readonly string[];
  /** How many `!` stand before it. */
  not: number;
}

const EXPRESSION = /^(!*)\s*(\$?)([\w-]+(?:\.[\w-]+)*)$/;

/** Read an expression; null when it is not one. */
export function parseExpression(text: string): Expression | null {
  const [, not, dollar, path] = EXPRESSION.exec(text.trim()) ?? [];
  return path === undefined ? null : { page: dollar === "$", path: path.split("."), not: not!.length };
}

/** `active: open, busy: $busy` → pairs. What stands before the last colon is a name and may have colons itself. */
export function parsePairs(text: string): [name: string, expression: string][] {
  return text
    .split(",")
    .filter((pair) => pair.trim())
    .map((pair) => {
      const colon = pair.lastIndexOf(":");
      return [pair.slice(0, colon).trim(), pair.slice(colon + 1).trim()];
    });
}

/** The expression's value. Local names are found in the first of `scopes` that has them; undefined: in none. */
export function evaluate({ page, path, not }: Expression, scopes: readonly Values[], store: Values): unknown {
  const [first = "", ...rest] = path;
  const scope = page ? store : scopes.find((values) => Object.hasOwn(values, first));
  const value = rest.reduce<unknown>(step, scope && step(scope, first));
  return not ? Boolean(value) === (not % 2 === 0) : value;
}

function step(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Values)[name];
}
