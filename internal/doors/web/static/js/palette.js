// The palette: one dialog over everything. The server says what fits, within
// the viewer's rights; this file moves through the list and does what was
// chosen, by the very buttons of the page. The list follows what an input
// method is composing, but no key acts until it is done.
import { press, stroke } from "./keys.js";
import { toast } from "./parts.js";

let dialog, field, list, asked, wait;

export function startPalette() {
  dialog = document.getElementById("palette");
  if (!dialog) return;
  field = dialog.querySelector("input");
  if (/Mac|iP(hone|ad)/.test(navigator.platform)) for (const key of document.querySelectorAll("[data-palette] kbd:first-of-type")) key.textContent = "⌘";
  list = document.getElementById("palette-list");
  document.addEventListener("keydown", (e) => {
    if (composing(e) || e.altKey || e.shiftKey || !(e.ctrlKey || e.metaKey) || e.key.toLowerCase() !== "k") return;
    e.preventDefault();
    if (dialog.open) dialog.close();
    else open("");
  });
  document.addEventListener("click", (e) => e.target.closest("[data-palette]") && open(""));
  field.addEventListener("input", () => ask(60));
  field.addEventListener("keydown", move);
  list.addEventListener("mousemove", (e) => choose(e.target.closest("[role=option]")));
  list.addEventListener("click", (e) => {
    const option = e.target.closest("[role=option]");
    if (option && !(option.href && (e.ctrlKey || e.metaKey || e.shiftKey))) act(option, e);
  });
  dialog.addEventListener("close", () => {
    asked?.abort();
    clearTimeout(wait);
    list.replaceChildren();
  });
}

const say = (text) => (document.getElementById("palette-said").textContent = text);
const composing = (e) => e.isComposing || e.keyCode === 229;

function open(text) {
  if (document.querySelector("dialog[open]")) return;
  field.value = text;
  dialog.showModal();
  field.focus();
  ask(0);
}

// ask brings the list for what stands in the field; an answer that was
// overtaken is dropped.
function ask(delay) {
  clearTimeout(wait);
  wait = setTimeout(async () => {
    asked?.abort();
    asked = new AbortController();
    const open = document.getElementById("case")?.dataset.case ?? "";
    try {
      const answer = await fetch(`/palette?q=${encodeURIComponent(field.value)}&case=${encodeURIComponent(open)}`, { signal: asked.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.text());
    } catch (e) {
      if (e.name === "AbortError") return;
      list.replaceChildren();
      say(dialog.dataset.failed);
    }
  }, delay);
}

function show(html) {
  list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
  for (const option of list.querySelectorAll("[data-press]")) if (!document.querySelector(option.dataset.press)) option.remove();
  for (const group of list.querySelectorAll("[role=group]")) if (!group.querySelector("[role=option]")) group.remove();
  const options = all();
  options.forEach((option, i) => (option.id = `palette-${i}`));
  list.scrollTop = 0;
  choose(options[0]);
  say(list.firstElementChild?.dataset.said ?? "");
}

const all = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function choose(option) {
  if (!option) return field.removeAttribute("aria-activedescendant");
  for (const other of list.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
}

function move(e) {
  if (composing(e)) return;
  const options = all();
  const at = options.indexOf(chosen());
  const to = {
    ArrowDown: (at + 1) % options.length,
    ArrowUp: (at - 1 + options.length) % options.length,
    PageDown: Math.min(at + 8, options.length - 1),
    PageUp: Math.max(at - 8, 0),
  }[e.key];
  if (to !== undefined && options.length) {
    e.preventDefault();
    choose(options[to]);
    options[to].scrollIntoView({ block: "nearest" });
  } else if (e.key === "Enter") {
    e.preventDefault();
    if (at >= 0) act(options[at], e);
  }
}

// act does what an option stands for, once the page is back in front.
function act(option, e) {
  e.preventDefault();
  const { href } = option;
  const { stroke: key, press: target, act: own } = option.dataset;
  if (href && (e.ctrlKey || e.metaKey)) return window.open(href, "_blank", "noopener");
  dialog.close();
  if (href) location.assign(href);
  else if (key) stroke(key);
  else if (target) press(target);
  else if (own === "keys") document.getElementById("keys-dialog").showModal();
  else if (own === "copy-link") copyLink();
}

async function copyLink() {
  const id = document.getElementById("case")?.dataset.case;
  if (!id) return;
  try {
    await navigator.clipboard.writeText(`${location.origin}/cases/${id}`);
    toast(dialog.dataset.copied);
  } catch {
    toast(dialog.dataset.uncopied);
  }
}
