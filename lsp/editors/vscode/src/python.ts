/** The interpreters that the Python extension has chosen, where it is installed. */

import * as vscode from "vscode";

/** The part of the Python extension's public interface that is used here. */
interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly id: string; readonly path: string };
    resolveEnvironment(environment: { readonly path: string }): Promise<
      { readonly executable: { readonly uri?: vscode.Uri } } | undefined
    >;
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

async function python(): Promise<PythonExtension | undefined> {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
  if (!extension) return undefined;
  try {
    const api = await extension.activate();
    return api?.environments ? api : undefined;
  } catch {
    return undefined; // that it does not start is its own business to tell
  }
}

/** The interpreters of the folders, in their order; of the window when there is no folder. */
export async function interpreters(folders: readonly vscode.Uri[]): Promise<string[]> {
  const api = await python();
  if (!api) return [];
  const found = await Promise.all(
    (folders.length ? folders : [undefined]).map(async (folder) => {
      try {
        const active = api.environments.getActiveEnvironmentPath(folder);
        return (await api.environments.resolveEnvironment(active))?.executable.uri?.fsPath;
      } catch {
        return undefined; // an environment that has been deleted
      }
    }),
  );
  return found.filter((each): each is string => each !== undefined);
}

/** Calls back when another interpreter is chosen. */
export async function onDidChangeInterpreter(listener: () => void): Promise<vscode.Disposable | undefined> {
  return (await python())?.environments.onDidChangeActiveEnvironmentPath(listener);
}
