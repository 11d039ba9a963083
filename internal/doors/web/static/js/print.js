// A button that opens the browser's print dialog, which can also save a PDF.
export function startPrint() {
  document.addEventListener("click", (e) => {
    if (e.target.closest?.("[data-print]")) print();
  });
}
