// Writes down the events that the gallery's actions dispatch, and on which element they arrived.
addEventListener("gallery:hello", (event) => {
  const list = document.querySelector("#event_log");
  const item = document.createElement("li");
  const where = event.target === window ? "window" : `#${event.target.id}`;
  item.textContent = `${event.type} on ${where}, ${event.detail.time}`;
  list?.prepend(item);
});
