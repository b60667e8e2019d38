import type { Heading, Row } from '../pipeline/draw/contactSheet.ts';
import type { RgbaImage } from '../pipeline/image/image.ts';

/** What an image went through, in pictures that are small enough to keep. */
export interface Shown {
  readonly name: string;
  readonly stages: readonly {
    readonly name: string;
    readonly parameters: readonly string[];
    readonly image: RgbaImage;
  }[];
}

type Stages = Shown['stages'];

/** Which of the stages of its name one is: a recipe may have a step twice. */
const placeOf = (stages: Stages, i: number): number =>
  stages.slice(0, i).filter(({ name }) => name === stages[i].name).length;

/** The stage that belongs into the column of stage i of others. */
const alike = (stages: Stages, others: Stages, i: number): Stages[number] | undefined =>
  stages.filter(({ name }) => name === others[i].name)[placeOf(others, i)];

/**
 * Puts the stages of images below each other: a column for each stage of the longest way, since a picture without ink ends
 * early. Parameters that are the same all along stand above a column, others below each picture.
 */
export function tableOf(shown: readonly Shown[]): { columns: Heading[]; rows: Row[] } {
  const longest = shown.reduce((a, b) => (b.stages.length > a.stages.length ? b : a)).stages;
  const columns = longest.map(({ name, parameters }, i) => {
    const said = parameters.join(', ');
    const isShared = shown.every(
      ({ stages }) => (alike(stages, longest, i)?.parameters.join(', ') ?? said) === said,
    );
    return { name, ...(isShared && { details: parameters }) };
  });
  const rows = shown.map(({ name, stages }) => ({
    heading: { name },
    cells: columns.map(({ details }, i) => {
      const stage = alike(stages, longest, i);
      if (stage === undefined) return {};
      const caption = stage.parameters.join(', ');
      return { image: stage.image, ...(details === undefined && caption !== '' && { caption }) };
    }),
  }));
  return { columns, rows };
}
