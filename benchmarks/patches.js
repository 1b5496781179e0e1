/** The page's side of patches.py: a socket that plays what it is given, a clock, and an account of what is written. */
window.bench = {
  /** What the socket answers to the first, the second … frame that the page sends. */
  replies: [],
  bytes: (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer,

  /** Perform frames as they come from the socket, with all that happens before the page does something else. */
  async play(frames) {
    const messages = frames.map((data) => ({ data: this.bytes(data) }));
    const began = performance.now();
    for (const message of messages) {
      this.socket.onmessage(message);
      await null;
    }
    return ((performance.now() - began) / messages.length) * 1000;
  },

  /** Make the table what each HTML says, by idiomorph. */
  async morph(htmls) {
    const table = document.querySelector("table");
    const began = performance.now();
    for (const html of htmls) {
      Idiomorph.morph(table, html);
      await null;
    }
    return ((performance.now() - began) / htmls.length) * 1000;
  },

  /** What is written while `work` runs: text nodes, attributes, rows that come, go or move, and other nodes. */
  async writes(work) {
    const records = [];
    const observer = new MutationObserver((more) => records.push(...more));
    observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    await work();
    await null;
    records.push(...observer.takeRecords());
    observer.disconnect();
    const of = (wanted) => records.filter(({ type }) => type === wanted);
    const nodes = [...new Set(of("childList").flatMap((record) => [...record.addedNodes, ...record.removedNodes]))];
    const rows = nodes.filter(({ nodeName }) => nodeName === "TR").length;
    const texts = new Set(of("characterData").map(({ target }) => target)).size;
    return { texts, attributes: of("attributes").length, rows, others: nodes.length - rows };
  },

  /** Whether the table is what a parser makes of this HTML. */
  isLike(html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const present = document.querySelector("table").cloneNode(true);
    for (const { name } of [...present.attributes]) if (name.startsWith("live-")) present.removeAttribute(name);
    present.normalize();
    return present.isEqualNode(fresh.content.firstElementChild);
  },
};

window.WebSocket = class {
  readyState = 1;
  #sent = 0;

  constructor() {
    window.bench.socket = this;
    setTimeout(() => this.onopen({}));
  }

  send() {
    const frames = window.bench.replies[this.#sent++] ?? [];
    for (const data of frames.map(window.bench.bytes)) setTimeout(() => this.onmessage({ data }));
  }

  close() {}
};
