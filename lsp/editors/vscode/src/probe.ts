/** Whether a program is a promptlint that has a language server. */

import { execFile } from "node:child_process";

import type { Candidate } from "./command";

/** Why a candidate is not taken, in words for a person; or undefined when it is fine. */
export type Refusal = string | undefined;

/** How long a program may take to say what it is. A first start after an update compiles its modules. */
const MILLISECONDS = 20_000;

/**
 * Asks a program for the help of its command `server`. Another program is on PyPI under the same name, and old versions
 * have no server: both fail here, with a message that says so, instead of in the middle of a conversation.
 */
export function probe(candidate: Candidate, milliseconds = MILLISECONDS): Promise<Refusal> {
  return new Promise((resolve) => {
    const args = [...candidate.args, "server", "--help"];
    execFile(candidate.command, args, { timeout: milliseconds, windowsHide: true }, (error, _stdout, stderr) => {
      resolve(error ? refusal(error, stderr, milliseconds) : undefined);
    });
  });
}

function refusal(error: Error & { code?: unknown; killed?: boolean }, stderr: string, milliseconds: number): string {
  if (error.code === "ENOENT") return "there is no such program";
  if (error.code === "EACCES") return "it may not be run";
  if (error.killed) return `it gave no answer within ${milliseconds / 1000} seconds`;
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim());
  const last = lines.at(-1);
  return `it has no command "server"${last ? `: ${last.trim()}` : ""}`;
}
