// Single keys: ? list, / search, g and a letter for a page, j and k through rows, e for CSV.
const AFTER_G = 1500;
let waiting = 0;

const typing = (target) => target.closest("input, textarea, select, [contenteditable], dialog[open]");

function follow(letter) {
  const links = [...document.querySelectorAll(".nav a")];
  links.find((link) => link.textContent.trim().toLowerCase().startsWith(letter))?.click();
}

function step(by) {
  const links = [...document.querySelectorAll("main .rows .title, main .table tbody th a")];
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
  links[next]?.focus();
}

const keys = {
  "?": () => document.getElementById("shortcuts")?.showModal(),
  "/": () => document.getElementById("find")?.focus(),
  j: () => step(1),
  k: () => step(-1),
  e: () => document.querySelector("[data-export]")?.click(),
  g: () => { waiting = performance.now(); },
};

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (waiting && performance.now() - waiting < AFTER_G) {
    waiting = 0;
    follow(event.key);
  } else if (Object.hasOwn(keys, event.key)) {
    event.preventDefault();
    keys[event.key]();
  }
}

if (document.body.dataset.shortcuts === "on") document.addEventListener("keydown", press);
