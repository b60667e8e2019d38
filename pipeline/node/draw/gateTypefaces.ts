import { trainingFonts } from '../../data/synth/fonts.ts';
import type { Typeface } from '../../draw/typeface.ts';
import { PipelineError } from '../../faults.ts';
import { handwritingFont } from './handwritingFont.ts';
import { labelTypeface } from './labelTypeface.ts';

/** The fonts that draw what is no character of a model; none where their packages are not installed. */
export function gateTypefaces(): Typeface[] {
  try {
    return [...trainingFonts.map(handwritingFont), labelTypeface()];
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'not-installed') return [];
    throw error;
  }
}
