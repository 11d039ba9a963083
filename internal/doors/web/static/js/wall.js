// The wall fills the screen at the press of a button; Esc leaves it again.
export function startWall() {
  const button = document.querySelector("[data-fullscreen]");
  if (!button) return;
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.getElementById("main").requestFullscreen();
  });
}
