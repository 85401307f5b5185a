// Comfort for forms: show the password, send once, filter on change, lead to the first error.

function togglePassword(button) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
  button.textContent = shown ? button.dataset.show : button.dataset.hide;
  input.focus();
}

function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method.toLowerCase() !== "post" || form.hasAttribute("data-again")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (button) button.setAttribute("aria-busy", "true");
}

function sendAgain() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
}

export function startForms() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show-password]");
    if (button) togglePassword(button);
    const demo = event.target.closest("[data-fill]");
    if (demo) fill(demo);
  });
  document.addEventListener("submit", sendOnce);
  document.addEventListener("htmx:afterRequest", sendAgain);
  // A page that comes back from the browser's memory must be usable again.
  window.addEventListener("pageshow", sendAgain);
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && !event.target.matches("[type=text], [type=search]")) form.requestSubmit();
  });
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
}

// A demo log-in fills the form, so that one press and Enter are enough.
function fill(button) {
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
    const input = document.querySelector(`[name="${name}"]`);
    if (input) input.value = value;
  }
  const submit = document.querySelector("form .btn.main");
  if (submit) submit.focus();
}
