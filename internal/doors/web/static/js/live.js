// Live updates. One stream for all tabs of a browser: the tab that holds the
// lock listens, and passes each notice on to the others. A notice only names
// a case; the page asks the server for the parts it shows and morphs them in,
// so that focus, selection, drafts and scrolling stay where they are.

import { heard } from "./together.js";

const reading = 48; // closer than this to the end (px), a person reads the newest

export function startLive() {
  document.addEventListener("htmx:before:swap", remember);
  document.addEventListener("htmx:after:swap", settle);
  document.addEventListener("click", (e) => e.target.closest("[data-fresh]") && toEnd(true));
  document.addEventListener("htmx:response:error", (e) => {
    if (e.detail.ctx?.response?.status !== 409) return;
    told = true; // the answer says what arrived; now show it
    document.querySelectorAll("#case").forEach((el) => window.htmx?.trigger(el, "live:case"));
  });
  document.addEventListener("scroll", (e) => {
    const box = document.getElementById("timeline");
    if (box && e.target.contains?.(box) && nearEnd(box)) fresh(false);
  }, true);
  document.addEventListener("focusin", (e) => {
    // The composer grows when it is written in: keep the newest entry in sight.
    const box = document.getElementById("timeline");
    if (box && e.target.closest("#composer") && nearEnd(box)) requestAnimationFrame(() => toEnd(false));
  });
  toEnd(false);
  const ear = document.getElementById("live");
  if (!ear) return;
  const others = "BroadcastChannel" in window ? new BroadcastChannel("madoguchi-live") : null;
  others?.addEventListener("message", (e) => hear(e.data));
  ear.addEventListener("changed", (e) => {
    others?.postMessage({ changed: e.detail.data });
    hear({ changed: e.detail.data });
  });
  ear.addEventListener("hint", (e) => {
    others?.postMessage({ hint: e.detail.data });
    hear({ hint: e.detail.data });
  });
  const lost = (yes) => {
    others?.postMessage({ lost: yes });
    hear({ lost: yes });
  };
  ear.addEventListener("htmx:sse:error", () => lost(true));
  for (const failed of ["htmx:error", "htmx:response:error"]) {
    ear.addEventListener(failed, (e) => {
      if (e.detail.ctx?.response?.status === 401) return; // the page goes to sign-in
      lost(true); // the first connection: the extension retries only later ones
      setTimeout(listen, 4000);
    });
  }
  ear.addEventListener("htmx:sse:before:connection", (e) => e.detail.connection?.attempt > 1 && lost(true));
  ear.addEventListener("htmx:sse:after:connection", () => {
    lost(false); // the stream says by itself whether anything happened since the page was made
    hear({ hint: "all" }); // only who listens is present: say again who looks
    window.htmx?.trigger("#bell-live", "live:notices"); // what came while no page was open
  });
  const listen = () => window.htmx?.trigger(ear, "live:lead");
  const begin = () => {
    if (!navigator.locks) return listen();
    navigator.locks.request("madoguchi-live", () => {
      listen();
      return new Promise(() => {}); // held until this tab closes
    });
  };
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
}

// hear acts on one notice: "case-id …" or "all".
function hear(notice) {
  const conn = document.getElementById("conn");
  if (notice.lost !== undefined && conn) conn.hidden = !notice.lost;
  if (notice.hint !== undefined) {
    heard(notice.hint.split(" "));
    peopleSoon();
  }
  if (notice.changed === undefined) return;
  const ids = notice.changed.split(" ");
  if (ids.includes("all") || ids.includes("@")) window.htmx?.trigger("#bell-live", "live:notices");
  if (ids.length === 1 && ids[0] === "@") return; // no case changed
  const queue = document.getElementById("queue");
  const open = document.getElementById("case");
  if (queue) window.htmx?.trigger(queue, "live:queue");
  const wall = document.getElementById("wall");
  if (wall) window.htmx?.trigger(wall, "live:queue");
  countSoon();
  if (open && (ids.includes("all") || ids.includes(open.dataset.case))) window.htmx?.trigger(open, "live:case");
}

let peopled = 0; // the timer of who is on what

// peopleSoon lets the wall ask once for what several hints say.
function peopleSoon() {
  const wall = document.getElementById("wall");
  if (!wall || peopled) return;
  peopled = setTimeout(() => {
    peopled = 0;
    window.htmx?.trigger(wall, "live:people");
  }, 400);
}

let counting = 0; // the timer of the views' figures

// countSoon has the views beside the page counted again: not for every change,
// since counting costs.
function countSoon() {
  counting ||= setTimeout(() => {
    counting = 0;
    const rail = document.getElementById("rail-views");
    if (rail && !document.hidden) window.htmx?.trigger(rail, "live:rail");
  }, 5000);
}

let was = null; // the timeline before a swap
let told = false; // the person was told that something arrived before they sent

function remember() {
  const box = document.getElementById("timeline");
  was = box && { case: box.closest("[data-case]").dataset.case, n: entries(), end: nearEnd(box), marked: selecting(box) };
}

// settle keeps a reader where they read, and says when there is more.
function settle() {
  mark();
  const box = document.getElementById("timeline");
  if (!box) return;
  const now = box.closest("[data-case]").dataset.case;
  if (told) {
    told = false;
    // Where a dialog shows what came, its person says there whether they read it.
    if (!document.querySelector("#dialog [data-send-anyway]")) seen();
  }
  if (!was || was.case !== now) return opened(box);
  if (entries() <= was.n) return nearEnd(box) && seen();
  if (was.end && !was.marked) toEnd(false);
  else fresh(true);
}

const entries = () => document.querySelectorAll("#entries > li").length;
// nearEnd: on a wide screen the timeline scrolls, on a narrow one the page does.
const nearEnd = (box) => {
  const last = document.querySelector("#entries > li:last-child");
  if (!last) return true;
  return last.getBoundingClientRect().bottom < Math.min(box.getBoundingClientRect().bottom, innerHeight) + reading;
};
const selecting = (box) => {
  const s = getSelection();
  return Boolean(s && !s.isCollapsed && box.contains(s.anchorNode));
};

// opened begins a case: at its head on a narrow screen, at the newest entry
// where the timeline scrolls by itself.
function opened(box) {
  for (const scroller of document.querySelectorAll(".desk, .pane")) scroller.scrollTop = 0;
  toEnd(false);
  const from = document.activeElement;
  if (from === document.body || from?.offsetParent === null) box.closest("article").querySelector("h1")?.focus({ preventScroll: true });
}

function toEnd(gently) {
  const box = document.getElementById("timeline");
  if (!box) return;
  box.scrollTo({ top: box.scrollHeight, behavior: gently ? "smooth" : "instant" });
  if (gently) document.querySelector("#entries > li:last-child")?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  fresh(false);
  seen();
}

// seen notes with the reply which version of the case its writer had read:
// the desk refuses a reply to what has changed since.
function seen() {
  const field = document.getElementById("seen");
  const head = document.getElementById("case-head");
  if (field && head) field.value = head.dataset.version;
}

function fresh(show) {
  const el = document.getElementById("fresh");
  if (el) el.hidden = !show;
}

// mark shows which row of the queue is the open case.
function mark() {
  const open = document.getElementById("case")?.dataset.case;
  for (const link of document.querySelectorAll(".q a.ti")) {
    if (link.id === `t-${open}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}
