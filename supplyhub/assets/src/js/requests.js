// Requests of htmx: the CSRF token goes along, and the page shows that something is under way.

export function startRequests(htmx) {
  let open = 0;
  const show = () => document.documentElement.toggleAttribute("data-busy", open > 0);

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]');
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
  });
  document.addEventListener("htmx:beforeRequest", () => {
    open += 1;
    show();
  });
  document.addEventListener("htmx:afterRequest", () => {
    open = Math.max(0, open - 1);
    show();
  });
  // Polling stops while nobody is looking: data and batteries are short.
  document.addEventListener("htmx:confirm", (event) => {
    const polled = event.detail.triggeringEvent && event.detail.triggeringEvent.type === "every";
    if (polled && document.hidden) event.preventDefault();
  });
  htmx.onLoad((fragment) => {
    const first = fragment.querySelector && fragment.querySelector("[data-focus]");
    if (first) first.focus({ preventScroll: false });
  });
}
