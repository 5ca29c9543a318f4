/** The item in the status bar: tokens and cost of the prompt at the cursor. */

import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

import { basis, type Estimate, type Estimates, promptAt } from "./estimate";

/** How long to wait after a change before the server is asked again. It lints only once nobody types. */
const MILLISECONDS = 300;

/** Shows what the server reckons for the prompt at the cursor. */
export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("promptlint.cost", vscode.StatusBarAlignment.Right, 90);
  private readonly disposables: vscode.Disposable[];
  private known: { readonly uri: string; readonly prompts: readonly Estimate[] } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private asked = 0;

  /**
   * @param client the client that runs, if one does.
   * @param isPrompt whether a document is one that the server is told of.
   */
  constructor(
    private readonly client: () => LanguageClient | undefined,
    private readonly isPrompt: (document: vscode.TextDocument) => boolean,
  ) {
    this.item.name = "promptlint: tokens and cost";
    this.item.command = "promptlint.explainCost";
    this.disposables = [
      this.item,
      vscode.window.onDidChangeActiveTextEditor(() => this.refresh()),
      vscode.window.onDidChangeTextEditorSelection(() => this.show()),
      vscode.workspace.onDidChangeTextDocument((event) => this.refreshSoon(event.document.uri)),
    ];
  }

  /** Asks the server about the active document at once. */
  refresh(): void {
    clearTimeout(this.timer);
    void this.ask();
  }

  /** Says what the estimate of the prompt at the cursor rests on. */
  async explain(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    await showEstimate(editor && promptAt(await this.prompts(editor.document), editor.selection.active.line));
  }

  /** Says what the estimate of a prompt rests on. The arguments are those of the server's command. */
  async explainNamed(uri: unknown, name: unknown): Promise<void> {
    const document = vscode.workspace.textDocuments.find((each) => this.uriOf(each) === uri);
    const prompts = document ? await this.prompts(document) : [];
    await showEstimate(prompts.find((each) => each.prompt === name));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.asked++;
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Asks the server again about a document, if it is the active one: it, or something beside it, has changed. */
  refreshSoon(uri: vscode.Uri): void {
    if (vscode.window.activeTextEditor?.document.uri.toString() !== uri.toString()) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), MILLISECONDS);
  }

  private async ask(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const number = ++this.asked;
    const isShown = document && vscode.workspace.getConfiguration("promptlint", document).get("statusBar", true);
    const prompts = isShown ? await this.prompts(document) : [];
    if (number !== this.asked) return; // something newer has been asked
    this.known = document && { uri: document.uri.toString(), prompts };
    this.show();
  }

  private show(): void {
    const editor = vscode.window.activeTextEditor;
    const prompts = editor && this.known?.uri === editor.document.uri.toString() ? this.known.prompts : [];
    const estimate = editor && promptAt(prompts, editor.selection.active.line);
    if (!estimate) {
      this.item.hide();
      return;
    }
    this.item.text = estimate.label;
    this.item.tooltip = [estimate.prompt, ...basis(estimate)].join("\n");
    this.item.show();
  }

  private uriOf(document: vscode.TextDocument): string | undefined {
    return this.client()?.code2ProtocolConverter.asUri(document.uri);
  }

  /** The prompts of a document; none where the server gives none, whatever the reason: this is no place for faults. */
  private async prompts(document: vscode.TextDocument): Promise<readonly Estimate[]> {
    const client = this.client();
    if (!client?.isRunning() || !this.isPrompt(document)) return [];
    try {
      const textDocument = { uri: this.uriOf(document) };
      return (await client.sendRequest<Estimates | null>("promptlint/estimate", { textDocument }))?.prompts ?? [];
    } catch {
      return [];
    }
  }
}

async function showEstimate(estimate: Estimate | undefined): Promise<void> {
  if (estimate) {
    const detail = [estimate.label, "", ...basis(estimate)].join("\n");
    await vscode.window.showInformationMessage(estimate.prompt, { modal: true, detail });
  } else {
    await vscode.window.showInformationMessage("There is no prompt of which promptlint knows tokens and cost.");
  }
}
