// A chooser: an editable combobox whose list the server finds, page by page,
// and whose choices become ticked boxes of the form. Without this file the
// text itself goes to the server, which looks for the one that it names.
// An input method's keys are its own until it is done.

const composing = (e) => e.isComposing || e.keyCode === 229;
let wait, asked;

export function startChoosers() {
  const field = (e) => e.target.closest?.("[data-chooser] [role=combobox]");
  document.addEventListener("input", (e) => field(e) && ask(field(e), 150));
  document.addEventListener("keydown", (e) => field(e) && move(e, field(e)));
  document.addEventListener("focusout", (e) => field(e) && close(field(e)));
  document.addEventListener("pointerdown", (e) => e.target.closest?.(".olist") && e.preventDefault()); // the field keeps the focus
  document.addEventListener("mousedown", (e) => e.target.closest?.(".olist") && e.preventDefault());
  document.addEventListener("mousemove", (e) => {
    const option = e.target.closest?.(".olist .opt");
    if (option) mark(fieldOf(option), option);
  });
  document.addEventListener("click", (e) => {
    const option = e.target.closest?.(".olist .opt");
    if (option) return take(fieldOf(option), option);
    if (field(e) && listOf(field(e)).hidden) ask(field(e), 0);
  });
  // A text that is empty is not part of an address.
  document.addEventListener("formdata", (e) => {
    for (const box of e.target.querySelectorAll("[data-chooser] [role=combobox]")) if (!box.value.trim()) e.formData.delete(box.name);
  });
}

const rootOf = (part) => part.closest("[data-chooser]");
const fieldOf = (part) => rootOf(part).querySelector("[role=combobox]");
const listOf = (field) => rootOf(field).querySelector("[role=listbox]");
const options = (field) => [...listOf(field).querySelectorAll(".opt")];
const marked = (field) => listOf(field).querySelector("[aria-selected=true]");
const say = (field, text) => (rootOf(field).querySelector("[data-said]").textContent = text);

// ask brings what fits the text; an answer that was overtaken is dropped.
function ask(field, delay) {
  clearTimeout(wait);
  wait = setTimeout(() => {
    const from = new URL(rootOf(field).dataset.chooser, location.href);
    from.searchParams.set("q", field.value.trim());
    load(field, from, true);
  }, delay);
}

async function load(field, from, anew) {
  asked?.abort();
  const mine = (asked = new AbortController());
  try {
    const answer = await fetch(from, { signal: mine.signal, headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(answer.status);
    show(field, await answer.text(), anew);
  } catch (e) {
    if (e.name === "AbortError") return;
    close(field);
    say(field, rootOf(field).dataset.failed);
  }
}

function show(field, html, anew) {
  if (document.activeElement !== field) return;
  const list = listOf(field);
  const part = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  const before = options(field).length;
  if (anew) list.replaceChildren();
  else list.querySelector("[data-more]")?.remove();
  for (const option of part.querySelectorAll("[data-value]")) if (boxOf(field, option.dataset.value)?.checked) option.querySelector(".note").textContent = rootOf(field).dataset.already;
  list.append(...part.children);
  const all = options(field);
  all.forEach((option, i) => (option.id = `${list.id}-${i}`));
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  if (anew) list.scrollTop = 0;
  // Enter takes what was looked for; with nothing typed it still sends the form.
  mark(field, anew ? (field.value.trim() ? all[0] : null) : all[before - 1]);
  list.scrollIntoView({ block: "nearest" });
  say(field, part.dataset.said ?? "");
}

function mark(field, option) {
  for (const other of listOf(field).querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
  if (!option) return field.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
}

function move(e, field) {
  if (composing(e) || e.ctrlKey || e.metaKey || e.altKey) return;
  const list = listOf(field);
  if (e.key === "ArrowDown" && list.hidden) {
    e.preventDefault();
    return ask(field, 0);
  }
  if (list.hidden) return;
  const all = options(field);
  const at = all.indexOf(marked(field));
  const to = {
    ArrowDown: (at + 1) % all.length,
    ArrowUp: (at <= 0 ? all.length : at) - 1,
    PageDown: Math.min(at + 8, all.length - 1),
    PageUp: Math.max(at - 8, 0),
  }[e.key];
  if (to !== undefined && all.length) {
    e.preventDefault();
    mark(field, all[to]);
    all[to].scrollIntoView({ block: "nearest" });
  } else if (e.key === "Enter" && at >= 0) {
    e.preventDefault();
    take(field, all[at]);
  } else if (e.key === "Escape") {
    e.preventDefault(); // the dialog around it stays
    e.stopPropagation();
    close(field);
  }
}

const boxOf = (field, value) => [...rootOf(field).querySelectorAll("[data-chosen] input")].find((box) => box.value === value);

// take makes a ticked box of an option, or brings the next page of the list.
function take(field, option) {
  if (option.dataset.more) return load(field, new URL(option.dataset.more, location.href), false);
  const root = rootOf(field);
  const words = option.querySelector(".what").textContent;
  let box = boxOf(field, option.dataset.value);
  if (!box) {
    const label = root.querySelector("[data-box]").content.firstElementChild.cloneNode(true);
    box = label.querySelector("input");
    box.value = option.dataset.value;
    label.querySelector("span").textContent = words;
    root.querySelector("[data-chosen]").append(label);
  }
  box.checked = true;
  field.value = "";
  close(field);
  box.dispatchEvent(new Event("change", { bubbles: true }));
  box.closest("label").scrollIntoView({ block: "nearest" });
  say(field, root.dataset.added.replace("%s", words));
}

function close(field) {
  clearTimeout(wait);
  asked?.abort();
  const list = listOf(field);
  list.hidden = true;
  list.replaceChildren();
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}
