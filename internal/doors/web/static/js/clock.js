// Clocks tick here between two answers of the server. The server decides:
// deadline and open business time arrive with each clock, and every answer
// corrects the difference between this computer's time and the desk's.

let skew = 0; // the desk's time minus this computer's, in milliseconds
let said = new Map(); // case and deadline -> the last state spoken

export const now = () => Date.now() + skew;

export function startClocks() {
  adopt(document.body.dataset.now);
  tick();
  setInterval(tick, 1000);
  document.addEventListener("htmx:after:swap", () => {
    const newest = [...document.querySelectorAll("[data-server-now]")].map((e) => Number(e.dataset.serverNow));
    if (newest.length) adopt(Math.max(...newest));
    tick();
  });
  document.addEventListener("visibilitychange", () => document.hidden || tick());
}

function adopt(ms) {
  const fresh = Number(ms) - Date.now();
  // A page lives for hours; only a newer answer may move the time forward.
  if (Number(ms) && (skew === 0 || Number(ms) >= now() - 1500)) skew = fresh;
}

function tick() {
  const t = now();
  for (const el of document.querySelectorAll("[data-clock]")) draw(el, t);
  for (const el of document.querySelectorAll("[data-countdown]")) {
    const left = Number(el.dataset.countdown) - t;
    if (left <= 0 && el.textContent !== "0:00") refresh("live:queue");
    write(el, hm(Math.max(left, 0)));
  }
  for (const el of document.querySelectorAll(".strip")) strip(el, t);
}

// business returns the open time between two instants, in milliseconds.
function business(spans, from, to) {
  let sum = 0;
  for (const [a, b] of spans) sum += Math.max(0, Math.min(b, to) - Math.max(a, from));
  return sum;
}

function draw(el, t) {
  const due = Number(el.dataset.due);
  const target = Number(el.dataset.target);
  const spans = el.dataset.open ? el.dataset.open.split(" ").map((s) => s.split("-").map(Number)) : [];
  const left = Number(el.dataset.left) - business(spans, Number(el.dataset.at), t);
  const state = stateAt(spans, t, due, left, target);
  for (const f of el.querySelectorAll("[data-figure]")) write(f, hm(left));
  for (const f of el.querySelectorAll("[data-used]")) write(f, hm(target - left));
  const arc = el.querySelector(".ring .va");
  const share = state === "late" ? 100 : Math.round((Math.min(Math.max(left, 0), target) * 100) / target);
  if (arc && arc.getAttribute("stroke-dasharray") !== `${share} 100`) arc.setAttribute("stroke-dasharray", `${share} 100`);
  if (state !== el.dataset.clock) change(el, state, spans, t);
}

function stateAt(spans, t, due, left, target) {
  if (t > due) return "late";
  if (!spans.some(([a, b]) => a <= t && t < b)) return "rest";
  return left * 4 <= target ? "soon" : "run";
}

// change shows and says a new state, and asks the server for what follows
// from it: another heading in the queue, another sentence in the case.
function change(el, state, spans, t) {
  el.classList.remove("run", "soon", "late", "rest");
  el.classList.add(state);
  el.dataset.clock = state;
  const words = document.getElementById("words")?.dataset ?? {};
  for (const w of el.querySelectorAll("[data-words]")) {
    const reopens = spans.map(([a]) => a).find((a) => a > t);
    write(w, state === "rest" ? (words.rest ?? "").replace("%s", reopens ? clk(reopens) : "—") : words[state] ?? "");
  }
  const row = el.closest(".q, [data-case]");
  if (row && (state === "soon" || state === "late")) say(row, state, words, el.dataset.due);
  refresh("live:queue");
  if (el.closest("#case, #side")) refresh("live:case");
}

function say(row, state, words, due) {
  const name = row.querySelector("a.ti, h1")?.textContent ?? "";
  const key = (row.dataset.case ?? row.id.slice(2)) + due; // a row of the queue is q- and the case
  if (said.get(key) === state) return;
  said.set(key, state);
  const box = document.getElementById("said");
  const text = state === "soon" ? words.saidSoon : words.saidLate;
  if (box && text) box.textContent = text.replace("%s", name);
}

let asked = 0;
function refresh(event) {
  if (Date.now() - asked < 3000 && asked) return;
  asked = Date.now();
  setTimeout(() => document.querySelectorAll("#queue, #case").forEach((el) => window.htmx?.trigger(el, event)), 400);
}

function strip(el, t) {
  const from = Number(el.dataset.from);
  const to = Number(el.dataset.to);
  if (!(to > from)) return;
  const at = `${Math.min(Math.max(((t - from) / (to - from)) * 100, 0), 100).toFixed(1)}%`;
  el.querySelector("[data-now]")?.setAttribute("x", at);
  el.querySelector("[data-past]")?.setAttribute("width", at);
}

function write(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

// hm writes a length as the server does: minutes cut downwards, so that less
// than a minute over is already -0:01.
function hm(ms) {
  const m = Math.abs(Math.floor(ms / 60000));
  return `${ms < 0 ? "-" : ""}${Math.floor(m / 60)}:${String(m % 60).padStart(2, "0")}`;
}

function clk(ms) {
  const zone = document.body.dataset.zone || undefined;
  return new Intl.DateTimeFormat(document.documentElement.lang, { timeZone: zone, month: "numeric", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
}
