/**
 * What the gallery adds to the page by itself: finding a word, writing down what came, confetti. What a button does
 * stands beside it.
 */
const live = globalThis.liveactions; // started by {% live_client %}, which comes before this module

// Finding a word: what is looked for may stand in its name, its spellings, or what it says of itself.
const index = document.querySelector(".index");
const find = document.querySelector("#index_find");
const links = [...document.querySelectorAll(".index__rooms li a")];

find.addEventListener("input", () => {
  const wanted = find.value.trim().toLowerCase();
  let found = 0;
  for (const link of links) {
    const word = wordOf(link);
    const hidden = !word.dataset.search.includes(wanted);
    word.hidden = link.parentElement.hidden = hidden;
    found += Number(!hidden);
  }
  for (const room of document.querySelectorAll(".room, .index__room")) {
    room.hidden = !room.querySelector(".word:not([hidden]), li:not([hidden])");
  }
  document.querySelector("#index_none").hidden = found > 0;
});

find.addEventListener("keydown", (event) => {
  const first = links.find((link) => !link.parentElement.hidden);
  if (event.key === "Enter" && first) first.click();
});

const jump = document.querySelector("#index_jump");
jump.addEventListener("change", () => {
  if (jump.value) location.hash = jump.value;
});

// The word that one looks at is marked in the index.
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const link = links.find((each) => wordOf(each) === target);
      if (isIntersecting) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      if (isIntersecting) keepInSight(link);
    }
  },
  { rootMargin: "-20% 0px -70% 0px" },
);
for (const link of links) seen.observe(wordOf(link));

// Only the index is scrolled: scrollIntoView() would take the page along.
function keepInSight(link) {
  const [place, frame] = [link.getBoundingClientRect(), index.getBoundingClientRect()];
  if (place.top < frame.top + 60 || place.bottom > frame.bottom) index.scrollTop += place.top - frame.top - frame.height / 2;
}

function wordOf(link) {
  return document.querySelector(link.hash);
}

// Events of the gallery's actions, and on which element they arrived.
addEventListener("gallery:hello", (event) => {
  const where = event.target === window ? "window" : `#${event.target.id}`;
  write("#event_log", `${event.type} on ${where}, ${event.detail.time}`, "prepend");
});

// Frames: what came of the three buttons that say the same in three ways.
let way = null;
addEventListener("live:call:start", ({ detail }) => {
  way = document.querySelector(`#frames_${CSS.escape(detail.action)}`);
  way?.replaceChildren();
});
addEventListener("live:call:end", () => (way = null));
addEventListener("live:result", ({ detail }) => {
  if (way) write(`#${way.id}`, JSON.stringify(detail.result, null, 1), "append");
});

function write(list, text, how) {
  const item = document.createElement("li");
  item.textContent = text;
  document.querySelector(list)?.[how](item);
}

// A word of this site's own.
live.result("gallery.confetti", ({ pieces }) => {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return announce();
  rain(pieces);
});

function announce() {
  const line = document.createElement("p");
  line.className = "confetti__line";
  line.role = "status";
  line.textContent = "Hooray!";
  document.body.append(line);
  setTimeout(() => line.remove(), 2500);
}

function rain(pieces) {
  const sky = document.createElement("div");
  sky.className = "confetti";
  sky.ariaHidden = "true";
  document.body.append(sky);
  const falls = Array.from({ length: pieces }, (_, number) => fall(sky, number));
  Promise.allSettled(falls.map((animation) => animation.finished)).then(() => sky.remove());
}

function fall(sky, number) {
  const paper = document.createElement("i");
  paper.className = `confetti__paper confetti__paper--${number % 5}`;
  sky.append(paper);
  const [left, drift, turns] = [Math.random() * 100, Math.random() * 20 - 10, Math.random() * 6 - 3];
  return paper.animate(
    [
      { transform: `translate(${left}vw, -5vh)`, opacity: 1 },
      { opacity: 1, offset: 0.8 },
      { transform: `translate(${left + drift}vw, 105vh) rotate(${turns}turn)`, opacity: 0 },
    ],
    { duration: 1400 + Math.random() * 1200, delay: Math.random() * 250, easing: "cubic-bezier(.3,.1,.7,1)", fill: "both" },
  );
}
