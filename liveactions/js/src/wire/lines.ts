/**
 * Frames as lines of JSON, where bytes are not possible. JSON has no bytes: `{"$bytes": "00ff"}` stands for them, and a map
 * that really has this one key has a `$` more.
 */
import { refuse } from "./limits";

type Values = Record<string, unknown>;
const ESCAPED = /^\$+bytes$/;

/** The line of plain data. */
export const toLine = (value: unknown): string => JSON.stringify(spelled(value));

/** The plain data of a line. Raises `FrameRefused`. */
export function fromLine(line: string): unknown {
  try {
    return JSON.parse(line, (_, value: unknown) => meant(value)) as unknown;
  } catch {
    return refuse("Not a line of JSON.");
  }
}

function spelled(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array)
    return { $bytes: Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("") };
  if (Array.isArray(value)) return value.map(spelled);
  const key = escaped(value);
  const entries = Object.entries(value).map(([name, each]) => [name === key ? `$${name}` : name, spelled(each)]);
  return Object.fromEntries(entries) as unknown;
}

function meant(value: unknown): unknown {
  const key = escaped(value);
  if (!key) return value;
  const held = (value as Values)[key];
  if (key !== "$bytes") return { [key.slice(1)]: held };
  return Uint8Array.from(String(held).match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

/** The only key of a map, if it is one that is spelled otherwise than it is. */
function escaped(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 && ESCAPED.test(keys[0]!) ? keys[0] : undefined;
}
