/** The promptlint extension: starts the language server when there is a prompt to look at, and offers a few commands. */

import { statSync } from "node:fs";
import { homedir } from "node:os";

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, State } from "vscode-languageclient/node";

import { type Candidate, candidates, environments, expand, type Machine } from "./command";
import { type Filter, filters } from "./files";
import { probe } from "./probe";
import { interpreters, onDidChangeInterpreter } from "./python";
import { describeRule, listRules } from "./rules";
import { type ServerSettings, serverSettings } from "./settings";
import { Status } from "./status";

const SCHEME = "promptlint-rule";

/** What is remembered of somebody who does not want to be told again that there is no promptlint. */
const SILENT = "promptlint.notFoundIsSilent";

const MACHINE: Machine = {
  platform: process.platform,
  environment: process.env,
  home: homedir(),
  isFile: (file) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false,
};

let extension: Extension | undefined;

/** Called by VS Code when a document of one of our languages is opened. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  extension = new Extension(context);
  await extension.startWhenNeeded();
}

/** Called by VS Code when the window closes. */
export async function deactivate(): Promise<void> {
  await extension?.stop();
}

class Extension {
  private readonly output = vscode.window.createOutputChannel("promptlint", { log: true });
  private readonly status: Status;
  private client: LanguageClient | undefined;
  private program: Candidate | undefined;
  private queue: Promise<void> = Promise.resolve();
  private told = false;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.status = new Status(() => this.client, (document) => this.isPrompt(document));
    const command = (name: string, action: (...args: never[]) => unknown) =>
      vscode.commands.registerCommand(`promptlint.${name}`, action);
    context.subscriptions.push(
      this.output,
      this.status,
      // the server has commands of its own, for which the client makes commands of VS Code: these names differ from theirs
      command("fixFile", () => this.fixFile()),
      command("explainRule", (name?: unknown) => this.explainRule(name)),
      command("explainCost", () => this.status.explain()),
      command("restart", () => this.restart()),
      command("showOutput", () => this.output.show()),
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        provideTextDocumentContent: (uri) => this.describe(uri.path.replace(/^\/|\.md$/g, "")),
      }),
      vscode.workspace.onDidOpenTextDocument((document) => this.opened(document)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.startWhenNeeded()),
      vscode.workspace.onDidChangeConfiguration(async (event) => {
        if (event.affectsConfiguration("promptlint.statusBar")) this.status.refresh();
        // what the server asks once, when it starts, or what the client does
        const keys = ["enable", "path", "files", "codeLens", "run", "workspaceDiagnostics"];
        if (keys.some((key) => event.affectsConfiguration(`promptlint.${key}`))) await this.startAnew();
        else if (event.affectsConfiguration("promptlint")) await this.tellSettings();
      }),
    );
    void onDidChangeInterpreter(() => this.interpreterChanged()).then((disposable) => {
      if (disposable) context.subscriptions.push(disposable);
    });
  }

  /** Starts the server if a document that it should look at is open. */
  async startWhenNeeded(): Promise<void> {
    if (vscode.workspace.textDocuments.some((document) => this.isPrompt(document))) await this.start();
  }

  start(): Promise<void> {
    return this.inTurn(() => this.startNow());
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.stopNow());
  }

  /** Looks for the program again and starts it anew. */
  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.stopNow();
      this.told = false;
      await this.startNow();
    });
  }

  private async startAnew(): Promise<void> {
    await this.stop();
    this.told = false;
    await this.startWhenNeeded();
  }

  /** One start or stop at a time: a stop during a start would leave a process behind. */
  private inTurn(action: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(action).catch((error: unknown) => this.output.error(String(error)));
    return this.queue;
  }

  private async opened(document: vscode.TextDocument): Promise<void> {
    if (!this.client && !this.told && this.isPrompt(document)) await this.start();
  }

  private async tellSettings(): Promise<void> {
    if (!this.client?.isRunning()) return;
    const settings = { promptlint: this.serverSettings() };
    await this.client.sendNotification("workspace/didChangeConfiguration", { settings });
  }

  private async interpreterChanged(): Promise<void> {
    if (!this.client && !this.told) return; // nothing has been looked for yet
    const [first] = await this.search();
    if (!this.client || first?.command !== this.program?.command) await this.restart();
  }

  private async startNow(): Promise<void> {
    if (this.client || !this.settings().get<boolean>("enable", true)) return;
    this.program = await this.find();
    if (!this.program) return;
    const client = new LanguageClient(
      "promptlint",
      "promptlint",
      { command: this.program.command, args: [...this.program.args, "server"], options: folderOption() },
      this.options(),
    );
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.status.refresh();
    });
    try {
      await client.start();
      const info = client.initializeResult?.serverInfo;
      this.output.info(`${info?.name ?? "server"} ${info?.version ?? ""} runs: ${this.program.command}`);
    } catch (error) {
      this.client = undefined;
      this.told = true;
      await this.complain(`promptlint's language server did not start: ${String(error)}`);
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.status.refresh();
    try {
      await client?.dispose();
    } catch (error) {
      this.output.warn(`the server did not stop as it should: ${String(error)}`);
    }
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: this.filters(),
      outputChannel: this.output,
      initializationOptions: this.serverSettings(),
      diagnosticPullOptions:
        this.settings().get("run") === "onSave" ? { onChange: false, onSave: true } : { onChange: true },
      middleware: {
        executeCommand: (name, args: unknown[], next) => {
          // a preview, and a message that keeps its lines
          if (name === "promptlint.showRule") return this.explainRule(args[0]);
          if (name === "promptlint.showEstimate") return this.status.explainNamed(args[0], args[1]);
          return next(name, args) as unknown;
        },
        provideDiagnostics: async (document, previous, token, next) => {
          const report = await next(document, previous, token);
          // findings are asked for anew, also when a setting, the configuration or a file beside the prompt has changed
          this.status.refreshSoon(document instanceof vscode.Uri ? document : document.uri);
          return report;
        },
        workspace: {
          configuration: async (params, token, next) => {
            const answers = await next(params, token);
            const own = this.serverSettings();
            return Array.isArray(answers)
              ? answers.map((each, index) => (params.items[index]?.section === "promptlint" ? own : each) as object)
              : answers;
          },
        },
      },
    };
  }

  private serverSettings(): ServerSettings {
    const settings = this.settings();
    return serverSettings((key) => settings.get(key), (path) => this.expand(path));
  }

  private expand(text: string): string {
    return expand(text, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath, MACHINE);
  }

  private settings(): vscode.WorkspaceConfiguration {
    return vscode.workspace.getConfiguration("promptlint");
  }

  private filters(): Filter[] {
    return filters(this.settings().get<string[]>("files", []));
  }

  private isPrompt(document: vscode.TextDocument): boolean {
    return vscode.languages.match(this.filters(), document) > 0;
  }

  /** The ways to start promptlint on this machine, best first. */
  private async search(): Promise<Candidate[]> {
    const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri);
    const setting = this.expand(this.settings().get<string>("path", ""));
    if (setting) return candidates(setting, [], MACHINE);
    const own = folders.flatMap((folder) => environments(folder.fsPath, MACHINE));
    return candidates("", [...(await interpreters(folders)), ...own], MACHINE);
  }

  /** The first program that has a server. Tells the user where there is none. */
  private async find(): Promise<Candidate | undefined> {
    const reasons: string[] = [];
    for (const candidate of await this.search()) {
      const refusal = await probe(candidate);
      if (!refusal) return candidate;
      reasons.push(`${candidate.command} (from ${candidate.origin}) is not taken: ${refusal}`);
    }
    this.told = true;
    const [message = "promptlint is neither in the chosen Python environment nor on PATH.", ...others] = reasons;
    others.forEach((reason) => this.output.warn(reason));
    if (this.settings().get<string>("path", "") || !this.context.globalState.get<boolean>(SILENT)) {
      void this.complain(message, "Don't Show Again");
    }
    return undefined;
  }

  private async complain(message: string, ...more: string[]): Promise<void> {
    this.output.error(message);
    const chosen = await vscode.window.showWarningMessage(message, "Show Output", "Open Settings", ...more);
    if (chosen === "Show Output") this.output.show();
    if (chosen === "Open Settings") {
      await vscode.commands.executeCommand("workbench.action.openSettings", "promptlint.path");
    }
    if (chosen === "Don't Show Again") await this.context.globalState.update(SILENT, true);
  }

  private async fixFile(): Promise<void> {
    // the editor's own command: it checks the version of the document and makes one step of undo
    await vscode.commands.executeCommand("editor.action.codeAction", {
      kind: "source.fixAll.promptlint",
      apply: "first",
    });
  }

  /** Shows a rule: the named one, that of a finding at the cursor, or one from the list. */
  private async explainRule(name: unknown): Promise<void> {
    this.program ??= await this.find();
    if (!this.program) return;
    const rule = typeof name === "string" ? name : (ruleAtCursor() ?? (await this.chooseRule(this.program)));
    if (!rule) return;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${rule}.md` });
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  }

  private async chooseRule(program: Candidate): Promise<string | undefined> {
    try {
      const rules = await listRules(program, folderOption().cwd);
      const items = rules.map(({ id, family, severity, summary }) => ({
        label: id,
        description: `${family}, ${severity}`,
        detail: summary,
      }));
      const options = { matchOnDescription: true, matchOnDetail: true, placeHolder: "Rule" };
      return (await vscode.window.showQuickPick(items, options))?.label;
    } catch (error) {
      await this.complain(`promptlint rule: ${String(error)}`);
      return undefined;
    }
  }

  private async describe(rule: string): Promise<string> {
    try {
      return this.program ? await describeRule(this.program, folderOption().cwd, rule) : "";
    } catch (error) {
      return `\`promptlint rule ${rule}\` failed:\n\n    ${String(error).replace(/\n/g, "\n    ")}\n`;
    }
  }
}

/** Where the server runs: what holds for a run and not for a file is taken from the configuration closest to there. */
function folderOption(): { cwd?: string } {
  const folder = vscode.workspace.workspaceFolders?.[0];
  return folder ? { cwd: folder.uri.fsPath } : {};
}

/** The rule of a finding at the cursor. */
function ruleAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const found = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter((each) => each.source === "promptlint" && each.range.contains(editor.selection.active));
  const code = found[0]?.code;
  return code === undefined ? undefined : String(typeof code === "object" ? code.value : code);
}
