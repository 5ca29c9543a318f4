import assert from "node:assert/strict";
import { test } from "node:test";

import { basis, type Estimate, promptAt } from "../src/estimate";

function estimate(line: number, more: Partial<Estimate> = {}): Estimate {
  return {
    prompt: `at ${line}`,
    range: { start: { line } },
    label: "≈ 12 tokens in",
    input_tokens: { minimum: 12, maximum: 12 },
    output_tokens: { source: "nothing limits it" },
    assumptions: [],
    ...more,
  };
}

const one = estimate(0);
const two = estimate(9);

test("the prompt at the cursor is the one that starts above it", () => {
  assert.equal(promptAt([two, one], 0), one);
  assert.equal(promptAt([two, one], 8), one);
  assert.equal(promptAt([two, one], 9), two);
  assert.equal(promptAt([two, one], 900), two);
});

test("in front matter, above every prompt, it is the first one", () => {
  assert.equal(promptAt([estimate(20), two], 3), two);
});

test("a file without prompts has none", () => {
  assert.equal(promptAt([], 3), undefined);
});

test("what an estimate rests on is named line by line", () => {
  const known = estimate(0, {
    input_tokens: { minimum: 1234, maximum: 5678 },
    output_tokens: { source: "text: at most 3 sentences" },
    assumptions: ["no model is declared", "variables have 50 tokens"],
  });
  assert.deepEqual(basis(known), [
    "Tokens in: at least 1,234, at most 5,678",
    "The answer: text: at most 3 sentences",
    "Assumed: no model is declared",
    "Assumed: variables have 50 tokens",
  ]);
});

test("what has no bound is not given one", () => {
  assert.equal(
    basis(estimate(0, { input_tokens: { minimum: 12, maximum: null } }))[0],
    "Tokens in: at least 12, not bounded above",
  );
});
