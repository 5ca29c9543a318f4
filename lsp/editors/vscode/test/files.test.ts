import assert from "node:assert/strict";
import { test } from "node:test";

import { minimatch } from "minimatch";

import { filters } from "../src/files";

/** VS Code matches patterns of filters against the whole path; stars take names that start with a dot. */
function isTaken(path: string, more: string[] = []): boolean {
  return filters(more).some(
    (filter) => "pattern" in filter && minimatch(path, filter.pattern, { dot: true, windowsPathsNoEscape: true }),
  );
}

test("what promptlint reads is handed to the server", () => {
  for (const name of [
    "prompts/a.md", "a.prompty", "a.prompt", "a.prompt.yml", "a.poml", "src/a.baml", "x.j2", "x.md.jinja", "x.hbs",
    "x.mustache", "x.liquid", "CLAUDE.md", ".claude/agents/a.md", ".cursor/rules/a.mdc", ".cursorrules",
    ".gemini/commands/a.toml", "requests.jsonl", "requests.ndjson", "promptfooconfig.yaml", "promptlint.toml", ".promptlint.toml",
    "pyproject.toml", "src/plugins/x/skprompt.txt", "prompts/de/a.txt", "my-prompts.d/a.txt", "system_prompt.txt",
    "src/app.py", "notes/a.ipynb", "src/app.ts", "src/app.tsx", "src/app.mts", "src/app.cts", "src/app.js", "src/app.jsx", "src/app.mjs",
    "src/app.cjs",
  ]) {
    assert.ok(isTaken(`/home/ada/project/${name}`), name);
  }
});

test("what is no prompt by its name is not", () => {
  for (const name of ["a.pyc", "notes.txt", "src/main.tsv", "a.html", "LICENSE", "prompts/run.go", "requirements.txt"]) {
    assert.ok(!isTaken(`/home/ada/project/${name}`), name);
  }
});

test("patterns of the setting hold in every folder", () => {
  assert.ok(isTaken("/home/ada/project/src/a.prompt.go", ["*.prompt.go"]));
  assert.ok(isTaken("/home/ada/project/texts/a.tmpl", ["/texts/*.tmpl"]));
  assert.ok(isTaken("/home/ada/project/texts/de/a.tmpl", ["**/texts/**/*.tmpl"]));
  assert.ok(!isTaken("/home/ada/project/src/a.go", ["*.prompt.go"]));
});

test("without a file only the languages of prompts and programs count: notes in Markdown are nobody's business", () => {
  const languages = filters().flatMap((filter) => ("language" in filter ? [`${filter.scheme}:${filter.language}`] : []));
  assert.ok(languages.includes("untitled:jinja"));
  assert.ok(!languages.some((each) => /:(markdown|plaintext|yaml|json)$/.test(each) || !each.startsWith("untitled:")));
});
