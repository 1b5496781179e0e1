/** Random blocks, random values for them, and random changes from one set of values to the next. */
import type { Chance } from "../support/chance";
import { attribute, block, branch, inSvg, loop, run, tag, type Block, type Slot, type Values } from "./blocks";

/** What may stand in a block: `names` are elements that take any of the others. */
interface Vocabulary {
  names: string[];
  texts: string[];
  html: string[];
}

const HTML: Vocabulary = {
  names: ["b", "i", "u", "code"],
  texts: ["", "", "a", "b c", " ", "\n", "x &amp; y", "&lt;b&gt;", "ä😀"],
  html: ["<em>1</em>", "<em>2</em> and <s>3</s>", "4<em></em>", "<!-- a comment -->5", '<em id="six">6</em><em>7</em>'],
};
const SVG: Vocabulary = {
  names: ["g", "text", "marker"],
  texts: ["", "1", "x &amp; y"],
  html: ["<path/>", '<g id="g"/><path d="M0 0"/>'],
};

/** A block with one root element. */
export function someRoot(chance: Chance): Block {
  const inner = someBlock(chance, 3, HTML);
  return joined(block`<div ${attribute("class")}>`, inner, block`</div>`);
}

/** Any block; depth is how many blocks may be inside it, one in the other. */
function someBlock(chance: Chance, depth: number, words: Vocabulary): Block {
  return joined(...many(chance, 5, () => somePart(chance, depth, words)));
}

function somePart(chance: Chance, depth: number, words: Vocabulary): Block {
  const part = () => someBlock(chance, depth - 1, words);
  const name = chance.of(...words.names);
  return chance.of<() => Block>(
    () => block([chance.of(...words.texts)]),
    () => ofSlot(run(true)),
    () => joined(block([`<${name}>`]), ofSlot(run()), block([`</${name}>`])),
    () =>
      joined(
        block([`<${name} `]),
        ofSlot(chance.of(attribute("title"), attribute("class"), tag())),
        block([">"]),
        part(),
        block([`</${name}>`]),
      ),
    () => ofSlot(depth > 0 ? branch(...many(chance, 3, part), part()) : run(true)),
    () => ofSlot(depth > 0 ? loop(part()) : run(true)),
    () => (depth > 1 && words !== SVG ? table(chance) : block`<!-- static -->`),
    () => (depth > 1 && words !== SVG ? svg(chance) : block`<!-- another -->`),
  )();
}

const table = (chance: Chance): Block =>
  block`<table><tbody>${loop(joined(block`<tr>`, ...many(chance, 3, () => block`<td>${run()}</td>`), block`${branch(block`<td ${attribute("class")}></td>`)}</tr>`))}</tbody></table>`;

const svg = (chance: Chance): Block => {
  const inner = inAll(someBlock(chance, 1, SVG));
  return joined(block`<svg ${attribute("xlink:href")}>`, inner, block`</svg>`);
};

/** The blocks inside an svg are read as svg. */
function inAll(outer: Block): Block {
  const blocks = ({ blocks: inner }: Slot) => inner && { blocks: inner.map((one) => inSvg(inAll(one))) };
  return { ...outer, slots: outer.slots.map((slot) => ({ ...slot, ...blocks(slot), inSvg: true })) };
}

const ofSlot = (slot: Slot): Block => block`${slot}`;

function joined(...blocks: Block[]): Block {
  const statics = [""];
  for (const { statics: more } of blocks) statics.push(statics.pop()! + more[0], ...more.slice(1));
  return block(statics, ...blocks.flatMap(({ slots }) => slots));
}

const many = <T>(chance: Chance, limit: number, make: () => T): T[] =>
  Array.from({ length: chance.below(limit) }, make);

// Values ------------------------------------------------------------------------------------------------------

export const someValues = (chance: Chance, { slots }: Block): Values => slots.map((slot) => someValue(chance, slot));

function someValue(chance: Chance, { kind, blocks = [], inSvg: isSvg }: Slot): unknown {
  const words = isSvg ? SVG : HTML;
  if (kind === 0) return chance.of(...words.texts, ...words.texts, ...words.html);
  if (kind === 1) return chance.of("", "a", "a b", "x &amp; y", "c");
  if (kind === 2) return chance.of("", " title=a", ' title="b" lang=de', " hidden");
  if (kind === 5) return many(chance, chance.of(1, 3, 6), () => someValues(chance, blocks[0]!));
  const alternative = chance.below(blocks.length + 1) - 1;
  return alternative < 0 ? null : [alternative, someValues(chance, blocks[alternative]!)];
}

/** Other values, and the changes that lead to them. */
export function evolved(chance: Chance, { slots }: Block, values: Values): [Values, unknown[]] {
  const next = [...values];
  const changes: unknown[] = [];
  slots.forEach((slot, number) => {
    if (chance.below(2)) return;
    const [value, change] = evolvedSlot(chance, slot, values[number]);
    next[number] = value;
    changes.push(number, change);
  });
  return [next, changes];
}

function evolvedSlot(chance: Chance, slot: Slot, value: any): [unknown, unknown] {
  if (slot.kind === 5) return evolvedRows(chance, slot.blocks![0]!, value);
  if (slot.kind === 4 && value && chance.below(2)) {
    const [inside, changes] = evolved(chance, slot.blocks![value[0]]!, value[1]);
    return [
      [value[0], inside],
      [-1, changes],
    ];
  }
  const next = someValue(chance, slot);
  return [next, next];
}

function evolvedRows(chance: Chance, row: Block, old: Values[]): [Values[], unknown[]] {
  const [layout, rows] = chance.below(3) ? laidOut(chance, row, old) : [null, [...old]];
  const changes = rows.flatMap((values, index) => {
    if (chance.below(2)) return [];
    const [next, change] = chance.below(4) ? evolved(chance, row, values) : whole(someValues(chance, row));
    rows[index] = next;
    return [index, change];
  });
  return [rows, [layout, ...changes]];
}

const whole = (values: Values): [Values, unknown[]] => [values, [-1, values]];

function laidOut(chance: Chance, row: Block, old: Values[]): [unknown[], Values[]] {
  const pieces: [unknown[], Values[]][] = [];
  for (let start = 0; start < old.length;) {
    const count = 1 + chance.below(old.length - start);
    if (chance.below(4)) pieces.push([[start, count], old.slice(start, start + count)]);
    start += count;
  }
  for (const fresh of many(chance, 3, () => many(chance, 3, () => someValues(chance, row))))
    pieces.push([[-1, fresh], fresh]);
  const order = chance.below(2)
    ? pieces
    : pieces
        .map((piece) => [chance.fraction(), piece] as const)
        .sort((a, b) => a[0] - b[0])
        .map(([, piece]) => piece);
  return [order.flatMap(([part]) => part), order.flatMap(([, rows]) => rows)];
}
