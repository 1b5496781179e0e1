/** The order of things among the children of an element, brought about with as few moves as can be. */
import { scrolledIn } from "../morph";

/** Something that is to stand in the row: its nodes, and where it stood before (-1: nowhere here). */
export interface Piece {
  nodes: Node[];
  was: number;
}

type Movable = Node & { moveBefore?(node: Node, before: Node | null): void };

/**
 * Put `pieces` one after another before `end`. The longest run that is in order already stays; what else stands there
 * stays beside what it was beside.
 */
export function arrange(pieces: Piece[], end: Node): void {
  const parent = end.parentNode!;
  const run = longestRun(pieces.map(({ was }) => was));
  const placed = new Set(pieces.flatMap(({ nodes }, place) => (run.has(place) ? nodes : []))).add(end);
  const moving = pieces.flatMap(({ nodes }) => nodes.filter((node) => !placed.has(node)));
  const scrolled = "moveBefore" in parent ? [] : moving.filter(isPresent).flatMap(scrolledIn);
  const follower = ({ nextSibling: next }: Node): Node | null => {
    while (next && !placed.has(next)) next = next.nextSibling;
    return next;
  };
  let next = end;
  for (const { nodes } of [...pieces].reverse()) {
    for (const node of [...nodes].reverse()) {
      const after = placed.has(node) ? follower(node) : node.nextSibling;
      if (node.parentNode !== parent || after !== next) move(node, parent, next);
      placed.add(node);
      next = node;
    }
  }
  for (const [element, top, left] of scrolled) element.scrollTo?.({ top, left, behavior: "instant" });
}

/** Put new `pieces` before `end` one by one, as a parser does: of several options it is the first that is chosen. */
export function inOrder(pieces: Piece[], end: Node): void {
  for (const { nodes } of pieces) for (const node of nodes) end.parentNode!.insertBefore(node, end);
}

const isPresent = (node: Node): node is Element => node.nodeType === 1 && node.isConnected;

/** Move a node with all that goes on in it, where the browser can; else take it out and put it in. */
function move(node: Node, parent: Movable, before: Node): void {
  if (parent.moveBefore && node.isConnected && parent.isConnected) parent.moveBefore(node, before);
  else parent.insertBefore(node, before);
}

/** The places of a longest increasing subsequence among the numbers that are not negative. */
export function longestRun(numbers: number[]): Set<number> {
  const ends: number[] = []; // ends[n]: the place of the smallest number in which a run of n + 1 can end
  const before: number[] = [];
  numbers.forEach((number, place) => {
    if (number < 0) return;
    let low = 0;
    for (let high = ends.length; low < high;) {
      const middle = (low + high) >> 1;
      if (numbers[ends[middle]!]! < number) low = middle + 1;
      else high = middle;
    }
    before[place] = ends[low - 1] ?? -1;
    ends[low] = place;
  });
  const run = new Set<number>();
  for (let place = ends[ends.length - 1] ?? -1; place >= 0; place = before[place]!) run.add(place);
  return run;
}
