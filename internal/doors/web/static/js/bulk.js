// Selecting cases in the queue: by the mouse, with Shift for a range, by X, or
// all of the view. What is selected stays so while the list changes under it;
// the server decides what may be done with each case.
import { closeDialog } from "./parts.js";

const chosen = new Set(); // ids
let all = false; // all of the view, also what the page does not show
let anchor = null; // the id where a range begins

export function startBulk() {
  document.addEventListener("click", (e) => {
    if (e.target.closest("#pick")) return picking(document.body.dataset.picking === undefined);
    if (e.target.closest("[data-bulk-end]")) return picking(false);
    if (e.target.closest("[data-bulk-all]")) return whole();
    const box = e.target.closest(".q input.pick");
    if (box) set(box.value, box.checked, e.shiftKey);
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const old of [...document.querySelectorAll("#toasts [data-batch]")].slice(0, -1)) old.remove();
    show();
  });
  document.addEventListener("bulk:done", (e) => {
    picking(false);
    if (e.detail.close) closeDialog();
  });
  // A page that comes back from the browser's memory has its boxes ticked.
  addEventListener("pageshow", () => {
    for (const box of boxes()) if (box.checked) chosen.add(box.value);
    if (chosen.size) document.body.dataset.picking = "";
    show();
  });
}

// pick selects the row that has the focus, or with range all rows from the one
// that was selected last; it says whether there was a row.
export function pick(range) {
  const row = document.activeElement?.closest?.(".q") ?? document.querySelector(".q:has([aria-current])");
  const box = row?.querySelector("input.pick");
  if (!box) return false;
  picking(true);
  set(box.value, range || !chosen.has(box.value), range);
  return true;
}

const boxes = () => [...document.querySelectorAll(".q input.pick")];

function set(id, on, range) {
  all = false;
  const list = boxes().map((b) => b.value);
  const [from, to] = [list.indexOf(anchor), list.indexOf(id)];
  const ids = range && from >= 0 && to >= 0 ? list.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
  for (const one of ids) on ? chosen.add(one) : chosen.delete(one);
  anchor = id;
  show();
}

function whole() {
  all = !all;
  for (const box of boxes()) all ? chosen.add(box.value) : chosen.delete(box.value);
  show();
}

function picking(on) {
  if (on) document.body.dataset.picking = "";
  else {
    delete document.body.dataset.picking;
    chosen.clear();
    all = false;
    anchor = null;
  }
  show();
}

// show draws the selection again: a swap brings the rows without it.
function show() {
  const bar = document.getElementById("bulk");
  const on = document.body.dataset.picking !== undefined;
  document.getElementById("pick")?.setAttribute("aria-pressed", String(on));
  if (!bar) return;
  const list = boxes();
  for (const box of list) {
    box.checked = all || chosen.has(box.value);
    if (all) chosen.add(box.value);
  }
  const button = bar.querySelector("[data-bulk-all]");
  button.setAttribute("aria-pressed", String(all));
  bar.elements.all.value = all ? "yes" : "";
  bar.elements.ids.value = all ? "" : [...chosen].join(",");
  bar.querySelector("[type=submit]").disabled = !all && chosen.size === 0;
  const gone = all ? 0 : chosen.size - list.filter((b) => chosen.has(b.value)).length;
  const words = bar.dataset.count.replace("%s", all ? button.dataset.words : bar.dataset.number.replace("%s", chosen.size)) + (gone ? bar.dataset.gone.replace("%s", gone) : "");
  const count = document.getElementById("bulk-count");
  if (count.textContent !== words) count.textContent = words;
}
