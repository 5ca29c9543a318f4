import assert from "node:assert/strict";
import { test } from "node:test";

import { candidates, environments, expand, type Machine } from "../src/command";

function machine(files: string[], more: Partial<Machine> = {}): Machine {
  return {
    platform: "linux",
    environment: { PATH: "/usr/local/bin:/usr/bin", STAGE: "dev" },
    home: "/home/ada",
    isFile: (file) => files.includes(file),
    ...more,
  };
}

const commands = (...given: Parameters<typeof candidates>) => candidates(...given).map((each) => each.command);

test("the setting is filled in", () => {
  const here = machine([]);
  assert.equal(expand(" ~/bin/promptlint ", "/w", here), "/home/ada/bin/promptlint");
  assert.equal(expand("${workspaceFolder}/.venv/bin/promptlint", "/w", here), "/w/.venv/bin/promptlint");
  assert.equal(expand("${userHome}/${env:STAGE}/promptlint", "/w", here), "/home/ada/dev/promptlint");
  assert.equal(expand("", "/w", here), "");
});

test("what cannot be filled in stays as it is, so that a message can show it", () => {
  const here = machine([]);
  assert.equal(expand("${workspaceFolder}/a", undefined, here), "${workspaceFolder}/a");
  assert.equal(expand("${env:NONE}/a", "/w", here), "${env:NONE}/a");
  assert.equal(expand("${other}/a~/b", "/w", here), "${other}/a~/b");
});

test("text that is filled in is not read as a pattern", () => {
  assert.equal(expand("${workspaceFolder}/a", "/w/$&", machine([])), "/w/$&/a");
});

test("the setting is the only candidate when it is set", () => {
  const here = machine(["/usr/bin/promptlint", "/w/.venv/bin/promptlint"]);
  assert.deepEqual(commands("/opt/promptlint", ["/w/.venv/bin/python"], here), ["/opt/promptlint"]);
});

test("environments go before PATH, in their order, each program once", () => {
  const here = machine(["/usr/bin/promptlint", "/w/.venv/bin/promptlint", "/c/bin/promptlint"]);
  const interpreters = ["/c/bin/python", "/w/.venv/bin/python", "/c/bin/python3", "/none/bin/python"];
  assert.deepEqual(commands("", interpreters, here), [
    "/c/bin/promptlint",
    "/w/.venv/bin/promptlint",
    "/usr/bin/promptlint",
  ]);
  assert.deepEqual(commands("", ["/usr/bin/python3"], here), ["/usr/bin/promptlint"]);
});

test("nothing is found where there is nothing", () => {
  assert.deepEqual(commands("", ["/w/.venv/bin/python"], machine([])), []);
  assert.deepEqual(commands("", [], machine(["/usr/bin/promptlint"], { environment: {} })), []);
});

test("folders on PATH that are relative are passed over", () => {
  const here = machine(["bin/promptlint", "/usr/bin/promptlint"], { environment: { PATH: "bin::/usr/bin" } });
  assert.deepEqual(commands("", [], here), ["/usr/bin/promptlint"]);
});

test("Windows has Scripts, .exe and Path", () => {
  const files = ["C:\\w\\.venv\\Scripts\\promptlint.exe", "C:\\Python\\Scripts\\promptlint.exe", "D:\\bin\\promptlint.exe"];
  const here = machine(files, { platform: "win32", environment: { Path: "D:\\bin;C:\\Windows" } });
  const interpreters = ["C:\\w\\.venv\\Scripts\\python.exe", "C:\\Python\\python.exe"];
  assert.deepEqual(commands("", interpreters, here), files);
});

test("environments in a folder are found by their interpreters", () => {
  assert.deepEqual(environments("/w", machine(["/w/venv/bin/python"])), ["/w/venv/bin/python"]);
  assert.deepEqual(environments("/w", machine(["/w/.venv/bin/python", "/w/venv/bin/python"])), [
    "/w/.venv/bin/python",
    "/w/venv/bin/python",
  ]);
  const windows = machine(["C:\\w\\.venv\\Scripts\\python.exe"], { platform: "win32" });
  assert.deepEqual(environments("C:\\w", windows), ["C:\\w\\.venv\\Scripts\\python.exe"]);
  assert.deepEqual(environments("/w", machine(["/w/.venv/bin/promptlint"])), []);
});
