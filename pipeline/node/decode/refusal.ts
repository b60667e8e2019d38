import { type Fault, PipelineError } from '../../faults.ts';

/** Images beyond this many pixels are refused unless a caller says otherwise: as bytes, they take 256 MB. */
export const MAX_PIXELS = 64_000_000;

export const AGAIN = 'save or download it again';

/** Refuses a file: what is wrong with it, and what to do. */
export type Fail = (what: string, advice?: string, code?: Fault) => never;

/** Errors about one file, in one line: `<name>: <what is wrong>; <what to do>`. Most files are damaged. */
export const failsFor =
  (name: string): Fail =>
  (what, advice = AGAIN, code = 'damaged') => {
    throw new PipelineError(`${name}: ${what}; ${advice}`, code);
  };

/** Refuses the size that a header claims where nothing or too much would come of it. */
export function checkSize(
  format: string,
  width: number,
  height: number,
  maxPixels: number,
  fail: Fail,
): void {
  const claim = `the ${format} header claims ${width}×${height} pixels`;
  if (width === 0 || height === 0) fail(claim);
  if (width * height > maxPixels) {
    fail(
      claim,
      `at most ${maxPixels / 1e6} megapixels are read; shrink it, or raise \`maxPixels\``,
      'too-large',
    );
  }
}
