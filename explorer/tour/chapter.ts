import * as v from 'valibot';
import { finite, whole } from '../../pipeline/numbers.ts';
import type { TourAction } from './action.ts';

/** What a chapter's comment says of its question. */
export const questionSpec = v.variant('kind', [
  v.strictObject({
    kind: v.literal('number'),
    answer: finite,
    /** how far off an answer may be; 0 for numbers that can be counted */
    tolerance: v.pipe(finite, v.minValue(0)),
  }),
  /** `answer` is the place of the right one in the list below the question, from 0 on */
  v.strictObject({ kind: v.literal('choice'), answer: whole(0) }),
]);

export type QuestionSpec = Readonly<v.InferOutput<typeof questionSpec>>;

/** A question that the page checks. Its texts are HTML. */
export type Question = QuestionSpec & {
  readonly text: string;
  /** those to choose from, none for a number; in the order in which `answer` counts them */
  readonly choices: readonly string[];
  /** why the answer is right, shown after an answer */
  readonly why: string;
  readonly action: TourAction;
};

/** What is shown at a time. Its texts are HTML. */
export interface Screen {
  readonly title: string;
  readonly html: string;
  readonly action: TourAction;
}

/** A file of docs/book/, as scripts/chapters.mjs makes it. */
export interface Chapter {
  /** the file without its ending, `02-convolution` */
  readonly name: string;
  readonly title: string;
  readonly screens: readonly Screen[];
  /** something to do in the page */
  readonly try: Screen;
  readonly question: Question;
}
