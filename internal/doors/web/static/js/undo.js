// The seconds in which a reply can be taken back. The server decides whether
// it still can; here they are only counted.
import { now } from "./clock.js";

export function startUndo() {
  document.addEventListener("htmx:after:swap", tick);
  setInterval(tick, 250);
  tick();
}

function tick() {
  for (const box of document.querySelectorAll("[data-undo]")) {
    const left = Math.ceil((Number(box.dataset.undo) - now()) / 1000);
    const figure = box.querySelector("[data-undo-left]");
    if (left > 0) {
      if (figure && figure.textContent !== String(left)) figure.textContent = left;
      continue;
    }
    if (box.dataset.over !== undefined) continue;
    box.dataset.over = "";
    box.hidden = true;
    // It leaves within a moment; then the mail says so.
    setTimeout(() => document.querySelectorAll("#case").forEach((el) => window.htmx?.trigger(el, "live:case")), 2000);
  }
}
