/** A data set in the parts that its source has. */
export interface Parts<T> {
  readonly train: T;
  /** chooses the best epoch; split off the training images where it is absent */
  readonly validation?: T;
  /** split off the training images where it is absent */
  readonly test?: T;
}

export type PartName = keyof Parts<unknown>;

/** What the parts of data sets are called, in folders, files and columns; PublicTest is Kaggle's. */
const names: ReadonlyMap<string, PartName> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['trainval', 'train'],
  ['val', 'validation'],
  ['valid', 'validation'],
  ['validation', 'validation'],
  ['dev', 'validation'],
  ['eval', 'validation'],
  ['evaluation', 'validation'],
  ['publictest', 'validation'],
  ['test', 'test'],
  ['testing', 'test'],
  ['t10k', 'test'],
  ['privatetest', 'test'],
]);

/** Words that stand beside the name of a part and say nothing, as in training_set, TestImages and valdata. */
const FILLING =
  /^(data|datas?ets?|sets?|splits?|parts?|subsets?|images?|imgs?|pictures?|pics?|files?|folders?|dir|jpe?gs?|pngs?)$/;
const GLUED = /(?:dataset|data|set|split|images?|imgs?)$/;

/** What a name says of a part. */
export interface NamedPart {
  readonly part: PartName;
  /** what else it says, such as `mnist` in mnist_train: empty as a rule */
  readonly of: string;
}

/** Reads a name such as train, Training_Set, testSet or mnist_train; undefined where it means no part, or two. */
export function namedPart(name: string): NamedPart | undefined {
  const words = name
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');
  const whole = names.get(words.join(''));
  if (whole !== undefined) return { part: whole, of: '' };
  const meant = words.map((word) => names.get(word) ?? names.get(word.replace(GLUED, '')));
  const said = meant.filter((part) => part !== undefined);
  if (said.length !== 1) return undefined;
  const rest = words.filter((word, i) => meant[i] === undefined && !FILLING.test(word));
  return { part: said[0], of: rest.join(' ') };
}

/** Which part a name means, in any case; undefined where it means none, or more than a part. */
export function partOf(name: string): PartName | undefined {
  const found = namedPart(name);
  return found?.of === '' ? found.part : undefined;
}

/** A validation part without a test part is what nothing is trained on: it is tested on. */
export const settled = <T>({ train, validation, test }: Parts<T>): Parts<T> =>
  test === undefined
    ? { train, ...(validation !== undefined && { test: validation }) }
    : { train, ...(validation !== undefined && { validation }), test };
