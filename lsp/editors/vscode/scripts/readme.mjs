// Writes the table of the settings into README.md, from package.json. With --check it exits with 1 when the table is stale.
import { readFileSync, writeFileSync } from "node:fs";

const properties = JSON.parse(readFileSync("package.json", "utf8")).contributes.configuration.properties;
const rows = Object.entries(properties).map(([name, property]) => {
  const described = property.markdownDescription ?? property.description;
  const choices = (property.enumDescriptions ?? []).map((each, index) => `\`${property.enum[index]}\`: ${each}`);
  const text = [described, ...choices.map((each) => `${each}.`)].join(" ").replaceAll("`#", "`").replaceAll("#`", "`");
  return `| \`${name}\` | \`${JSON.stringify(property.default)}\` | ${text} |`;
});
const table = ["| Setting | Default | Meaning |", "| --- | --- | --- |", ...rows].join("\n");
const before = readFileSync("README.md", "utf8");
const after = before.replace(
  /(<!-- settings:.*-->\n)[^]*?(<!-- \/settings -->)/,
  (_, start, end) => `${start}\n${table}\n\n${end}`,
);
if (!process.argv.includes("--check")) writeFileSync("README.md", after);
else if (before !== after) {
  console.error("README.md is stale: npm run readme");
  process.exitCode = 1;
}
