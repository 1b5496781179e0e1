import assert from "node:assert/strict";
import { test } from "node:test";
import { quiet } from "../support/dom";
import { open, settle, type Page } from "./page";

/** Rows are 20 pixels high, unless they say so; 5 of them are in sight. */
const HEIGHT = 100;

interface List extends Page {
  scroller: HTMLElement;
  /** Put rows into the page as a patch does: those that are there already stay the same elements. */
  show(first: number, end: number, total?: number, jumps?: number): void;
  /** Answer the question that is open with the rows that were asked for. */
  answer(): Promise<void>;
  scroll(top: number): void;
  spacers(): (string | undefined)[];
  asked(): unknown[];
  resized(): void;
}

const row = (index: number) => `<p live-key="${index}" data-height="${heights.get(index) ?? 20}">${index}</p>`;
const heights = new Map<number, number>();

async function list(count: number, total: number, build = (rows: string) => rows): Promise<List> {
  const jobs = new Map<number, () => void>();
  const resized: (() => void)[] = [];
  const rows = Array.from({ length: count }, (_, index) => row(index)).join("");
  const spaced = `<p live-window-before></p>${rows}<p live-window-after></p>`;
  const html = build(`<div live-window="visible" id="list">${spaced}</div>`);
  const page = open(`<div live-id="1">${html}</div>`, (start) => {
    start.signals.visible = { first: 0, count, total, jumps: 0 };
    layOut(start.window, jobs, resized);
  });
  await settle();
  const scroller = page.find<HTMLElement>("#list");
  const frame = () => {
    for (const [id, job] of jobs) (jobs.delete(id), job());
  };
  const made: List = {
    ...page,
    scroller,
    show(first, end, all = total, jumps = 0) {
      const list = page.find<HTMLElement>("#list");
      const there = new Map([...list.querySelectorAll("[live-key]")].map((each) => [each.textContent, each]));
      const wanted = Array.from({ length: end - first }, (_, place) => first + place);
      for (const [text, each] of there) if (!wanted.includes(Number(text))) each.remove();
      const after = list.querySelector("[live-window-after]")!;
      for (const index of wanted) {
        const fresh = page.document.createElement("p");
        list.insertBefore(there.get(String(index)) ?? fresh, after);
        if (fresh.isConnected) fresh.outerHTML = row(index);
      }
      page.signals.visible = { first, count: end - first, total: all, jumps };
      page.window.dispatchEvent(new page.window.CustomEvent("live:signals"));
    },
    async answer() {
      const { first, count } = page.sent.at(-1)!.values.visible as { first: number; count: number };
      made.show(first, Math.min(first + count, total));
      await page.sent.at(-1)!.answer();
    },
    scroll(top) {
      scroller.scrollTop = top;
      frame();
    },
    spacers: () => [...page.document.querySelectorAll<HTMLElement>("[aria-hidden]")].map(({ style }) => style.height),
    asked: () => page.sent.map(({ values }) => values.visible),
    resized() {
      for (const job of [...resized]) job();
      frame();
    },
  };
  return made;
}

/** What a browser knows about places and sizes, of elements that stand one below the other in their parent. */
function layOut(window: Page["window"], jobs: Map<number, () => void>, resized: (() => void)[]): void {
  const heightOf = (element: HTMLElement): number => {
    if (element.dataset.height) return Number(element.dataset.height);
    const inside = [...element.children].reduce((sum, each) => sum + heightOf(each as HTMLElement), 0);
    return parseFloat(element.style.height || "0") + inside;
  };
  const scrolls = new WeakMap<Element, number>();
  const scrollerOf = (element: Element) => element.closest("[live-window]");
  type Setter = (this: HTMLElement, value: number) => void;
  const define = (name: string, get: (this: HTMLElement) => unknown, set?: Setter) =>
    Object.defineProperty(window.HTMLElement.prototype, name, { configurable: true, get, ...(set && { set }) });
  define("clientHeight", () => HEIGHT);
  define("offsetHeight", function () {
    return heightOf(this);
  });
  define("clientWidth", function () {
    return Number(this.dataset.width ?? 300);
  });
  define(
    "scrollTop",
    function () {
      return Math.min(scrolls.get(this) ?? 0, Math.max(heightOf(this) - HEIGHT, 0));
    },
    function (value) {
      scrolls.set(this, Math.min(Math.max(value, 0), Math.max(heightOf(this) - HEIGHT, 0)));
      this.dispatchEvent(new window.Event("scroll"));
    },
  );
  window.HTMLElement.prototype.scrollTo = function (this: HTMLElement, { top }: ScrollToOptions) {
    this.scrollTop = top!;
  } as never;
  window.HTMLElement.prototype.getBoundingClientRect = function () {
    let top = 0;
    const scroller = scrollerOf(this);
    for (let at: Element = this; scroller && at !== scroller; at = at.parentElement!) {
      for (let other = at.previousElementSibling; other; other = other.previousElementSibling) {
        top += heightOf(other as HTMLElement);
      }
    }
    return { top: top - (scroller && scroller !== this ? scroller.scrollTop : 0) } as DOMRect;
  };
  let last = 0;
  window.requestAnimationFrame = ((job: () => void) => (jobs.set(++last, job), last)) as never;
  window.cancelAnimationFrame = (id: number) => void jobs.delete(id);
  window.ResizeObserver = class {
    #job: () => void;
    constructor(job: () => void) {
      this.#job = job;
    }
    observe() {
      if (!resized.includes(this.#job)) resized.push(this.#job);
    }
    unobserve() {}
    disconnect() {
      resized.splice(resized.indexOf(this.#job), 1);
    }
  } as never;
}

test("the spacers are as high as the rows that are not there", async () => {
  const page = await list(20, 1000);
  assert.deepEqual(page.spacers(), ["0px", "19600px"]);
  assert.deepEqual(page.asked(), []);
});

test("the next rows are asked for before the last ones are in sight, a screen more on each side", async () => {
  const page = await list(20, 1000);
  page.scroll(200); // rows 10 to 15
  assert.deepEqual(page.asked(), []);
  page.scroll(260); // rows 13 to 18
  assert.deepEqual(page.asked(), [{ first: 8, count: 15 }]);
  await page.answer();
  assert.deepEqual(page.spacers(), ["160px", "19540px"]);
  assert.equal(page.scroller.scrollTop, 260);
  assert.equal(page.sent.length, 1);
});

test("one question is open at a time, and the next one is for the place that is in sight then", async () => {
  const page = await list(20, 1000);
  for (const top of [5000, 9000, 12000]) page.scroll(top);
  assert.deepEqual(page.asked(), [{ first: 245, count: 15 }]);
  await page.answer();
  assert.deepEqual(page.asked().slice(1), [{ first: 595, count: 15 }]);
  await page.answer();
  assert.equal(page.sent.length, 2);
  assert.equal(page.scroller.scrollTop, 12000);
});

test("at the ends no more is asked for than there is", async () => {
  const page = await list(20, 1000);
  page.scroll(10 ** 9);
  await page.answer();
  assert.deepEqual(page.asked(), [{ first: 990, count: 10 }]);
  assert.deepEqual(page.spacers(), ["19800px", "0px"]);
  page.scroll(0);
  await page.answer();
  assert.deepEqual(page.asked().at(-1), { first: 0, count: 10 });
  assert.deepEqual(page.spacers(), ["0px", "19800px"]);
});

test("a list that is there in whole asks for nothing", async () => {
  const page = await list(7, 7);
  page.scroll(1000);
  assert.deepEqual(page.asked(), []);
  assert.deepEqual(page.spacers(), ["0px", "0px"]);
});

test("rows that come in above and are higher than the others do not push away what one reads", async () => {
  for (let index = 240; index < 250; index += 1) heights.set(index, 50);
  try {
    const page = await list(20, 1000);
    page.scroll(5100);
    await page.answer(); // rows 250 to 265
    const seen = page.find('[live-key="255"]');
    const before = seen.getBoundingClientRect().top;
    page.scroll(page.scroller.scrollTop - 80);
    assert.equal(page.sent.length, 2);
    await page.answer();
    assert.ok(page.find('[live-key="249"]'));
    assert.ok(Math.abs(seen.getBoundingClientRect().top - (before + 80)) <= 1);
  } finally {
    heights.clear();
  }
});

test("a row above that grows does not move what one reads", async () => {
  const page = await list(20, 20);
  page.scroll(200);
  page.find('[live-key="2"]').dataset.height = "90";
  page.resized();
  assert.equal(page.scroller.scrollTop, 270);
});

test("rows inserted above do not move what one reads", async () => {
  const page = await list(20, 20);
  page.scroll(200);
  page.find('[live-key="0"]').insertAdjacentHTML("beforebegin", row(99));
  page.signals.visible = { first: 0, count: 21, total: 21, jumps: 0 };
  page.window.dispatchEvent(new page.window.CustomEvent("live:signals"));
  assert.equal(page.scroller.scrollTop, 220);
});

test("who is at the beginning sees what is inserted there", async () => {
  const page = await list(20, 20);
  page.find('[live-key="0"]').insertAdjacentHTML("beforebegin", row(99));
  page.signals.visible = { first: 0, count: 21, total: 21, jumps: 0 };
  page.window.dispatchEvent(new page.window.CustomEvent("live:signals"));
  assert.equal(page.scroller.scrollTop, 0);
});

test("while somebody is scrolling, room is made above instead of scrolling against them", async () => {
  for (let index = 235; index < 245; index += 1) heights.set(index, 26);
  try {
    const page = await list(20, 1000);
    page.scroll(5000);
    await page.answer(); // rows 245 to 260
    page.scroll(4900);
    const seen = page.find('[live-key="246"]');
    const before = seen.getBoundingClientRect().top;
    const scrolled: number[] = [];
    page.scroller.addEventListener("scroll", () => scrolled.push(page.scroller.scrollTop));
    await page.answer();
    assert.ok(page.find('[live-key="240"]'));
    assert.deepEqual(scrolled, []);
    assert.equal(seen.getBoundingClientRect().top, before);
  } finally {
    heights.clear();
  }
});

test("elements that have come to stand for other rows are nothing to hold on to", async () => {
  const page = await list(20, 1000);
  page.scroll(200);
  for (const [place, each] of page.document.querySelectorAll("[live-key]").entries()) {
    each.textContent = String(place + 500);
    each.setAttribute("live-key", String(place + 500));
  }
  page.signals.visible = { first: 500, count: 20, total: 1000, jumps: 0 };
  page.window.dispatchEvent(new page.window.CustomEvent("live:signals"));
  assert.equal(page.scroller.scrollTop, 200);
  assert.deepEqual(page.asked(), [{ first: 5, count: 15 }]);
});

test("heights that somebody took away are given back, and the place in the list with them", async () => {
  const page = await list(20, 1000);
  page.scroll(5000);
  await page.answer();
  for (const spacer of page.document.querySelectorAll("[aria-hidden]")) spacer.removeAttribute("style");
  await settle();
  assert.deepEqual(page.spacers(), ["4900px", "14800px"]);
  assert.equal(page.scroller.scrollTop, 5000);
});

test("the server can send the page to a row", async () => {
  const page = await list(20, 1000);
  page.scroll(200);
  page.show(500, 520, 1000, 1);
  assert.equal(page.scroller.scrollTop, 10000);
  page.show(0, 20, 300, 2);
  assert.equal(page.scroller.scrollTop, 0);
});

test("a list that takes the place of another is where that one was", async () => {
  const page = await list(20, 1000);
  page.scroll(10000);
  page.find("[live-id]").innerHTML =
    `<div live-window="visible" id="list"><p live-window-before></p>${row(0)}${row(1)}<p live-window-after></p></div>`;
  page.signals.visible = { first: 0, count: 2, total: 1000, jumps: 0 };
  page.window.dispatchEvent(new page.window.CustomEvent("live:signals"));
  await settle();
  assert.equal(page.find("#list").scrollTop, 10000);
  assert.deepEqual(page.asked().at(-1), { first: 495, count: 15 });
});

test("a question that did not help is not asked again until something has changed", async () => {
  const page = await list(20, 1000);
  page.scroll(5000);
  await page.sent[0]!.answer();
  page.scroll(5000);
  assert.equal(page.sent.length, 1);
  page.scroll(5100);
  assert.equal(page.sent.length, 2);
});

test("after a refusal the next scrolling asks again", async () => {
  const page = await list(20, 1000);
  page.scroll(5000);
  await page.sent[0]!.answer({ ok: false });
  assert.equal(page.sent.length, 1);
  page.scroll(5000);
  assert.equal(page.sent.length, 2);
});

test("rows are measured again when the list becomes narrower", async () => {
  const page = await list(20, 1000);
  page.resized(); // as a browser does at first
  page.scroller.dataset.width = "200";
  for (const each of page.document.querySelectorAll<HTMLElement>("[live-key]")) each.dataset.height = "40";
  page.resized();
  assert.deepEqual(page.spacers(), ["0px", "39200px"]);
});

test("rows that were measured before they had their style are measured again", async () => {
  const page = await list(20, 1000);
  page.resized();
  for (const each of page.document.querySelectorAll<HTMLElement>("[live-key]")) each.dataset.height = "50";
  page.resized();
  assert.deepEqual(page.spacers(), ["0px", "49000px"]);
});

test("rows of a table are numbered among all, the header included", async () => {
  const page = await list(3, 50, () => {
    const rows = [0, 1, 2].map((each) => `<tr live-key="${each}" data-height="20"><td>${each}</td></tr>`).join("");
    return `<div live-window="visible" id="list"><table><thead data-height="20"><tr></tr></thead>
      <tbody><tr live-window-before></tr>${rows}<tr live-window-after></tr></tbody></table></div>`;
  });
  assert.equal(page.find("table").getAttribute("aria-rowcount"), "51");
  const numbers = [...page.document.querySelectorAll("[live-key]")].map((each) => each.getAttribute("aria-rowindex"));
  assert.deepEqual(numbers, ["2", "3", "4"]);
});

test("items of a list know their place in all of it", async () => {
  const page = await list(0, 0, () => {
    const rows = [0, 1].map((each) => `<li live-key="${each}" data-height="20">${each}</li>`).join("");
    return `<ul live-window="visible" id="list"><li live-window-before></li>${rows}<li live-window-after></li></ul>`;
  });
  page.signals.visible = { first: 30, count: 2, total: 90, jumps: 0 };
  page.window.dispatchEvent(new page.window.CustomEvent("live:signals"));
  const [first] = page.document.querySelectorAll("li[live-key]");
  assert.deepEqual([first!.getAttribute("aria-setsize"), first!.getAttribute("aria-posinset")], ["90", "31"]);
  assert.equal(page.find("[live-window-before]").getAttribute("aria-hidden"), "true");
});

test("the keyboard can reach the list, and stays in it when the row with the focus is scrolled away", async () => {
  const page = await list(20, 1000);
  assert.equal(page.scroller.tabIndex, 0);
  const link = page.find('[live-key="3"]');
  link.tabIndex = -1;
  link.focus();
  page.show(500, 520);
  assert.equal(page.document.activeElement, page.scroller);
});

test("a list without its spacers is reported", async () => {
  const said = quiet();
  const page = open(`<div live-id="1"><div live-window="visible"></div></div>`, ({ signals, window }) => {
    signals.visible = { first: 0, count: 1, total: 1, jumps: 0 };
    layOut(window, new Map(), []);
  });
  await settle();
  assert.match(said.join(), /live-window="visible" needs live-window-before and live-window-after around its rows/);
  page.stop();
});

test("a list that has left the page listens no more", async () => {
  const page = await list(20, 1000);
  page.scroller.remove();
  await settle();
  page.scroll(5000);
  assert.deepEqual(page.asked(), []);
});

test("a dialog with live-window, or what has it without a field, is no list", async () => {
  const page = open('<div live-id="1"><dialog live-window="x"></dialog><div live-window id="host"></div></div>');
  await settle();
  assert.deepEqual(
    [page.find("dialog").hasAttribute("tabindex"), page.find("#host").hasAttribute("tabindex")],
    [false, false],
  );
});
