// The composer: tabs, drafts that survive a reload, sending with Ctrl+Enter.
import { closeDialog } from "./parts.js";

const prefix = () => `draft:${document.body.dataset.agent}:`;

export function startComposer() {
  document.addEventListener("click", (e) => {
    const tab = e.target.closest("[data-tab]");
    if (tab) show(tab.dataset.tab, false);
    const opener = e.target.closest("[data-compose]");
    if (opener) show(opener.dataset.compose, true);
  });
  document.addEventListener("keydown", (e) => {
    // While an input method composes, Enter belongs to it (keyCode 229 is
    // what some browsers still send).
    if (e.isComposing || e.keyCode === 229) return;
    const form = e.target.closest?.("[data-compose-form]");
    if (form && e.key === "Enter" && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      form.requestSubmit();
    }
    if (e.target.matches?.("[role=tab]") && (e.key === "ArrowLeft" || e.key === "ArrowRight")) {
      show(e.target.dataset.tab === "reply" ? "note" : "reply", false);
      document.querySelector("[role=tab][aria-selected=true]").focus();
    }
  });
  document.addEventListener("input", (e) => e.target.matches?.("[data-keep]") && keep(e.target));
  document.addEventListener("htmx:after:swap", restore);
  document.addEventListener("desk:sent", (e) => sent(e.detail));
  restore();
}

// show brings one tab to the front; with focus it is ready for typing.
export function show(name, focus) {
  const box = document.getElementById("composer");
  if (!box) return;
  for (const tab of box.querySelectorAll("[role=tab]")) {
    const on = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
  }
  if (!focus) return;
  const text = box.querySelector(`#panel-${name} textarea`);
  if (!text) return;
  text.focus();
  const gap = text.value === text.dataset.opening ? text.value.indexOf("\n\n\n") : -1;
  if (gap >= 0) text.setSelectionRange(gap + 2, gap + 2); // between opening and closing
  text.scrollIntoView({ block: "nearest" });
}

const keyOf = (area) => `${prefix()}${area.closest("[data-draft]").dataset.draft}:${area.dataset.keep}`;

let timer = 0;
function keep(area) {
  const untouched = area.value === (area.dataset.opening ?? "") || area.value.trim() === "";
  try {
    if (untouched) localStorage.removeItem(keyOf(area));
    else localStorage.setItem(keyOf(area), area.value);
  } catch {
    return; // storage is full or forbidden: the text stays in the field only
  }
  const state = document.getElementById("draft-state");
  clearTimeout(timer);
  timer = setTimeout(() => state && (state.textContent = untouched ? "" : document.getElementById("words").dataset.kept), 500);
}

function restore() {
  for (const area of document.querySelectorAll("[data-draft] [data-keep]:not([data-kept])")) {
    area.dataset.kept = "";
    let draft = null;
    try {
      draft = localStorage.getItem(keyOf(area));
    } catch {
      draft = null; // storage is forbidden: there is no draft
    }
    if (draft === null) continue;
    area.value = draft;
    if (area.dataset.keep === "note" && !document.querySelector("#reply-text")?.matches("[data-drafted]")) show("note", false);
    if (area.dataset.keep === "reply") area.dataset.drafted = "";
  }
}

// sent forgets the draft of what the server took.
function sent(what) {
  closeDialog();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.open = false;
  for (const area of document.querySelectorAll("[data-draft] [data-keep]")) {
    if (area.dataset.keep !== what.kind) continue;
    area.value = area.dataset.opening ?? "";
    try {
      localStorage.removeItem(keyOf(area));
    } catch {
      continue; // storage is forbidden: nothing was kept
    }
  }
  clearTimeout(timer); // "saved" must not be said of a draft that has left
  const state = document.getElementById("draft-state");
  if (state) state.textContent = "";
  if (what.kind) document.getElementById("timeline")?.focus({ preventScroll: true });
}
