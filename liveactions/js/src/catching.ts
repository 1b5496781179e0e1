/** Catching up: many changes have come at once, and of several about the same component only the last are to be seen. */
import { WORDS } from "./vocabulary";
import type { Item } from "./wire/frames";

type Patch = [id: number, word: number, changes: unknown[]];

/** A patch does not grow beyond so many slots and values: it is performed in one go. */
const MOST = 64;

const isPatch = (item: Item): boolean => item[0] !== null && WORDS[item[1] as number]?.[0] === "Patch";
const isFill = (changes: unknown[]): boolean => changes[0] === -1;

/**
 * Put the patches of one component into one, in the first act that has some. Acts that hold anything else stand as they
 * are, and nothing is moved past them.
 */
export function coalesce(acts: readonly { items: Item[] }[]): void {
  let first = new Map<number, Patch>();
  for (const act of acts) {
    if (!act.items.every(isPatch)) first = new Map();
    else act.items = (act.items as Patch[]).filter((patch) => !merged(first, patch));
  }
}

function merged(first: Map<number, Patch>, patch: Patch): boolean {
  const [id, , changes] = patch;
  const before = first.get(id);
  if (!before || (!isFill(changes) && (isFill(before[2]) || before[2].length > MOST))) return (first.set(id, patch), false);
  before[2] = isFill(changes) ? changes : joined(before[2], changes);
  return true;
}

/** Values that are written one over the other are written once; what builds upon what was before follows it. */
function joined(before: unknown[], changes: unknown[]): unknown[] {
  const all = [...before];
  for (let index = 0; index < changes.length; index += 2) {
    const [slot, value] = [changes[index], changes[index + 1]];
    let last = all.length - 2;
    while (last >= 0 && all[last] !== slot) last -= 2;
    if (last >= 0 && typeof value === "string" && typeof all[last + 1] === "string") all[last + 1] = value;
    else all.push(slot, value);
  }
  return all;
}
