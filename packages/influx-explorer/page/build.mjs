// Bundles the page into src/influx_explorer/_page, with the licences of what is in the bundle.
// usage: node build.mjs [--check]    --check compares with the files there and changes nothing
import { build } from "esbuild";
import { readdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/influx_explorer/_page");
const modules = join(here, "node_modules");

const bundle = async (entry, name) => {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    outfile: name,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    write: false,
  });
  return { contents: result.outputFiles[0].contents, inputs: Object.keys(result.metafile.inputs) };
};

const packageOf = (path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];

const licenceOf = (name) => {
  const folder = join(modules, name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `License: ${license}`;
  return `${name} ${version} (${license})\n\n${text}\n`;
};

const script = await bundle("src/app.js", "app.js");
const style = await bundle("src/app.css", "app.css");
const names = [...script.inputs, ...style.inputs].map(packageOf).filter(Boolean);
const rule = `\n${"-".repeat(80)}\n\n`;
const licences = [...new Set(names)].sort().map(licenceOf).join(rule);
const built = {
  "app.js": script.contents,
  "app.css": style.contents,
  "index.html": readFileSync(join(here, "src/index.html")),
  "icon.svg": readFileSync(join(here, "src/icon.svg")),
  "THIRD_PARTY.txt": Buffer.from(`The page contains these packages.\n${rule}${licences}`),
};

const differs = (name) => {
  const path = join(target, name);
  return !existsSync(path) || !readFileSync(path).equals(Buffer.from(built[name]));
};
const changed = Object.keys(built).filter(differs);
if (process.argv.includes("--check")) {
  if (changed.length) {
    console.error(`not what the sources build: ${changed.join(", ")}; run npm run build`);
    process.exit(1);
  }
} else {
  for (const name of changed) writeFileSync(join(target, name), built[name]);
}
const size = Object.values(built).reduce((sum, each) => sum + each.length, 0);
console.log(`${changed.length} files differ; the page has ${size} bytes`);
