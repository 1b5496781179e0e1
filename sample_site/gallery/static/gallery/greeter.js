// Loaded by LoadJS, once however often it is asked for. What follows in the same answer waits until this has run.
let greeted = 0;

addEventListener("gallery:greet", ({ detail }) => {
  greeted += 1;
  const stage = document.querySelector("#load_stage");
  if (stage) stage.textContent = `Hello ${detail.name}, greeted ${greeted} time${greeted === 1 ? "" : "s"} by one module.`;
});
