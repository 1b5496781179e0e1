/** Whatever the changes, a page that was bound and written into looks like a fresh parse of the last values. */
import { Authorship } from "../../src/authorship";
import { Drafts } from "../../src/drafts";
import { Morph } from "../../src/morph";
import { apply } from "../../src/programs/apply";
import { bind } from "../../src/programs/bind";
import { compile } from "../../src/programs/program";
import type { Chance } from "../support/chance";
import { bare, formOf, freshOf, htmlOf, pageOf } from "./blocks";
import { evolved, someRoot, someValues } from "./random";

/** Raises with what was seen and what was wanted. */
export function check(window: Window & typeof globalThis, chance: Chance): void {
  const { document } = window;
  const block = someRoot(chance);
  let values = someValues(chance, block);
  document.body.innerHTML = pageOf(block, values, "p", { marks: ' live-id="1"' });
  const root = document.body.firstElementChild!;
  const authorship = new Authorship(window);
  authorship.watch(root);
  const drafts = new Drafts();
  const tools = { root: document, authorship, drafts, morph: new Morph(authorship, drafts) };
  const instance = authorship.write(() => bind(compile(formOf(block), document), root, () => false));
  for (let step = 0; step < 6; step += 1) {
    const [next, changes] = evolved(chance, block, values);
    apply(tools, root, instance, changes);
    const wanted = freshOf(document, block, next);
    wanted.normalize();
    const seen = bare(root);
    if (!seen.isEqualNode(wanted))
      throw new Error(
        [`step ${step} ${JSON.stringify(changes)}`, htmlOf(block, values), wanted.outerHTML, seen.outerHTML].join("\n"),
      );
    values = next;
  }
  authorship.stop();
}
