// Checks the design tokens for WCAG 2.2 AA in both schemes: 4.5 for text, 3 for the edges of fields and the shapes of figures.
import { readFile } from "node:fs/promises";

const TEXT = 4.5;
const SHAPE = 3;
const PAIRS = [
  ...["ink", "ink-2", "ink-3", "brand-ink", "warn", "stop", "info"].flatMap((ink) => [
    [ink, "paper", TEXT],
    [ink, "ground", TEXT],
  ]),
  ...["ink", "ink-2", "ink-3"].map((ink) => [ink, "sunken", TEXT]),
  ...["brand", "warn", "stop", "info"].map((kind) => ["ink", `${kind}-soft`, TEXT]),
  ["brand-ink", "brand-soft", TEXT],
  ["ink-3", "brand-soft", TEXT],
  ["warn", "warn-soft", TEXT],
  ["stop", "stop-soft", TEXT],
  ["info", "info-soft", TEXT],
  ["on-brand", "brand", TEXT],
  ["on-brand", "brand-hover", TEXT],
  ["on-stop", "stop-fill", TEXT],
  ["side-ink", "side", TEXT],
  ["side-quiet", "side", TEXT],
  ["side-quiet", "side-active", SHAPE],
  ["ink", "map-ground", TEXT],
  ["map-pickup", "map-ground", TEXT],
  ["line-2", "paper", SHAPE],
  ["line-2", "ground", SHAPE],
  ["focus", "paper", SHAPE],
  ["focus", "ground", SHAPE],
  ...["brand", "warn-fill", "stop-fill", "info-fill"].flatMap((fill) => [
    [fill, "paper", SHAPE],
    [fill, "sunken", SHAPE],
  ]),
  ...["map-place", "map-medium", "map-high", "map-pickup"].map((shape) => [shape, "map-ground", SHAPE]),
];

function luminance(hex) {
  const long = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit).join("") : hex.slice(1);
  const [red, green, blue] = [0, 2, 4].map((at) => {
    const share = parseInt(long.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((first, second) => first - second);
  return (light + 0.05) / (dark + 0.05);
}

function tokens(css) {
  return Object.fromEntries([...css.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{3,6});/g)].map(([, name, value]) => [name, value]));
}

const css = await readFile(new URL("src/css/tokens.css", import.meta.url), "utf8");
const [lightCss, darkCss] = css.split("@media screen and (prefers-color-scheme: dark)");
const light = tokens(lightCss);
const schemes = { light, dark: { ...light, ...tokens(darkCss) } };
let failures = 0;
for (const [scheme, values] of Object.entries(schemes)) {
  for (const [ink, ground, needed] of PAIRS) {
    const found = contrast(values[ink], values[ground]);
    if (found >= needed) continue;
    failures += 1;
    console.error(`${scheme}: ${ink} on ${ground} is ${found.toFixed(2)}, needs ${needed}`);
  }
}
console.log(`${PAIRS.length * 2} pairs checked, ${failures} too weak`);
process.exitCode = failures ? 1 : 0;
