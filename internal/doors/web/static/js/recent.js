// Tells the server what was opened or searched for, for the list of what was last.
const page = /^\/(customers|contacts)\/([0-9a-f-]{36})$/;

let last = "";

export function startRecent() {
  document.addEventListener("htmx:after:swap", tell);
  tell();
}

function tell() {
  const open = document.getElementById("case")?.dataset.case;
  const query = document.querySelector("[data-asked]")?.dataset.asked;
  const [, kind, ref] = open ? [null, "case", open] : query ? [null, "query", query] : (page.exec(location.pathname) ?? []);
  if (!ref || ref === last) return;
  last = ref;
  fetch("/recent", { method: "POST", keepalive: true, body: new URLSearchParams({ kind: { customers: "customer", contacts: "contact" }[kind] ?? kind, ref }) }).catch(() => {}); // next time, then
}
