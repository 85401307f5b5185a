// Builds the styles, scripts, icons and type of the pages into supplyhub/static/dist.
//
// Names carry a hash of their content, so that they can be cached for ever; manifest.json says which plain name
// ("app.css") became which file ("app.3FA2….css"). The folder is made beside the old one and swapped in whole: a
// running server never sees half a build. Nothing here reads the network.
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const dist = join(here, "..", "static", "dist");
const fresh = `${dist}.fresh-${process.pid}`;

// The oldest browsers that the pages are for: cascade layers came in with these (early 2022).
const BROWSERS = ["chrome99", "firefox97", "safari15.4"];
// fpdf2 needs TrueType files for the Chinese of its PDFs; no page ever loads them (10 MB each).
const TYPE = {
  "NotoSansSC-Regular.ttf": "400Regular/NotoSansSC_400Regular.ttf",
  "NotoSansSC-Bold.ttf": "700Bold/NotoSansSC_700Bold.ttf",
  "OFL.txt": "LICENSE_FONT",
};

const ENTRIES = [
  ["app", "src/js/app.js"],
  ["app", "src/css/app.css"],
  ["map", "src/map/map.js"],
  ["map", "src/map/map.css"],
  ["charts", "src/charts/charts.js"],
];

async function bundle() {
  const result = await esbuild.build({
    entryPoints: ENTRIES.map(([out, source]) => ({ in: join(here, source), out })),
    bundle: true,
    minify: true,
    format: "iife",
    target: BROWSERS,
    entryNames: "[name].[hash]",
    assetNames: "[name].[hash]",
    loader: { ".png": "file", ".svg": "file" },
    legalComments: "linked",
    metafile: true,
    outdir: fresh,
    logLevel: "warning",
  });
  const names = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (!output.entryPoint) continue;
    const file = basename(path);
    const [stem, , ending] = file.split(".");
    names[`${stem}.${ending}`] = file;
  }
  return names;
}

async function write(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  const at = name.lastIndexOf(".");
  const file = `${name.slice(0, at)}.${hash}${name.slice(at)}`;
  await writeFile(join(fresh, file), text);
  return file;
}

async function sprite() {
  const listed = JSON.parse(await readFile(join(here, "src/icons.json"), "utf8"));
  const symbols = await Promise.all(
    listed.map(async (entry) => {
      // "gate=barrier-block": our own word for one of Tabler's icons.
      const [name, drawn = name] = entry.split("=");
      const source = await readFile(join(modules, "@tabler/icons/icons/outline", `${drawn}.svg`), "utf8");
      const drawing = source
        .replace(/^[\s\S]*?<svg[^>]*>/, "")
        .replace(/<\/svg>\s*$/, "")
        .replace(/<path stroke="none"[^>]*\/>/, "")
        .replace(/\s*\n\s*/g, "");
      return (
        `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ` +
        `stroke-linecap="round" stroke-linejoin="round">${drawing}</symbol>`
      );
    }),
  );
  const [, owner = ""] = (await readFile(join(modules, "@tabler/icons/LICENSE"), "utf8")).match(/^(Copyright.*)$/m) || [];
  const notice = `<!-- Tabler Icons, MIT License. ${owner} -->`;
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${notice}\n${symbols.join("\n")}\n</svg>\n`;
}

async function main() {
  await mkdir(join(fresh, "fonts"), { recursive: true });
  try {
    const manifest = await bundle();
    manifest["icons.svg"] = await write("icons.svg", await sprite());
    manifest["mark.svg"] = await write("mark.svg", await readFile(join(here, "src/brand/mark.svg"), "utf8"));
    for (const [name, source] of Object.entries(TYPE)) {
      await cp(join(modules, "@expo-google-fonts/noto-sans-sc", source), join(fresh, "fonts", name));
      manifest[`fonts/${name}`] = `fonts/${name}`;
    }
    await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    await rm(dist, { recursive: true, force: true });
    await rename(fresh, dist);
    console.log(`built ${Object.keys(manifest).length} files into ${dist}`);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

await main();
