// The composer: tabs, sending with Ctrl+Enter, what happens after sending.
import { settled } from "./draft.js";
import { closeDialog } from "./parts.js";

export function startComposer() {
  document.addEventListener("click", (e) => {
    const tab = e.target.closest("[data-tab]");
    if (tab) show(tab.dataset.tab, false);
    const named = e.target.closest("[data-mention]");
    if (named) mention(named.dataset.mention);
    const anyway = e.target.closest("[data-send-anyway]");
    if (anyway) sendAnyway(anyway.dataset.sendAnyway, anyway.dataset.release);
    const text = e.target.closest("[data-insert]");
    if (text) insert(text.dataset.insert, text.dataset.template);
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
    // Enter in the fields of a later instant must not send at once.
    if (e.key === "Enter" && e.target.matches?.("#compose-later input")) {
      e.preventDefault();
      e.target.closest("fieldset").querySelector("[data-later]").click();
    }
    if (e.target.matches?.("[role=tab]") && (e.key === "ArrowLeft" || e.key === "ArrowRight")) {
      show(e.target.dataset.tab === "reply" ? "note" : "reply", false);
      document.querySelector("[role=tab][aria-selected=true]").focus();
    }
  });
  // The field grows when it is written in, and stays so: a button must not move
  // away between pressing and releasing it.
  document.addEventListener("focusin", (e) => e.target.matches?.("[data-compose-form] textarea") && e.target.form.classList.add("open"));
  document.addEventListener("desk:sent", (e) => sent(e.detail));
  document.addEventListener("desk:undone", () => requestAnimationFrame(() => show("reply", true)));
  document.addEventListener("desk:returned", () => show(document.querySelector("[data-tab][aria-selected=true]")?.dataset.tab ?? "reply", false));
  const note = document.querySelector('[data-keep="note"]');
  if (note?.value && document.getElementById("reply-text")?.value === document.getElementById("reply-text")?.dataset.opening) show("note", false);
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

// insert puts a text where the person was writing, or between opening and closing.
function insert(text, template) {
  const field = document.getElementById("reply-text");
  if (!field) return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.open = false;
  const at = [field.selectionStart, field.selectionEnd];
  const untouched = field.value === field.dataset.opening;
  show("reply", true);
  if (!untouched) field.setSelectionRange(...at);
  if (template) {
    const used = document.createElement("input"); // rules of approval look at it
    Object.assign(used, { type: "hidden", name: "template", value: template });
    document.getElementById("reply-templates")?.append(used);
  }
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// mention puts "@" and a name where the person was writing the note.
function mention(name) {
  const field = document.getElementById("note-text");
  if (!field) return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.open = false;
  field.focus();
  field.setRangeText(`@${name} `, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// sendAnyway sends what was written once its person has read what came
// meanwhile: seen is the version of the case that they were shown.
function sendAnyway(seen, release) {
  const form = document.getElementById("reply-form");
  if (!form) return;
  closeDialog();
  form.elements.seen.value = seen;
  const later = release && form.querySelector(`[data-later][value="${CSS.escape(release)}"]`);
  form.requestSubmit(later || form.querySelector("[data-send]"));
}

// sent tidies up after the server took what was written.
function sent(what) {
  closeDialog();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) menu.open = false;
  if (!what.kind) return;
  settled(what.kind);
  document.querySelector(`[data-compose-form="${what.kind}"]`)?.classList.remove("open");
  document.getElementById("timeline")?.focus({ preventScroll: true });
}
