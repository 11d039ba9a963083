// Frames of HTML mail. No script runs in them; their height is measured from
// here, now and whenever it changes (a picture comes, a quote is opened).

const tallest = 20_000; // px

export function startMailFrames() {
  // "load" does not bubble, but is seen on its way down.
  document.addEventListener("load", (e) => e.target.matches?.("[data-frame]") && fit(e.target), true);
  for (const frame of document.querySelectorAll("[data-frame]")) fit(frame);
}

function fit(frame) {
  const page = frame.contentDocument;
  if (!page?.body || page.URL === "about:blank") return;
  const measure = () => {
    const before = frame.clientHeight;
    const height = Math.min(Math.ceil(page.documentElement.getBoundingClientRect().height), tallest);
    if (height === before || height === 0) return;
    const box = document.getElementById("timeline");
    const atEnd = box && box.scrollHeight - box.scrollTop - box.clientHeight < 48;
    frame.height = height;
    if (atEnd) box.scrollTop = box.scrollHeight; // whoever read the newest goes on reading it
  };
  measure();
  new ResizeObserver(measure).observe(page.documentElement);
}
