import { join } from 'node:path';
import { namedPart, type PartName, type Parts } from '../../data/parts.ts';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { listFolder } from './listFolder.ts';

/**
 * The folders that are the parts of a data set: train, test, validation under any of their names, alone or with a word
 * that says nothing (training_set, testImages) or that all of them share (mnist_train, mnist_test).
 *
 * @param folders the folders in `folder`
 * @returns undefined where there are no two that belong together, of which one is trained on
 * @throws InkgradError where two mean the same part, or there are the parts of several data sets
 */
export function partFolders(folder: string, folders: readonly string[]): Parts<string> | undefined {
  const named = folders.flatMap((name) => {
    const found = namedPart(name);
    return found === undefined ? [] : [{ name, ...found }];
  });
  const sets = [...new Set(named.map(({ of }) => of))].sort().flatMap((set): Parts<string>[] => {
    const parts = oneOfEach(
      folder,
      named.filter(({ of }) => of === set),
    );
    const { train, validation, test } = parts;
    return train !== undefined && (validation ?? test) !== undefined ? [{ ...parts, train }] : [];
  });
  // Plain names go before others, such as a sample of the set beside it.
  const plain = named.some(({ of, name }) => of === '' && name === sets[0]?.train);
  if (sets.length > 1 && !plain) {
    const names = sets.map(({ train }) => visible(train)).join(', ');
    throw new PipelineError(
      `${visible(folder)}: holds the parts of ${sets.length} data sets (${names}); give each a folder of its own`,
      'not-a-dataset',
    );
  }
  return sets[0];
}

function oneOfEach(
  folder: string,
  named: readonly { readonly name: string; readonly part: PartName }[],
): Partial<Parts<string>> {
  const parts: Partial<Record<PartName, string>> = {};
  for (const { name, part } of named) {
    if (parts[part] !== undefined) {
      throw new PipelineError(
        `${visible(folder)}: ${visible(parts[part])} and ${visible(name)} both mean the ${part} part; keep one of them`,
        'not-a-dataset',
      );
    }
    parts[part] = name;
  }
  return parts;
}

/** What archives unpack into is often a folder that holds nothing but one of its own name: the innermost of them. */
export function withinItself(folder: string, name: string): string {
  const { folders, files } = listFolder(folder);
  const same = folders.length === 1 && files.length === 0 && folders[0].toLowerCase() === name.toLowerCase();
  return same ? withinItself(join(folder, folders[0]), folders[0]) : folder;
}
