/** What a contraction is, before it is known how it is made; see contraction.ts. */

export type Three = readonly [number, number, number];

export interface Contraction {
  readonly rows: number;
  readonly columns: number;
  /** The three nested axes of the sum, outermost first. */
  readonly sum: Three;
  /** A column is three nested axes (n, i, j): the lengths of the inner two. */
  readonly columnAxes: readonly [number, number];
  /** Independent contractions, with the strides of each factor along each axis. */
  readonly batch?: {
    readonly shape: readonly number[];
    readonly a: readonly number[];
    readonly b: readonly number[];
  };
  readonly a: { readonly row: number; readonly sum: Three; readonly start?: number };
  readonly b: { readonly columns: Three; readonly sum: Three; readonly start?: number };
  readonly y: {
    readonly row: number;
    readonly columns: Three;
    readonly batch: number;
    readonly start?: number;
  };
  readonly end?: Ending;
  /**
   * Where each step of the sum stands for four, which lie side by side in b: how far apart they lie in a. Only contractShared can.
   */
  readonly inner?: number;
  /** Whether b is read in fours of columns or, with `inner`, of steps: all places of it but those inside a four divide by four. */
  readonly fours?: 'columns' | 'steps';
  /**
   * Where columns are pixels of so many images, and b has those of four images side by side: what follows lies four times as
   * far apart, and the last four may be fewer. See `inFours`.
   */
  readonly images?: number;
  /** Where columns come in 2×2 blocks: the strides inside of one, in b and in y. */
  readonly block?: Block & { readonly yDown: number; readonly yRight: number };
}

interface Block {
  readonly down: number;
  readonly right: number;
}

/** What is done to each sum before it is stored. */
export interface Ending {
  /** A bias for each row. */
  readonly bias?: boolean;
  readonly relu?: boolean;
  /**
   * Takes the maximum of each 2×2 window and notes its place in an image `width` pixels wide. Columns are then four
   * for each pooled pixel, `down` and `right` the strides inside the window.
   */
  readonly pool?: Block & { readonly width: number };
}
