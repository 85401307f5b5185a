// What a place says when it is pressed. Built from elements, never from text as HTML.

function line(parent, tag, text, className) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  parent.append(element);
  return element;
}

export function fillPopup(place, words) {
  const box = document.createElement("div");
  line(box, "b", place.name);
  if (place.isPickup) {
    line(box, "p", `${words.pickup} · ${place.code}`, "quiet");
  } else {
    line(box, "p", [words.risk[place.risk] || words.risk.none, place.code].join(" · "), "quiet");
    const list = line(box, "dl", "", "map-facts");
    for (const [term, value] of [
      [words.orders, place.orders],
      [words.served, place.served],
    ]) {
      if (value === undefined || value === null) continue;
      line(list, "dt", term);
      line(list, "dd", String(value));
    }
  }
  if (place.url) line(box, "a", words.open).href = place.url;
  return box;
}
