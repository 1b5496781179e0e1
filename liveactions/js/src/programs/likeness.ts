/** Which of the nodes that stand in a place are those that new HTML speaks of. */

/** Whether `next` is the new word about `old`; elements that are `alone` in their place need no name for that. */
export function isAlike(old: Node, next: Node, alone: boolean): boolean {
  if (old.nodeName !== next.nodeName) return false;
  if (old.nodeType !== 1) return true;
  const [before, after] = [old as Element, next as Element];
  return markOf(before) === markOf(after) || (alone && !isComponent(before) && !isComponent(after));
}

const isComponent = (element: Element): boolean => element.hasAttribute("live-id");

const MARKING = ["live-id", "id", "live-key", "name"];

/** What an element is known by: a name of its own, or of the first element in it that has one. */
function markOf(element: Element): string {
  const named = [element, element.querySelector(MARKING.map((name) => `[${name}]`).join())];
  return named.flatMap((one) => MARKING.map((name) => one?.getAttribute(name))).find(Boolean) ?? "";
}
