// Says openly that the phone has no signal: the line above the bottom bar, never a dialog.

export function startNetwork() {
  const line = document.querySelector("[data-offline]");
  if (!line) return;
  const show = () => {
    line.hidden = navigator.onLine;
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  document.addEventListener("htmx:sendError", () => {
    line.hidden = false;
  });
  document.addEventListener("htmx:afterOnLoad", show);
  show();
}
