import { caseGroups } from '../text/caseFold.ts';
import { Confusion } from './metrics.ts';

/** The predictions of a model with the classes that differ only in case taken for one. */
export interface MergedCase {
  /** names of the merged classes, such as A/a */
  readonly classes: readonly string[];
  /** the classes that were merged, two or more each */
  readonly merged: readonly (readonly string[])[];
  readonly confusion: Confusion;
}

/**
 * Merges classes that differ only in case, after prediction: an o that was taken for an O counts as recognised. Alone,
 * without a line to stand on, the two cannot be told apart.
 *
 * @param classes one name for each row of the matrix
 */
export function mergeCase(classes: readonly string[], { matrix }: Confusion): MergedCase {
  const groups = caseGroups(classes);
  const placeOf = new Map(groups.flatMap((group, place) => group.map((name) => [name, place])));
  const places = classes.map((name) => placeOf.get(name)!);
  const confusion = new Confusion(groups.length);
  matrix.forEach((row, label) => {
    row.forEach((images, predicted) => {
      confusion.matrix[places[label]][places[predicted]] += images;
    });
  });
  return {
    classes: groups.map((group) => group.join('/')),
    merged: groups.filter((group) => group.length > 1),
    confusion,
  };
}
