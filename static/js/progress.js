// Replaces a progress fragment by its newer self until it names no address any more; then the page shows the end.
const PAUSE = 1000;
const LONGEST = 10000;

async function look(box, pause) {
  const answer = await fetch(box.dataset.poll, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return wait(box, Math.min(pause * 2, LONGEST));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const newer = page.querySelector("[data-poll]");
  if (!newer) return location.reload();
  box.replaceChildren(...newer.childNodes);
  return wait(box, PAUSE);
}

function wait(box, pause) {
  setTimeout(look, pause, box, pause);
}

for (const box of document.querySelectorAll("[data-poll]")) wait(box, PAUSE);
