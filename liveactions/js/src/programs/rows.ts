/** The order of things among the children of an element, brought about with as few moves as can be. */
import { scrolledIn } from "../morph";

/** Something that is to stand in the row: its nodes, and where it stood before (-1: nowhere here). */
export interface Piece {
  nodes: Node[];
  was: number;
}

type Movable = Node & { moveBefore?(node: Node, before: Node | null): void };

/**
 * Put `pieces` one after another before `end`. The longest run that is in order already stays; `isPassing` says of
 * other nodes there that they do not count: they leave, or nobody asked the server about them.
 */
export function arrange(pieces: Piece[], end: Node, isPassing: (node: Node) => boolean): void {
  const parent = end.parentNode!;
  const staying = longestRun(pieces.map(({ was }) => was));
  const moving = new Set(pieces.filter((_, index) => !staying.has(index)).flatMap(({ nodes }) => nodes));
  const scrolled = "moveBefore" in parent ? [] : [...moving].filter(isPresent).flatMap(scrolledIn);
  let next = end;
  for (const { nodes } of [...pieces].reverse()) {
    for (const node of [...nodes].reverse()) {
      moving.delete(node);
      if (node.parentNode !== parent || follower(node, moving, isPassing) !== next) move(node, parent, next);
      next = node;
    }
  }
  for (const [element, top, left] of scrolled) element.scrollTo?.({ top, left, behavior: "instant" });
}

const isPresent = (node: Node): node is Element => node.nodeType === 1 && node.isConnected;

function follower(node: Node, moving: Set<Node>, isPassing: (node: Node) => boolean): Node | null {
  let next = node.nextSibling;
  while (next && (moving.has(next) || isPassing(next))) next = next.nextSibling;
  return next;
}

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
    for (let high = ends.length; low < high; ) {
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
