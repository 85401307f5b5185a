// The row above the map: find a place or a round by name, choose a round from the list, see the whole again.

function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}

function finder({ data, words, rounds, places }, status) {
  const id = `map-find-${Math.random().toString(36).slice(2)}`;
  const input = make("input", { type: "search", list: id, placeholder: words.find, "aria-label": words.find });
  const list = make("datalist", { id });
  const targets = new Map();
  for (const place of [...data.pickups, ...data.compounds]) {
    targets.set(`${place.name} ${place.code}`, () => places.show(place.code));
  }
  for (const round of data.rounds) targets.set(round.label, () => rounds.choose(round.id, { zoom: true }));
  for (const name of targets.keys()) list.append(make("option", { value: name }));
  const go = () => {
    const wish = input.value.trim();
    if (!wish) return;
    const name = targets.has(wish) ? wish : [...targets.keys()].find((candidate) => candidate.includes(wish));
    if (!name) return;
    targets.get(name)();
    status.textContent = name;
  };
  input.addEventListener("change", go);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      go();
    }
  });
  return [input, list];
}

function chooser({ data, words, rounds }, status) {
  const select = make("select", { "aria-label": words.rounds });
  select.append(make("option", { value: "" }, `${words.allRounds} (${data.rounds.length})`));
  for (const round of data.rounds) select.append(make("option", { value: round.id }, round.label));
  const link = make("a", { class: "btn small", hidden: "" }, words.open);
  select.addEventListener("change", () => rounds.choose(select.value, { zoom: true }));
  rounds.onChoice((round) => {
    select.value = round ? round.id : "";
    link.hidden = !(round && round.url);
    if (round && round.url) link.href = round.url;
    status.textContent = round ? round.label : words.allRounds;
  });
  return [select, link];
}

export function addPanel(box, context) {
  const { data, words, rounds, whole } = context;
  const panel = make("div", { class: "map-panel" });
  const status = make("p", { class: "sr", role: "status" });
  if (data.compounds.length + data.rounds.length > 8) panel.append(...finder(context, status));
  if (data.rounds.length > 1) panel.append(...chooser(context, status));
  const button = make("button", { type: "button", class: "btn small" }, words.whole);
  button.addEventListener("click", () => {
    if (data.rounds.length > 1) rounds.choose(null);
    whole();
  });
  panel.append(button, status);
  box.prepend(panel);
}
