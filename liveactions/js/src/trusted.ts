/**
 * HTML and script URLs from the server, as a page with `require-trusted-types-for 'script'` wants them. One policy,
 * named "liveactions"; allow it in the header with `trusted-types liveactions`.
 */
import { diagnose } from "./diagnostics";

interface Policy {
  createHTML(html: string): string;
  createScriptURL(url: string): string;
}

const PLAIN: Policy = { createHTML: (html) => html, createScriptURL: (url) => url };
const policies = new WeakMap<object, Policy>();

/** The policy of a window; it is made once. */
function policyOf(window: Window): Policy {
  let policy = policies.get(window);
  if (!policy) policies.set(window, (policy = makePolicy(window)));
  return policy;
}

function makePolicy(window: Window): Policy {
  const factory = (window as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }).trustedTypes;
  try {
    return factory?.createPolicy("liveactions", PLAIN) ?? PLAIN;
  } catch {
    diagnose(
      "policy.refused",
      'The page\'s CSP refuses the policy "liveactions"; allow it: trusted-types liveactions.',
      window.document,
    );
    return PLAIN;
  }
}

/** The language that a place is read in: HTML, or the inside of an `<svg>` or a `<math>`. */
export type Language = "" | "svg" | "math";

/** Elements of these languages inside which HTML is spoken again. */
const HTML_AGAIN: Readonly<Record<Language, RegExp>> = {
  "": /^/,
  svg: /^(foreignObject|desc|title)$/,
  math: /^(m[inos]|mtext|annotation-xml)$/,
};

/** The language of an element's own tag. */
export function languageOf(element: Partial<Element>): Language {
  return (/svg$|Math/.exec(element.namespaceURI ?? "")?.[0].toLowerCase() as Language | undefined) ?? "";
}

/** The language of what is inside `place`. */
export function languageIn(place: Node): Language {
  const language = languageOf(place as Partial<Element>);
  return HTML_AGAIN[language].test((place as Partial<Element>).localName ?? "") ? "" : language;
}

/** Parsed HTML whose scripts will never run: a template marks them as already started, and copies keep the mark. */
export function parseHtml(html: string, document: Document, language: Language = ""): DocumentFragment {
  const template = document.createElement("template");
  const text = language ? `<${language}>${html}</${language}>` : html;
  template.innerHTML = policyOf(document.defaultView!).createHTML(text);
  const { content } = template;
  if (language) content.replaceChildren(...content.firstChild!.childNodes);
  return content;
}

/** Attributes that such a page guards: what they hold may run. */
export const GUARDED = /^(on|srcdoc$)/;

/**
 * Write a guarded attribute. Text that would be a handler is nobody's business here to bless: a page that guards
 * against it keeps the handler it has.
 */
export function writeGuarded(element: Element, name: string, value: string): void {
  try {
    element.setAttribute(
      name,
      name === "srcdoc" ? policyOf(element.ownerDocument.defaultView!).createHTML(value) : value,
    );
  } catch {
    diagnose(
      "policy.handler",
      `The page's CSP keeps ${name} as it is; use live-${name.slice(2)}.`,
      element,
    );
  }
}

export function scriptUrl(url: string, document: Document): string {
  return policyOf(document.defaultView!).createScriptURL(url);
}
