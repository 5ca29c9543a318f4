/** What the server is told of the settings. */

/** Gives the value of a setting below `promptlint.`, defaults included. */
export type Get = (key: string) => unknown;

/** The settings as the server takes them, in its initialization options and when they change. */
export interface ServerSettings {
  readonly configuration: string | null;
  readonly model: string | null;
  readonly run: unknown;
  readonly debounceMs: unknown;
  readonly workspaceDiagnostics: unknown;
  readonly pedantic: boolean | null;
  readonly codeLens: unknown;
}

/**
 * The settings of a window for the server.
 * @param fill fills `${workspaceFolder}` and its like into a path, of which the server knows nothing.
 */
export function serverSettings(get: Get, fill: (path: string) => string): ServerSettings {
  const pedantic = get("pedantic");
  return {
    configuration: text(get("configuration"), fill),
    model: text(get("model")),
    run: get("run"),
    debounceMs: get("debounceMs"),
    workspaceDiagnostics: get("workspaceDiagnostics"),
    // what is not said is left to the configuration file
    pedantic: typeof pedantic === "boolean" ? pedantic : null,
    codeLens: get("codeLens"),
  };
}

function text(value: unknown, fill: (text: string) => string = (same) => same.trim()): string | null {
  return typeof value === "string" && value.trim() ? fill(value) : null;
}
