// Menus, dialogs and toasts.
import { now } from "./clock.js";

export function startParts() {
  document.addEventListener("click", (e) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(e.target)) menu.open = false;
    const opener = e.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (e.target.closest("[data-close-toast]")) e.target.closest("[data-toast]").remove();
    if (e.target.matches?.("dialog")) e.target.close(); // the backdrop
    if (e.target.closest("[data-dismiss]")) {
      e.preventDefault();
      closeDialog();
    }
  });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    const menu = e.target.closest?.("details[data-menu][open]") ?? document.querySelector("details[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("toggle", (e) => {
    // A menu that is filled when it is opened.
    const lazy = e.target.open && e.target.matches?.("details[data-menu]") && e.target.querySelector("[data-lazy]");
    if (lazy) window.htmx?.trigger(lazy, "menu:open");
  }, true);
  const dialog = document.getElementById("dialog");
  if (dialog) {
    document.addEventListener("htmx:after:swap", () => dialog.childElementCount && !dialog.open && dialog.showModal());
    dialog.addEventListener("close", () => dialog.replaceChildren());
  }
  const flash = document.querySelector("#flash [data-toast]");
  if (flash) document.getElementById("toasts").append(flash);
  new MutationObserver(fade).observe(document.getElementById("toasts"), { childList: true });
  fade();
}

export function closeDialog() {
  const dialog = document.getElementById("dialog");
  if (dialog?.open) dialog.close();
}

// toast says something that happened on this page alone.
export function toast(text) {
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.toast = "";
  box.append(document.createElement("span"));
  box.firstChild.textContent = text;
  document.getElementById("toasts").append(box);
}

function fade() {
  for (const toast of document.querySelectorAll("#toasts [data-toast]:not([data-fading]):not(.bad)")) {
    toast.dataset.fading = "";
    // What can be taken back stays while it can.
    const stays = Number(toast.dataset.until ?? 0) - now();
    setTimeout(() => toast.remove(), Math.max(stays, 6000));
  }
}
