/**
 * Talks to a real server with Microsoft's protocol library, as VS Code does, about the files of a folder: what it finds, fixes and
 * reckons must be what `promptlint check` and `promptlint cost` say. Writes no file.
 *
 *   PROMPTLINT=promptlint npm run check -- FOLDER
 */

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import {
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  type Diagnostic,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentEdit,
  createProtocolConnection,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";

import type { Estimates } from "../src/estimate";
import { serverSettings } from "../src/settings";

const PROGRAM = process.env["PROMPTLINT"] ?? "promptlint";

interface Report {
  diagnostics: { path: string; rule: string; message: string; help: string | null; offsets: [number, number] }[];
}
interface Cost {
  prompt: string;
  input_tokens: object;
  output_tokens: object;
  usd: { input: number; output: number | null; per_call: number | null } | null;
}
interface Manifest {
  contributes: {
    commands: { command: string }[];
    configuration: { properties: Record<string, { default: unknown }> };
  };
}

function run(input: string, ...args: string[]): string {
  return execFileSync(PROGRAM, args, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}

/** Offsets of the report are in code points, those of the protocol in UTF-16. */
function utf16(text: string, codePoints: number): number {
  return [...text].slice(0, codePoints).join("").length;
}

async function initialize(connection: ProtocolConnection, folder: string): Promise<string[]> {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
  const { commands, configuration } = manifest.contributes;
  const uri = pathToFileURL(folder).href;
  const { capabilities, serverInfo } = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: "prompts" }],
    initializationOptions: serverSettings((key) => configuration.properties[`promptlint.${key}`]?.default, (path) => path),
    capabilities: {
      general: { positionEncodings: ["utf-16"] },
      textDocument: {
        diagnostic: { relatedDocumentSupport: true },
        codeLens: {},
        codeAction: {
          codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } },
          resolveSupport: { properties: ["edit"] },
          dataSupport: true,
        },
      },
      workspace: { workspaceEdit: { documentChanges: true } },
    },
  });
  console.log(`${serverInfo?.name} ${serverInfo?.version} on Node ${process.version}`);
  await connection.sendNotification(InitializedNotification.type, {});

  const theirs = capabilities.executeCommandProvider?.commands ?? [];
  const ours = commands.map(({ command }) => command);
  // vscode-languageclient makes a command of VS Code for each of them: one name twice, and it does not start
  assert.deepEqual(ours.filter((command) => theirs.includes(command)), []);
  assert.ok(capabilities.diagnosticProvider && capabilities.codeLensProvider);
  return theirs;
}

async function check(connection: ProtocolConnection, folder: string, file: string): Promise<[number, number]> {
  const name = relative(folder, file);
  const uri = pathToFileURL(file).href;
  const text = readFileSync(file, "utf8");
  const document = TextDocument.create(uri, "plaintext", 1, text);
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: "plaintext", version: 1, text },
  });

  const pulled = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
  assert.equal(pulled.kind, "full");
  const found = pulled.items.map((each) => line(document, each));
  const report = JSON.parse(run("", "check", "--output-format", "json", "--exit-zero", file)) as Report;
  const wanted = report.diagnostics.map(({ rule, message, help, offsets }) => {
    const [start, end] = offsets.map((offset) => utf16(text, offset));
    return `${start}-${end} ${rule} ${[message, ...(help ? [help] : [])].join("\n")}`;
  });
  assert.deepEqual(found, wanted, name);
  found.forEach((each) => console.log(`${name}:${each.split("\n")[0]}`));

  const estimates = await connection.sendRequest<Estimates | null>("promptlint/estimate", { textDocument: { uri } });
  const prompts = estimates?.prompts ?? []; // null: it is no prompt
  const costs = JSON.parse(run("", "cost", "--output-format", "json", file)) as { prompts: Cost[] };
  assert.deepEqual((prompts as unknown as Cost[]).map(figures), costs.prompts.map(figures), name);
  prompts.forEach((each) => console.log(`${name}: ${each.label}`));

  const fixed = await fix(connection, document, pulled.items);
  assert.equal(fixed, run(text, "check", "--fix", "--exit-zero", "--quiet", "--stdin-filename", file, "-"), name);
  await connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  return [found.length, Number(fixed !== text)];
}

function figures({ prompt, input_tokens, output_tokens, usd }: Cost): unknown {
  const money = usd && { input: usd.input, output: usd.output, per_call: usd.per_call };
  return { prompt, input_tokens, output_tokens, money };
}

function line(document: TextDocument, each: Diagnostic): string {
  return `${document.offsetAt(each.range.start)}-${document.offsetAt(each.range.end)} ${each.code} ${String(each.message)}`;
}

/** The text of a document after the action that applies all safe fixes, if the server offers it. */
async function fix(connection: ProtocolConnection, document: TextDocument, diagnostics: Diagnostic[]): Promise<string> {
  const textDocument = { uri: document.uri };
  const range = { start: { line: 0, character: 0 }, end: document.positionAt(document.getText().length) };
  const context = { diagnostics, only: ["source.fixAll.promptlint"] };
  const offered = await connection.sendRequest(CodeActionRequest.type, { textDocument, range, context });
  const [action] = (offered ?? []) as CodeAction[];
  if (!action) return document.getText();
  const { edit } = await connection.sendRequest(CodeActionResolveRequest.type, action);
  const edits = (edit?.documentChanges ?? []).filter((each) => TextDocumentEdit.is(each)).flatMap((each) => each.edits);
  return TextDocument.applyEdits(document, edits as Parameters<typeof TextDocument.applyEdits>[1]);
}

async function main(): Promise<void> {
  const folder = resolve(process.env["INIT_CWD"] ?? ".", process.argv[2] ?? ".");
  const server = spawn(PROGRAM, ["server"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  await once(server, "spawn");
  const ended = new Promise<number | null>((done) => server.once("exit", done));
  const connection = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  let pushed = 0;
  connection.onNotification(PublishDiagnosticsNotification.type, () => {
    pushed++;
  });
  connection.listen();
  try {
    await initialize(connection, folder);
    let findings = 0;
    let fixes = 0;
    const names = files(folder);
    for (const file of names) {
      const [found, fixed] = await check(connection, folder, file);
      findings += found;
      fixes += fixed;
    }
    assert.ok(findings > 0 && fixes > 0, "nothing was found, or nothing fixed");
    assert.equal(pushed, 0, "who pulls is not pushed to");
    await connection.sendRequest(ShutdownRequest.type);
    await connection.sendNotification(ExitNotification.type);
    assert.equal(await ended, 0);
    console.log(
      `${findings} findings in ${names.length} files, as promptlint check prints them; ${fixes} files fixed as --fix does; ` +
        "tokens and cost as promptlint cost reckons them",
    );
  } finally {
    connection.dispose();
    server.kill();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
