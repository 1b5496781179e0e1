/**
 * What the desk adds to a page by itself: marking where a card may be dropped, closing menus, copying a command.
 * Nothing here knows a server; what a click or a drop does is written in the templates.
 */

const live = globalThis.liveactions; // started by {% live_client %}, which comes before this module

// Dragging: the column under the card is marked.
document.addEventListener("dragstart", () => document.body.classList.add("is-dragging"));
document.addEventListener("dragover", (event) => mark(event.target.closest?.("[live-drop]")));
document.addEventListener("dragend", unmark);
document.addEventListener("drop", unmark);

function mark(column) {
  for (const other of document.querySelectorAll(".is-over")) if (other !== column) other.classList.remove("is-over");
  column?.classList.add("is-over");
}

function unmark() {
  mark(null);
  document.body.classList.remove("is-dragging");
}

// Menus: one open at a time; a choice, Escape or a click elsewhere closes.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest(".menu__list button")) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  // A dialog in front of everything takes its Escape for itself.
  if (event.key !== "Escape" || event.target.closest?.("dialog")) return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
    return;
  }
  document.querySelector("[data-close-on-escape]")?.click();
});

// Copying.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard?.writeText(button.dataset.copy);
  button.classList.add("is-done");
  setTimeout(() => button.classList.remove("is-done"), 1500);
});

// The accounts on the sign-in page fill in the form.
document.addEventListener("click", (event) => {
  const account = event.target.closest?.("[data-account]");
  if (!account) return;
  const form = document.querySelector("form");
  form.elements.username.value = account.dataset.account;
  form.elements.password.value = account.dataset.password;
  form.requestSubmit();
});

// A drawer takes the focus when it opens, and gives it back when it closes.
live.hook("drawer", {
  mounted() {
    this.opener = document.activeElement?.id;
    this.el.focus();
  },
  destroyed() {
    if (document.activeElement === document.body) document.getElementById(this.opener)?.focus();
  },
});
