// Files for a reply: chosen, dropped on the composer, or pasted into its text.

export function startAttaching() {
  const hasFiles = (e) => [...(e.dataTransfer?.types ?? [])].includes("Files");
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (e) => {
      if (!hasFiles(e)) return;
      e.preventDefault(); // else the browser leaves the page to show the file
      e.dataTransfer.dropEffect = composer(e) ? "copy" : "none";
      mark(composer(e));
    });
  }
  document.addEventListener("dragleave", (e) => e.relatedTarget === null && mark(null));
  document.addEventListener("drop", (e) => {
    if (!hasFiles(e)) return;
    e.preventDefault();
    mark(null);
    if (composer(e)) take(e.dataTransfer.files);
  });
  document.addEventListener("paste", (e) => {
    if (e.target.id !== "reply-text" || !e.clipboardData?.files.length) return;
    e.preventDefault();
    take(e.clipboardData.files);
  });
  document.addEventListener("htmx:after:swap", (e) => {
    const input = document.getElementById("attach");
    if (input && e.target?.id !== "timeline") input.value = ""; // the same file may be chosen again
  });
}

const composer = (e) => e.target.closest?.("#composer:has(#attach)");

function mark(box) {
  document.getElementById("composer")?.classList.toggle("dropping", Boolean(box));
}

function take(files) {
  const input = document.getElementById("attach");
  if (!input || !files.length) return;
  const chosen = new DataTransfer();
  for (const f of files) chosen.items.add(f);
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
