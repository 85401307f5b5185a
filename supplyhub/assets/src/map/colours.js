// Colours of the canvas come from the design tokens, so the map follows the page's scheme.

const known = new Map();

export function colour(name) {
  if (!known.has(name)) {
    known.set(name, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  }
  return known.get(name);
}

export function forgetColours() {
  known.clear();
}

// Risk is told by the outline: thin, dashed, or double, and only then by its colour.
export const OUTLINES = {
  none: { token: "map-place", weight: 1, dashArray: null },
  low: { token: "map-place", weight: 1.25, dashArray: null },
  medium: { token: "map-medium", weight: 2.25, dashArray: "4 3" },
  high: { token: "map-high", weight: 2.25, dashArray: null },
};

export function outline(risk) {
  return OUTLINES[risk] || OUTLINES.none;
}
