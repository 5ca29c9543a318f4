import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { serverSettings } from "../src/settings";

interface Property {
  readonly default?: unknown;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly scope?: string;
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  contributes: { configuration: { properties: Record<string, Property> }; commands: { command: string }[] };
};
const properties = manifest.contributes.configuration.properties;
const defaults = (key: string) => properties[`promptlint.${key}`]?.default;

test("the defaults leave everything to the server and to the configuration file", () => {
  assert.deepEqual(serverSettings(defaults, (path) => path), {
    configuration: null,
    model: null,
    run: "onType",
    debounceMs: 200,
    workspaceDiagnostics: false,
    pedantic: null,
    codeLens: true,
  });
});

test("what is set is passed on, with the names in paths filled in", () => {
  const set: Record<string, unknown> = {
    configuration: "${workspaceFolder}/a.toml",
    model: " gpt-5-mini ",
    run: "onSave",
    debounceMs: 500,
    workspaceDiagnostics: true,
    pedantic: false,
    codeLens: false,
  };
  assert.deepEqual(serverSettings((key) => set[key], (path) => path.replace("${workspaceFolder}", "/w")), {
    ...set,
    configuration: "/w/a.toml",
    model: "gpt-5-mini",
  });
});

test("every setting is described, and has a scope that fits one server for the whole window", () => {
  for (const [name, property] of Object.entries(properties)) {
    assert.ok(property.description ?? property.markdownDescription, name);
    assert.ok(["window", "machine-overridable"].includes(property.scope ?? "none"), name);
  }
});
