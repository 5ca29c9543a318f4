/** What one call of a prompt takes, as the server's request `promptlint/estimate` answers it. */

/** The answer: the prompts of a document. Only what is used here; the server says more. */
export interface Estimates {
  readonly version: number | null;
  readonly prompts: readonly Estimate[];
}

/** One prompt. The figures are named as in `promptlint cost --output-format json`. */
export interface Estimate {
  readonly prompt: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly label: string;
  readonly input_tokens: { readonly minimum: number; readonly maximum: number | null };
  readonly output_tokens: { readonly source: string };
  readonly assumptions: readonly string[];
}

/** The prompt that a line belongs to: the last one that starts at or above it, or the first one of the file. */
export function promptAt(prompts: readonly Estimate[], line: number): Estimate | undefined {
  const sorted = [...prompts].sort((a, b) => a.range.start.line - b.range.start.line);
  return sorted.filter((each) => each.range.start.line <= line).at(-1) ?? sorted[0];
}

/** What the estimate of a prompt rests on, a line for each thing. */
export function basis(estimate: Estimate): string[] {
  const { minimum, maximum } = estimate.input_tokens;
  const most = maximum === null ? "not bounded above" : `at most ${count(maximum)}`;
  return [
    `Tokens in: at least ${count(minimum)}, ${most}`,
    `The answer: ${estimate.output_tokens.source}`,
    ...estimate.assumptions.map((each) => `Assumed: ${each}`),
  ];
}

/** The same in every locale, as the server writes it. */
function count(tokens: number): string {
  return tokens.toLocaleString("en-US");
}
