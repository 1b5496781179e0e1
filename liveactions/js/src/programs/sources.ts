/** Values are source text as it stands in a template: here the parser says what they mean in their place. */
import { languageOf, parseHtml } from "../trusted";

/** What only a parser reads right. */
const WRITTEN = /[&\r\0]/;

/** Text among nodes. */
export function textOf(source: string, document: Document): string {
  return WRITTEN.test(source) ? parseHtml(source, document).textContent! : source;
}

/** The value of an attribute, whichever quotes were around it. */
export function valueOf(source: string, element: Element, document: Document): string {
  if (!WRITTEN.test(source)) return source;
  return attributesIn(` x="${source.replaceAll('"', "&quot;")}"`, element, document)[0]!.value;
}

/** What is inside an element that holds text only; `isRaw` if entities mean nothing in it. */
export function contentOf(source: string, { localName }: Element, isRaw: boolean, document: Document): string {
  if (isRaw) return source.replace(/\r\n?/g, "\n");
  return parseHtml(`<${localName}>${source}</${localName}>`, document).textContent!;
}

/** The attributes that the source of a tag gives to an element, named as they are there (`viewBox`, `@click`). */
export function attributesIn(source: string, element: Element, document: Document): Attr[] {
  const { firstElementChild } = parseHtml(`<x${source}>`, document, languageOf(element));
  return [...firstElementChild!.attributes];
}
