/** Showing an element in another place without moving it: a picture of it stands there that nobody can touch. */
import { diagnose } from "../diagnostics";
import type { Facet } from "../holds";

const ghosts = new WeakMap<Element, [ghost: Element, where: string]>();
/** Everything else in a picture is decoration. */
const MEANING = /^(live-.*|id|name|for|aria-.*|role|tabindex|autofocus|contenteditable|hidden|data-live-moved)$/;

/** In which place (a selector) an element is shown; null: where it is. */
export function ghostIn(document: Document): Facet<string | null> {
  return {
    name: "#place",
    read: (element) => {
      const [ghost, where] = ghosts.get(element) ?? [];
      return ghost?.isConnected ? where! : null;
    },
    write: (element, where) => {
      ghosts.get(element)?.[0].remove();
      ghosts.delete(element);
      if (where === null || !element.isConnected) return; // who has left the page is not on the way
      const place = document.querySelector(where);
      if (!place) return diagnose("optimistic.target", `There is no element ${where} to move to.`, element);
      const ghost = pictureOf(element);
      ghosts.set(element, [ghost, where]);
      place.append(ghost);
    },
  };
}

function pictureOf(element: Element): Element {
  const picture = element.cloneNode(true) as Element;
  for (const part of [picture, ...picture.querySelectorAll("*")])
    for (const name of part.getAttributeNames()) if (MEANING.test(name)) part.removeAttribute(name);
  for (const name of ["inert", "live-ignore", "data-live-optimistic"]) picture.setAttribute(name, "");
  picture.setAttribute("aria-hidden", "true");
  return picture;
}
