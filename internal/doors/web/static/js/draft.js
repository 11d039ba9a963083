// Drafts live on the server: what is typed is sent there while it is written,
// and kept in this browser until the server has it, so that neither a closed
// tab nor a lost connection costs a word.
const wait = 700; // ms after the last key

const owner = () => document.body.dataset.agent;
const keyOf = (area) => `draft:${owner()}:${area.closest("[data-draft]").dataset.draft}:${area.dataset.keep}`;
const areas = () => document.querySelectorAll("[data-draft] [data-keep]");

let timer = 0;
let dirty = null; // the field with what the server has not got
let unkept = ""; // and what that is

export function startDrafts() {
  document.addEventListener("input", (e) => e.target.matches?.("[data-keep]") && keep(e.target));
  document.addEventListener("change", (e) => {
    // Recipients and the other choices belong to the draft too.
    const form = e.target.form;
    const area = form?.matches?.("[data-compose-form]") && form.querySelector("[data-keep]");
    if (area && area !== e.target && written(area) !== "") keep(area);
  });
  document.addEventListener("htmx:after:swap", restore);
  document.addEventListener("submit", () => clearTimeout(timer), true);
  addEventListener("pagehide", () => dirty && save(dirty, true));
  addEventListener("online", () => dirty && save(dirty));
  document.addEventListener("desk:undone", takeBack); // by this person
  document.addEventListener("desk:returned", takeBack); // by another, or by what came
  restore();
}

// takeBack puts the text of a reply that came back into its field: the
// answer has made it the field's beginning before it says so. Only then, and
// once: what is written from here on is its writer's.
function takeBack() {
  const area = document.querySelector('[data-keep="reply"]');
  if (!area || area.defaultValue === area.dataset.opening) return;
  const begun = dirty === area ? unkept : "";
  area.value = area.defaultValue + (begun && `\n\n${begun}`);
  area.form.classList.add("open");
  if (begun) keep(area);
}

// written is what a field holds beyond what it began with.
const written = (area) => (area.value === (area.dataset.opening ?? "") || area.value.trim() === "" ? "" : area.value);

function keep(area) {
  dirty = area;
  unkept = written(area);
  remember(keyOf(area), unkept);
  clearTimeout(timer);
  timer = setTimeout(() => save(area), wait);
}

async function save(area, leaving = false) {
  clearTimeout(timer);
  const text = written(area);
  const key = keyOf(area);
  const form = new URLSearchParams(new FormData(area.form));
  form.set("text", text);
  try {
    const answer = await fetch(`/cases/${area.closest("[data-draft]").dataset.draft}/draft/${area.dataset.keep}`, { method: "POST", body: form, keepalive: leaving });
    if (!answer.ok) throw new Error(answer.status);
    if (written(area) === text) {
      forget(key);
      if (dirty === area) dirty = null;
      state(text === "" ? "" : words().kept);
    }
  } catch {
    state(words().unkept);
    if (!leaving) timer = setTimeout(() => dirty === area && area.isConnected && save(area), 10_000);
  }
}

const words = () => document.getElementById("words").dataset;
function state(text) {
  const el = document.getElementById("draft-state");
  if (el) el.textContent = text;
}

// restore puts back what the server never got.
function restore() {
  for (const area of areas()) {
    if (area.dataset.kept !== undefined) continue;
    area.dataset.kept = "";
    const text = recall(keyOf(area));
    if (text) {
      area.value = text;
      keep(area);
    }
  }
}

// settled forgets the drafts of a kind that the server took as sent.
export function settled(kind) {
  clearTimeout(timer);
  dirty = null;
  for (const area of areas()) {
    if (area.dataset.keep !== kind) continue;
    forget(keyOf(area));
    area.value = area.dataset.opening ?? "";
  }
  document.getElementById("draft-stale")?.remove();
  if (kind === "reply") document.getElementById("draft-files")?.replaceChildren();
  state("");
}

function remember(key, text) {
  try {
    if (text === "") localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    return; // storage is full or forbidden: the server's copy is the one that counts
  }
}
const forget = (key) => remember(key, "");
function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage is forbidden
  }
}
