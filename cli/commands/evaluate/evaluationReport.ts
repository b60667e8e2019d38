import type { Calibration } from '../../../pipeline/evaluate/calibration.ts';
import type { MergedCase } from '../../../pipeline/evaluate/mergeCase.ts';
import type { Confusion } from '../../../pipeline/evaluate/metrics.ts';
import { grouped } from '../../../pipeline/text/grouped.ts';
import { visible } from '../../../pipeline/text/visible.ts';
import { percent } from '../../output.ts';
import { classJson, classTable, table } from '../../table.ts';

/** `--json` of the predictions with case merged. */
export const mergedJson = ({ classes, merged, confusion }: MergedCase) => ({
  accuracy: confusion.accuracy,
  merged,
  perClass: classJson(classes, confusion.perClass()),
  confusion: confusion.matrix,
});

/** A line with how far certainties are from how often they are right. */
export const calibrationLine = ({ error, temperature }: Calibration): string =>
  `certainties are off by ${percent(error)} on average (temperature ${temperature.toFixed(2)})`;

/** A line with how many images look like no character of the model. */
export const refusedLine = (images: number, total: number): string =>
  `${grouped(images)} (${percent(images / total)}) would be refused as no character of the model`;

/** A line with the accuracy when case is merged; undefined where no two classes differ only in case. */
export function mergedLine({ merged, confusion }: MergedCase): string | undefined {
  if (merged.length === 0) return undefined;
  const names = merged.map((group) => visible(group.join('/')));
  const list = names.length > 12 ? `${names.slice(0, 12).join(' ')} …` : names.join(' ');
  return `case merged: accuracy ${percent(confusion.accuracy)} (${list})`;
}

/** The scores of the classes and the confusion matrix, without classes that no image has or was taken for. */
export function confusionTables(classes: readonly string[], confusion: Confusion): string {
  const { matrix } = confusion;
  const perClass = confusion.perClass();
  const shown = [...classes.keys()].filter(
    (i) => perClass[i].support > 0 || matrix.some((row) => row[i] > 0),
  );
  const names = shown.map((i) => classes[i]);
  const rows = shown.map((label) => [
    classes[label],
    ...shown.map((predicted) => (matrix[label][predicted] === 0 ? '·' : grouped(matrix[label][predicted]))),
  ]);
  return [
    classTable(
      names,
      shown.map((i) => perClass[i]),
    ),
    '\nconfusion matrix: a row per true class, a column per predicted one',
    // A leading < would be taken for flush left.
    table(['<', ...names.map((name) => name.replace(/^</, '<<'))], rows),
  ].join('\n');
}
