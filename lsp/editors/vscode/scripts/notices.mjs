// Writes out/NOTICES.txt: the licences of the packages that the bundle holds, as esbuild's list of its inputs names them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const inputs = Object.keys(JSON.parse(readFileSync("out/bundle.json", "utf8")).inputs);
const folders = new Set(inputs.flatMap((file) => file.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/) ?? []));
const notices = [...folders].sort().map((folder) => {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (!file) throw new Error(`${name} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
});
writeFileSync("out/NOTICES.txt", notices.join(`\n${"-".repeat(80)}\n\n`));
