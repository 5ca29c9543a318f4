// Runs @silupanda/prompt-lint, which is a library, over folders and prints a JSON object a line.
// What it needs is found from the folder that it was installed into: node silupanda_folder.js INSTALLED FOLDER...
const fs = require("fs");
const path = require("path");
const [installed, ...folders] = process.argv.slice(2);
const { lint } = require(path.join(installed, "node_modules", "@silupanda", "prompt-lint"));

let count = 0;
for (const folder of folders) {
  for (const name of fs.readdirSync(folder, { recursive: true }).sort()) {
    const file = path.join(folder, name);
    if (!fs.statSync(file).isFile()) continue;
    count += 1;
    const report = lint({ source: fs.readFileSync(file, "utf8"), preset: "recommended" });
    for (const each of report.diagnostics) {
      const { ruleId: rule, severity, message, location } = each;
      console.log(JSON.stringify({ path: file, line: location ? location.startLine : null, rule, severity, message }));
    }
  }
}
console.log(JSON.stringify({ files: count }));
