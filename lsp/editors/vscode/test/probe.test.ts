import assert from "node:assert/strict";
import { test } from "node:test";

import { probe } from "../src/probe";

/** A program that is Node with a script of ours: the arguments `server --help` follow it. */
const program = (script: string) => ({ command: process.execPath, args: ["-e", script, "--"], origin: "a test" });

test("a program that knows the command is fine", async () => {
  const script = `process.exit(process.argv.slice(1).join(" ") === "server --help" ? 0 : 1)`;
  assert.equal(await probe(program(script)), undefined);
});

test("another program of the name is told from what it says", async () => {
  const script = `console.error("Usage: promptlint FILE\\nError: No such command 'server'."); process.exit(2)`;
  assert.equal(await probe(program(script)), `it has no command "server": Error: No such command 'server'.`);
  assert.equal(await probe(program("process.exit(1)")), `it has no command "server"`);
});

test("a program that is not there is told", async () => {
  const refusal = await probe({ command: "/nowhere/promptlint", args: [], origin: "a test" });
  assert.equal(refusal, "there is no such program");
});

test("a program that hangs is ended", async () => {
  assert.equal(await probe(program("setInterval(() => {}, 1000)"), 500), "it gave no answer within 0.5 seconds");
});
