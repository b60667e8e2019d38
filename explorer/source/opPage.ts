/** What scripts/opPages.mjs takes from the ops' own sources. */

/** Lines of a file, moved to the left margin. */
export interface Excerpt {
  /** in the repository */
  readonly path: string;
  /** of its first line, counted from 1 */
  readonly line: number;
  readonly text: string;
}

export interface Formula {
  /** as it stands in the source */
  readonly plain: string;
  /** null where it could not be typeset */
  readonly mathml: string | null;
}

export interface OpPage {
  readonly name: string;
  /** the head of its file, or the comment of its row */
  readonly head: string;
  /** what it computes, one or several lines */
  readonly formulas: readonly Formula[];
  /** its gradient, likewise; none where the head says none */
  readonly gradients: readonly Formula[];
  /** what the definition calls its inputs, those that it updates in place last; none of an op that takes any number */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly definition: Excerpt;
  /** the functions that the definition calls, and of an elementwise op its own function first */
  readonly helpers: readonly Excerpt[];
  /** the line that runs while a number is summed up: in the definition, counted from 0 */
  readonly marked: number;
  readonly gradient: Excerpt | { readonly none: string };
  /** the files that compute it on a device: keys of `KernelTexts` */
  readonly wgsl: readonly string[];
  readonly wasm: readonly string[];
  /** of an elementwise op: what those files map, an expression of WGSL and one of AssemblyScript for four floats at a time */
  readonly expressions: { readonly wgsl: string; readonly wasm: string } | null;
}

/** By the op's name. */
export type OpPages = Readonly<Record<string, OpPage>>;

/** Files of shaders/ and wasm/ by their path; much text, for those who look under the hood. */
export type KernelTexts = Readonly<Record<string, string>>;
