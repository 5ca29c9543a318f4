/** Where the program `promptlint` is looked for. Nothing here starts a process or needs VS Code. */

import * as path from "node:path";

/** A way to start promptlint: the program and its first arguments. `origin` says to a person where it comes from. */
export interface Candidate {
  readonly command: string;
  readonly args: readonly string[];
  readonly origin: string;
}

/** What the search needs to know of the machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly isFile: (file: string) => boolean;
}

/**
 * The setting `promptlint.path` with `~`, `${workspaceFolder}`, `${userHome}` and `${env:NAME}` filled in.
 * Empty when the setting is. A name that cannot be filled in stays, so that the message about it shows it.
 */
export function expand(setting: string, folder: string | undefined, machine: Machine): string {
  return setting
    .trim()
    .replace(/^~(?=$|[\\/])/, () => machine.home)
    .replace(/\$\{(?:env:)?([^}]+)\}/g, (whole: string, name: string) => {
      if (whole.startsWith("${env:")) return machine.environment[name] ?? whole;
      if (name === "workspaceFolder") return folder ?? whole;
      return name === "userHome" ? machine.home : whole;
    });
}

/**
 * The ways to start promptlint, best first. What the setting names is the only one when it is set: falling back to
 * another version in silence would be worse than a message.
 * @param setting `promptlint.path` after `expand`.
 * @param interpreters of the Python extension and of the folders' virtual environments, best first.
 */
export function candidates(setting: string, interpreters: readonly string[], machine: Machine): Candidate[] {
  if (setting) {
    return [{ command: setting, args: [], origin: "the setting promptlint.path" }];
  }
  const found: Candidate[] = [];
  for (const interpreter of interpreters) {
    const program = beside(interpreter, machine);
    if (program && !found.some((each) => each.command === program)) {
      found.push({ command: program, args: [], origin: `the Python environment of ${interpreter}` });
    }
  }
  const program = onPath(machine);
  if (program && !found.some((each) => each.command === program)) {
    found.push({ command: program, args: [], origin: "PATH" });
  }
  return found;
}

/** The interpreters of the virtual environments that lie in a folder under their usual names. */
export function environments(folder: string, machine: Machine): string[] {
  const here = paths(machine);
  const inside = machine.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  return [".venv", "venv"].map((name) => here.join(folder, name, ...inside)).filter(machine.isFile);
}

/** The program that pip puts beside the interpreter of an environment, if it is there. */
function beside(interpreter: string, machine: Machine): string | undefined {
  const here = paths(machine);
  const folder = here.dirname(interpreter);
  // a base installation on Windows has python.exe above Scripts
  const folders = machine.platform === "win32" ? [folder, here.join(folder, "Scripts")] : [folder];
  return folders.map((each) => here.join(each, programName(machine))).find(machine.isFile);
}

function onPath(machine: Machine): string | undefined {
  const here = paths(machine);
  // Windows spells it Path, and a copied environment has lost its indifference to case
  const key = Object.keys(machine.environment).find((name) => name.toUpperCase() === "PATH");
  return (key ? (machine.environment[key] ?? "") : "")
    .split(here.delimiter)
    .filter((folder) => here.isAbsolute(folder)) // a relative one would be read from wherever VS Code was started
    .map((folder) => here.join(folder, programName(machine)))
    .find(machine.isFile);
}

function programName(machine: Machine): string {
  return machine.platform === "win32" ? "promptlint.exe" : "promptlint";
}

function paths(machine: Machine): path.PlatformPath {
  return machine.platform === "win32" ? path.win32 : path.posix;
}
