/** Making elements. Text is text; only what the server says is markup is parsed, so it passes any content security policy. */
import { parseHtml } from "../trusted";

type Child = Node | string | null | false;

/** An element with attributes (null: left out) and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  document: Document,
  tag: K,
  attributes: Record<string, string | null> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...children.filter((child): child is Node | string => child !== null && child !== false));
  return element;
}

/** A message as it is to be shown: text, or the markup that the server has made. */
export function content(document: Document, message: string, html = false): Node {
  return html ? document.importNode(parseHtml(message, document), true) : document.createTextNode(message);
}

const SHAPES = {
  info: "M10 9v5 M10 6v.01 M10 2a8 8 0 1 1 0 16a8 8 0 0 1 0-16",
  success: "M6.5 10.5l2.5 2.5l4.5-5.5 M10 2a8 8 0 1 1 0 16a8 8 0 0 1 0-16",
  warning: "M10 8v4 M10 14.5v.01 M10 2.8l8 14.2h-16z",
  error: "M10 6v5 M10 14v.01 M6.7 2h6.6l4.7 4.7v6.6l-4.7 4.7h-6.6l-4.7-4.7v-6.6z",
  close: "M5.5 5.5l9 9 M14.5 5.5l-9 9",
};
const SVG = "http://www.w3.org/2000/svg";

/** A line drawing in the colour of the text; decoration, so screen readers pass it by. */
export function icon(document: Document, shape: keyof typeof SHAPES): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ class: "live-icon", viewBox: "0 0 20 20", "aria-hidden": "true" }))
    svg.setAttribute(name, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[shape]);
  svg.append(path);
  return svg;
}

let count = 0;

/** An id that nothing else in the page has. */
export function freshId(): string {
  return `live-ui-${++count}`;
}

/** Give the focus back to where it was, unless the user has moved on. */
export function refocus(element: Element | null): void {
  if (element?.isConnected) (element as HTMLElement).focus({ preventScroll: true });
}
