/** The rules as `promptlint rule` describes them. */

import { execFile } from "node:child_process";

import type { Candidate } from "./command";

/** A rule as the list of rules shows it. */
export interface Rule {
  readonly id: string;
  readonly family: string;
  readonly severity: string;
  readonly summary: string;
}

/** The rules of the program, those of a project's own among them. Rejects with what the program said. */
export async function listRules(candidate: Candidate, folder: string | undefined): Promise<Rule[]> {
  return parseRules(await run(candidate, ["rule", "--output-format", "json"], folder));
}

/** The description of a rule in Markdown. Rejects with what the program said. */
export function describeRule(candidate: Candidate, folder: string | undefined, name: string): Promise<string> {
  return run(candidate, ["rule", "--output-format", "markdown", "--", name], folder);
}

/** The rules in what `promptlint rule --output-format json` prints; what has no id or no summary is passed over. */
export function parseRules(text: string): Rule[] {
  const data: unknown = JSON.parse(text);
  const rules = isRecord(data) && Array.isArray(data["rules"]) ? (data["rules"] as unknown[]) : [];
  return rules.filter(isRecord).flatMap((rule) => {
    const { id, family, severity, summary } = rule;
    return typeof id === "string" && typeof summary === "string"
      ? [{ id, summary, family: String(family), severity: String(severity) }]
      : [];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function run(candidate: Candidate, args: readonly string[], folder: string | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: folder, windowsHide: true, maxBuffer: 16 * 1024 * 1024, timeout: 60_000 };
    execFile(candidate.command, [...candidate.args, ...args], options, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve(stdout);
    });
  });
}
