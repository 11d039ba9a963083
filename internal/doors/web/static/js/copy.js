// A button that copies the text of another element. Where the clipboard is
// closed to the page, the text is selected instead, for the person's own keys.
export function startCopy() {
  document.addEventListener("click", async (e) => {
    const button = e.target.closest?.("[data-copy]");
    const source = button && document.getElementById(button.dataset.copy);
    if (!source) return;
    getSelection().selectAllChildren(source);
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      return;
    }
    const said = document.getElementById("said");
    if (said) said.textContent = button.dataset.copied;
    button.firstChild.textContent = button.dataset.copied;
  });
}
