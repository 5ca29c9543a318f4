import assert from "node:assert/strict";
import { test } from "node:test";

import { describeRule, listRules, parseRules } from "../src/rules";

/** A program that is Node with a script of ours, to which the arguments of promptlint are passed on. */
const program = (script: string) => ({ command: process.execPath, args: ["-e", script, "--"], origin: "a test" });
const RULE = { id: "a-b", family: "output", severity: "info", summary: "A b." };

test("rules are read from the list, with whatever else is said of them left out", () => {
  assert.deepEqual(parseRules(JSON.stringify({ version: 1, rules: [{ ...RULE, why: "..." }] })), [RULE]);
});

test("what is no rule is passed over", () => {
  assert.deepEqual(parseRules(JSON.stringify({ rules: [null, 3, { id: "x" }, { summary: "y" }] })), []);
  assert.deepEqual(parseRules("[]"), []);
  assert.throws(() => parseRules("Usage:"), SyntaxError);
});

test("the list and the description are asked for by their arguments", async () => {
  const script = `console.log(JSON.stringify({ rules: [{ id: "x", summary: process.argv.slice(1).join(" ") }] }))`;
  const [rule] = await listRules(program(script), undefined);
  assert.equal(rule?.summary, "rule --output-format json");
  const text = await describeRule(program(`console.log(process.argv.slice(1).join(" "))`), undefined, "a-b");
  assert.equal(text, "rule --output-format markdown -- a-b\n");
});

test("what the program says about a mistake comes back", async () => {
  const script = `console.error("Error: no such rule: 'a-b'"); process.exit(2)`;
  await assert.rejects(describeRule(program(script), undefined, "a-b"), /^Error: Error: no such rule: 'a-b'$/);
});
