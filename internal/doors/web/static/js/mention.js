// Names are completed while a note is written: "@" and what a name begins with
// brings a list of colleagues and teams below the words of the person's own
// input method. Nothing happens while that composes; what was composed is asked
// for once it is done.
const composing = (e) => e.isComposing || e.keyCode === 229;
const begun = /(?:^|[^\p{L}\p{N}._+@＠-]|[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}ー])[@＠]([^\s@＠]{0,40})$/u;

let wait, asked;
const field = () => document.getElementById("note-text");
const list = () => document.getElementById("note-names");
const all = () => [...list().querySelectorAll("[role=option]")];
const marked = () => list().querySelector("[aria-selected=true]");
const say = (text) => (document.getElementById("note-said").textContent = text);

export function startMentions() {
  const mine = (e) => e.target.id === "note-text";
  document.addEventListener("input", (e) => mine(e) && !composing(e) && ask(80));
  document.addEventListener("compositionstart", (e) => mine(e) && close());
  document.addEventListener("compositionend", (e) => mine(e) && ask(0));
  document.addEventListener("focusout", (e) => mine(e) && close());
  document.addEventListener("click", (e) => {
    const option = e.target.closest?.("#note-names [role=option]");
    if (option) take(option);
    else if (mine(e)) ask(0); // the caret was put behind a name
  });
  document.addEventListener("mousedown", (e) => e.target.closest?.("#note-names") && e.preventDefault()); // the field keeps the focus
  document.addEventListener("mousemove", (e) => mark(e.target.closest?.("#note-names [role=option]")));
  document.addEventListener("keydown", (e) => mine(e) && move(e), true); // before whoever leaves the field
}

// typed is what stands between "@" and the caret; null where no name is begun.
function typed() {
  const f = field();
  if (!f || document.activeElement !== f || f.selectionStart !== f.selectionEnd) return null;
  return f.value.slice(0, f.selectionStart).match(begun)?.[1] ?? null;
}

// ask brings who fits; an answer that was overtaken is dropped.
function ask(delay) {
  clearTimeout(wait);
  asked?.abort();
  if (typed() === null) return close();
  wait = setTimeout(async () => {
    const name = typed();
    if (name === null) return close();
    const mine = (asked = new AbortController());
    try {
      const answer = await fetch(`${list().dataset.from}?q=${encodeURIComponent(name)}`, { signal: mine.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(answer.status);
      const html = await answer.text();
      if (!mine.signal.aborted && typed() === name) show(html);
    } catch (e) {
      if (e.name !== "AbortError") close(); // the note is written all the same
    }
  }, delay);
}

function show(html) {
  const part = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  list().replaceChildren(...part.children);
  const options = all();
  if (!options.length) return close();
  options.forEach((option, i) => (option.id = `note-names-${i}`));
  list().hidden = false;
  list().scrollTop = 0;
  mark(options[0]);
  say(part.dataset.said);
}

function mark(option) {
  if (!option || option === marked()) return;
  marked()?.setAttribute("aria-selected", "false");
  option.setAttribute("aria-selected", "true");
  field().setAttribute("aria-activedescendant", option.id);
}

function move(e) {
  if (composing(e) || e.ctrlKey || e.metaKey || e.altKey || list().hidden) return;
  const options = all();
  const at = options.indexOf(marked());
  switch (e.key) {
    case "ArrowDown":
    case "ArrowUp":
      mark(options[(at + (e.key === "ArrowDown" ? 1 : options.length - 1)) % options.length]);
      marked().scrollIntoView({ block: "nearest" });
      break;
    case "Enter":
    case "Tab":
      if (e.shiftKey) return close();
      take(options[at]);
      break;
    case "Escape":
      close();
      break;
    case "ArrowLeft":
    case "ArrowRight":
    case "Home":
    case "End":
      return close();
    default:
      return;
  }
  e.preventDefault();
  e.stopPropagation(); // the note is not left, and nothing is sent
}

// take writes the name in place of what was begun.
function take(option) {
  const f = field();
  const name = option.dataset.value;
  const from = f.selectionStart - (typed() ?? "").length - 1;
  f.setRangeText(`@${name} `, from, f.selectionStart, "end");
  close();
  f.dispatchEvent(new Event("input", { bubbles: true }));
  say(list().dataset.taken.replace("%s", name));
}

function close() {
  clearTimeout(wait);
  asked?.abort();
  if (!list() || list().hidden) return;
  list().hidden = true;
  list().replaceChildren();
  field().removeAttribute("aria-activedescendant");
  say("");
}
