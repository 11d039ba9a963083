// Single-key shortcuts. A person can switch them off (WCAG 2.1.4); they never
// react in a field, in a dialog, or while an input method composes.
import { show } from "./composer.js";

let lead = 0; // when G was pressed

export function startKeys() {
  document.addEventListener("keydown", (e) => {
    if (document.body.dataset.keys !== "on" || e.isComposing || e.keyCode === 229) return;
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (e.target.closest?.("input, textarea, select, [contenteditable]")) return;
    if (act(e.key, e)) e.preventDefault();
  });
}

function act(key, e) {
  if (key.toLowerCase() === "q" && e.timeStamp - lead < 1200) return location.assign("/queue"), true;
  lead = key.toLowerCase() === "g" ? e.timeStamp : 0;
  switch (key) {
    case "j":
    case "k":
      return move(key === "j" ? 1 : -1);
    case "r":
      return document.getElementById("composer") ? (show("reply", true), true) : false;
    case "n":
      return document.getElementById("composer") ? (show("note", true), true) : false;
    case "p":
      return press("[data-key=p]");
    case "z":
      return press("[data-undo]:not([hidden]) [data-key=z]");
    case "a":
      return openMenu("[data-key=a]");
    case "/":
      return focusOn("#find");
    case "?":
      document.getElementById("keys-dialog")?.showModal();
      return true;
  }
  return false;
}

function move(step) {
  const links = [...document.querySelectorAll(".q a.ti")];
  if (!links.length) return false;
  let i = links.indexOf(document.activeElement);
  if (i < 0) i = links.findIndex((a) => a.hasAttribute("aria-current"));
  const to = links[Math.min(Math.max(i + step, 0), links.length - 1)];
  to.focus();
  to.scrollIntoView({ block: "nearest" });
  return true;
}

function press(selector) {
  const el = document.querySelector(selector);
  el?.click();
  return Boolean(el);
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
  return Boolean(el);
}
