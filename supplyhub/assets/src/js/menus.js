// <details class="menu"> closes on Escape and on a press elsewhere; messages can be put away; sheets can be printed.

export function startMenus() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open], details.confirm[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
    const button = event.target.closest("[data-close], [data-print], [data-cancel]");
    if (!button) return;
    if (button.hasAttribute("data-print")) window.print();
    if (button.hasAttribute("data-cancel")) {
      const question = button.closest("details");
      question.open = false;
      question.querySelector("summary").focus();
    }
    if (button.hasAttribute("data-close")) {
      const box = button.closest("[role=status], [role=alert], .banner");
      box.remove();
      document.querySelector("main").focus();
    }
  });
  // Buttons that need a script are hidden until there is one.
  for (const button of document.querySelectorAll("[data-needs-script][hidden]")) button.hidden = false;
}
