// Two people, one case: who looks, who writes a note, who holds the reply. The
// server decides; here the page says what its person does, and shows whether
// the reply is theirs to write.
const pause = 60_000; // ms without a key, after which a note is not being written
const again = 60_000; // ms after which the page says that it is still here

const tab = name();
let doing = "view";
let stopped = 0;
let shown = ""; // the case that was announced

export function startTogether() {
  // htmx knows the form only when the page is complete; before, nothing would be said.
  if (document.readyState === "complete") attend();
  else addEventListener("load", attend);
  document.addEventListener("htmx:after:swap", () => {
    const open = document.getElementById("attend")?.dataset.attend ?? "";
    if (open !== shown) {
      doing = "view";
      attend();
    }
    gate();
  });
  document.addEventListener("input", (e) => {
    if (e.target.id === "note-text") noting();
    if (e.target.id === "reply-text" && lock() === "free") hold();
  });
  document.addEventListener("desk:sent", () => say("view"));
  document.addEventListener("visibilitychange", () => document.hidden || attend());
  addEventListener("pageshow", (e) => e.persisted && attend());
  addEventListener("pagehide", () => shown && navigator.sendBeacon("/presence/leave", new URLSearchParams({ tab })));
  setInterval(() => document.hidden || attend(), again);
  gate();
}

// heard is told the topics of hints: "case:" and an id, or "all".
export function heard(topics) {
  if (topics.includes("all") || topics.includes(`case:${shown}`)) attend();
}

// attend says which case this tab shows, and gets who else is there.
function attend() {
  const form = document.getElementById("attend");
  shown = form?.dataset.attend ?? "";
  if (!form) return;
  form.elements.tab.value = tab;
  form.elements.doing.value = doing;
  window.htmx?.trigger(form, "live:together");
}

function noting() {
  clearTimeout(stopped);
  stopped = setTimeout(() => say("view"), pause);
  say("note");
}

function say(what) {
  if (doing === what) return;
  doing = what;
  attend();
}

const lock = () => document.getElementById("together")?.dataset.lock;

// hold asks for the reply at the first key; the answer says whose it is.
function hold() {
  const strip = document.getElementById("together");
  strip.dataset.lock = "asked";
  window.htmx?.trigger(document.getElementById("hold"), "live:hold");
}

// gate lets write whom the server lets write. What stands in the field stays.
function gate() {
  const barred = ["other", "pending"].includes(lock());
  const text = document.getElementById("reply-text");
  if (!text || text.readOnly === barred) return;
  text.readOnly = barred;
  text.form.classList.toggle("barred", barred);
  for (const el of text.form.querySelectorAll("[data-send]")) el.disabled = barred;
}

// name is this tab's own, through reloads.
function name() {
  try {
    const have = sessionStorage.getItem("tab");
    if (have) return have;
    const fresh = crypto.randomUUID();
    sessionStorage.setItem("tab", fresh);
    return fresh;
  } catch {
    return Math.random().toString(36).slice(2); // storage is forbidden
  }
}
