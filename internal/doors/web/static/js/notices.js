// The bell: its menu is read when it opens; what the person wants to see
// outside of the window is shown there once, by one tab, if they allowed it.
const kept = "notices:shown"; // which were shown already, for all tabs

export function startNotices() {
  document.addEventListener("toggle", (e) => {
    if (e.target.id === "bell" && e.target.open) window.htmx?.trigger("#bell-menu", "bell:open");
  }, true);
  document.addEventListener("htmx:after:swap", announce);
  const ask = document.querySelector("[data-desktop-ask]");
  if (!ask) return;
  ask.addEventListener("click", async () => {
    await Notification.requestPermission();
    state();
  });
  state();
}

// state says in the settings whether the browser lets the desk show notices.
function state() {
  const now = "Notification" in window ? Notification.permission : "missing";
  for (const el of document.querySelectorAll("[data-desktop-state]")) el.hidden = el.dataset.desktopState !== now;
  const ask = document.querySelector("[data-desktop-ask]");
  if (ask) ask.hidden = now !== "default";
}

function announce() {
  const news = document.querySelectorAll("#announce [data-announce]");
  if (!news.length || !("Notification" in window) || Notification.permission !== "granted") return;
  let shown = [];
  try {
    shown = JSON.parse(localStorage.getItem(kept) ?? "[]");
  } catch { /* another tab wrote it at this moment */ }
  for (const el of news) {
    const { announce: tag, title, body, href } = el.dataset;
    el.remove();
    const looking = document.visibilityState === "visible" && document.hasFocus() && location.pathname === href;
    if (shown.includes(tag) || looking) continue;
    shown.push(tag);
    const n = new Notification(title, { body, tag, lang: document.documentElement.lang });
    n.onclick = () => {
      window.focus();
      location.assign(href);
    };
  }
  localStorage.setItem(kept, JSON.stringify(shown.slice(-100)));
}
