// Single-key shortcuts. A person can switch them off (WCAG 2.1.4); they never
// react in a field, in a dialog, or while an input method composes.
import { pick } from "./bulk.js";
import { show } from "./composer.js";

const places = { q: "/queue", u: "/unidentified", c: "/customers", s: "/search", t: "/contract", n: "/notices" }; // behind G
const patience = 1200; // ms between the two keys

let lead = -Infinity; // when G was pressed

export function startKeys() {
  document.addEventListener("keydown", (e) => {
    if (e.isComposing || e.keyCode === 229 || e.ctrlKey || e.metaKey || e.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const field = e.target.closest?.("input:not(.pick), textarea, select, [contenteditable]");
    if (field) return e.key === "Escape" && leave(field);
    if (document.body.dataset.keys !== "on" || e.repeat && !"jk".includes(e.key)) return;
    const key = e.key.toLowerCase();
    if (e.timeStamp - lead < patience && places[key]) {
      e.preventDefault();
      return location.assign(places[key]);
    }
    lead = key === "g" ? e.timeStamp : -Infinity;
    if (stroke(e.key)) e.preventDefault();
  });
}

// stroke does what a key stands for, and says whether there was anything to do.
export function stroke(key) {
  switch (key) {
    case "j":
    case "k":
      return move(key === "j" ? 1 : -1);
    case "r":
      return document.getElementById("composer") ? (show("reply", true), true) : false;
    case "n":
      return document.getElementById("composer") ? (show("note", true), true) : false;
    case "t":
      return press("#take-next [data-key=t]");
    case "x":
    case "X":
      return pick(key === "X");
    case "b":
      return document.body.dataset.picking === undefined ? false : press("#bulk [data-key=b]");
    case "f":
      return press("[data-key=f]");
    case "p":
      return press("[data-key=p]");
    case "w":
      return press("[data-key=w]");
    case "z":
      return press("[data-undo]:not([hidden]) [data-key=z]");
    case "a":
      return openMenu("[data-key=a]");
    case "/":
      return focusOn("#search-q") || focusOn("#find");
    case "?":
      document.getElementById("keys-dialog")?.showModal();
      return true;
  }
  return false;
}

// press clicks what a selector finds, and says whether there was anything.
export function press(selector) {
  const el = document.querySelector(selector);
  el?.click();
  return Boolean(el);
}

// leave takes the focus out of a field, so that single keys work again; what
// was written stays. In a menu, Escape closes the menu.
function leave(field) {
  if (field.closest("details[data-menu][open]") || field.type === "search" && field.value) return;
  const pane = document.getElementById("timeline");
  if (pane && field.closest("#composer")) pane.focus({ preventScroll: true });
  else field.blur();
}

// rows are what J and K move through: the queue, or the list of a page.
function move(step) {
  const links = [...document.querySelectorAll(".q a.ti, a[data-row]")];
  if (!links.length) return false;
  let i = links.indexOf(document.activeElement);
  if (i < 0) i = links.findIndex((a) => a.hasAttribute("aria-current"));
  const to = links[Math.min(Math.max(i + step, 0), links.length - 1)];
  to.focus();
  to.scrollIntoView({ block: "nearest" });
  return true;
}

function openMenu(selector) {
  const summary = document.querySelector(selector);
  if (!summary) return false;
  summary.parentElement.open = true;
  (summary.parentElement.querySelector(".menu button, .menu a") ?? summary).focus();
  return true;
}

function focusOn(selector) {
  const el = document.querySelector(selector);
  el?.focus();
  el?.select?.();
  return Boolean(el);
}
