import type { Tape, Use } from './tape.ts';

/** Which launch of a tape has made a value, and as which of its outputs; null for what came from outside. */
export function makerOf(
  { launches }: Pick<Tape, 'launches'>,
  use: Use,
): { launch: number; output: number } | null {
  for (const [launch, { outputs }] of launches.entries()) {
    const output = outputs.findIndex(({ value }) => value === use.value);
    if (output >= 0) return { launch, output };
  }
  return null;
}
