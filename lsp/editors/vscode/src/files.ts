/** Which documents are handed to the server, which then decides what is a prompt, as `promptlint files` does. */

/** A document filter as the protocol and VS Code understand it. */
export type Filter = { scheme: string; pattern: string } | { scheme: string; language: string };

/** Files of these suffixes can be prompts or settings of promptlint, wherever they lie. */
const SUFFIXES = [
  "md", "markdown", "mdc",
  "prompt", "prompty", "poml", "baml",
  "j2", "jinja", "jinja2", "hbs", "handlebars", "mustache", "liquid",
  "yaml", "yml", "json", "jsonl", "ndjson", "toml",
  // programs: most hold no prompts, which the server sees by a search for a few words
  "py", "ipynb", "ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs",
];

/** Files with a name of their own, without a suffix that tells. */
const NAMES = [".clinerules", ".cursorrules", ".goosehints", ".roorules", ".windsurfrules", "skprompt.txt"];

/** Plain text is as often something else: only in a folder of prompts, or with a name that says so. */
const TEXTS = ["**/*{prompt,Prompt,PROMPT}*/**/*.{txt,text}", "**/*{prompt,Prompt,PROMPT}*.{txt,text}"];

/** Languages that are those of templates and prompts: what has no name yet can only be told from its language. */
const LANGUAGES = [
  "jinja", "jinja-md", "jinja-yaml", "jinja-json", "jinja-xml",
  "handlebars", "mustache", "liquid",
  "prompt", "instructions", "chatagent", "chatmode", "skill",
  "dotprompt", "prompty", "poml", "baml",
  "python", "typescript", "typescriptreact", "javascript", "javascriptreact",
];

/**
 * The document filters: files by name, documents without a file by language.
 * @param more patterns of the setting `promptlint.files`, for formats that the configuration describes.
 */
export function filters(more: readonly string[] = []): Filter[] {
  const patterns = [`**/*.{${SUFFIXES.join(",")}}`, `**/{${NAMES.join(",")}}`, ...TEXTS, ...more.map(anywhere)];
  return [
    ...patterns.map((pattern) => ({ scheme: "file", pattern })),
    ...LANGUAGES.map((language) => ({ scheme: "untitled", language })),
  ];
}

/** A pattern of a user's, which as in .gitignore holds in every folder unless it starts with a slash or `**`. */
function anywhere(pattern: string): string {
  const trimmed = pattern.trim().replace(/^\.?\//, "");
  return trimmed.startsWith("**/") ? trimmed : `**/${trimmed}`;
}
