/**
 * What lists and forms of records do with the keyboard. Without it everything works by mouse and tab key; what a click
 * does is written in the templates.
 *
 * In a list one cell can be reached with the tab key, and the arrow keys go on from there. Space selects the row (with
 * Shift: all from the last one), Enter opens the record, or edits a cell that can be edited, and so does F2.
 */
const live = globalThis.liveactions; // started by {% live_client %}, which comes before this module

const CELLS = "th, td";
const CONTROLS = "a[href], button:not(:disabled), input:not(:disabled)";
const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** What takes the focus for a cell: its link, its button, or the cell itself. */
function reachable(cell) {
  return cell.querySelector(CONTROLS) ?? cell;
}

live.hook("LiveRecordsList", {
  mounted() {
    this.listeners = { click: (event) => this.clicked(event), keydown: (event) => this.pressed(event) };
    for (const [type, listener] of Object.entries(this.listeners)) this.el.addEventListener(type, listener);
    this.el.addEventListener("focusin", (event) => this.entered(event));
    this.updated();
  },

  /** One cell of the list is in the order of the tab key; and the address says what the list shows. */
  updated() {
    const table = this.el.querySelector("table");
    if (!table) return;
    const cells = [...table.querySelectorAll(CELLS)].map(reachable);
    const here = cells.find((cell) => cell === document.activeElement) ?? cells.find((cell) => cell === this.current);
    this.current = here ?? cells[0];
    for (const cell of cells) cell.tabIndex = cell === this.current ? 0 : -1;
    const { place } = this.el.dataset;
    if (place && place !== location.pathname + location.search) history.replaceState(history.state, "", place);
  },

  entered(event) {
    const cell = event.target.closest(CELLS);
    if (!cell || event.target.closest(".live-records__editor")) return;
    if (this.current) this.current.tabIndex = -1;
    this.current = reachable(cell);
    this.current.tabIndex = 0;
  },

  /** With Shift a click means more: sort by this column too, select all rows up to here. */
  clicked(event) {
    if (!event.shiftKey) return;
    const box = event.target.closest("tbody input[type=checkbox]");
    const head = event.target.closest(".live-records__sort");
    if (!box && !head) return;
    event.stopPropagation();
    if (head) this.call("sort", { column: head.getAttribute("live-value-column"), add: true });
    else this.call("select", { pk: box.getAttribute("live-value-pk"), through: true });
  },

  pressed(event) {
    const cell = event.target.closest(CELLS);
    if (!cell || event.target.closest(".live-records__editor") || event.altKey || event.ctrlKey || event.metaKey) return;
    const row = cell.closest("tr[data-pk]");
    const done = STEPS[event.key] ? this.go(cell, ...STEPS[event.key]) : this.act(event, cell, row);
    if (done) event.preventDefault();
  },

  go(cell, down, right) {
    const rows = [...this.el.querySelectorAll("tr")].filter((row) => row.querySelector(CELLS));
    const row = cell.parentElement;
    const next = rows[rows.indexOf(row) + down];
    const target = next?.children[[...row.children].indexOf(cell) + right];
    if (!target) return true;
    const goal = reachable(target);
    if (goal === target) target.tabIndex = -1;
    goal.focus();
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  },

  act(event, cell, row) {
    if (!row) return false;
    const { pk } = row.dataset;
    const editable = cell.classList.contains("is-editable");
    const isLink = event.target.matches("a");
    if (event.key === " " && !event.target.matches("button")) {
      return !!this.call("select", { pk, through: event.shiftKey });
    }
    if (editable && (event.key === "F2" || (event.key === "Enter" && !isLink))) {
      return !!this.call("edit", { pk, column: cell.dataset.column });
    }
    if (event.key === "Enter" && !isLink) {
      const link = row.querySelector(".live-records__open");
      if (link) link.click();
      else this.call("open", { pk });
      return true;
    }
    return false;
  },

  destroyed() {
    for (const [type, listener] of Object.entries(this.listeners)) this.el.removeEventListener(type, listener);
  },
});

/** A cell that is being edited has the focus; it gets it back when that has ended. */
live.hook("LiveRecordsEditor", {
  mounted() {
    this.cell = this.el.closest(CELLS);
    const control = this.el.querySelector("input, select, textarea");
    control?.focus();
    control?.select?.();
  },
  destroyed() {
    const { cell } = this;
    if (!cell?.isConnected || (document.activeElement && document.activeElement !== document.body)) return;
    const goal = reachable(cell);
    if (goal === cell) cell.tabIndex = 0;
    goal.focus();
  },
});

/** Who leaves a form with something entered is asked by the browser. */
live.hook("LiveRecordsForm", {
  mounted() {
    this.changed = false;
    this.el.addEventListener("input", () => (this.changed = true));
    this.el.addEventListener("submit", () => (this.changed = false));
    this.guard = (event) => this.isDirty() && event.preventDefault();
    window.addEventListener("beforeunload", this.guard);
  },
  isDirty() {
    return this.el.isConnected && (this.changed || !!this.el.querySelector("[aria-invalid=true]"));
  },
  destroyed() {
    window.removeEventListener("beforeunload", this.guard);
  },
});
