/** A data set in the parts that its source has. */
export interface Parts<T> {
  readonly train: T;
  /** chooses the best epoch; split off the training images where it is absent */
  readonly validation?: T;
  /** split off the training images where it is absent */
  readonly test?: T;
}

/** What the parts of data sets are called, in folders, files and columns; PublicTest is Kaggle's. */
const names: Readonly<Partial<Record<string, keyof Parts<unknown>>>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  publictest: 'validation',
  test: 'test',
  testing: 'test',
  t10k: 'test',
  privatetest: 'test',
};

/** Which part a name means, in any case; undefined where it means none. */
export const partOf = (name: string): keyof Parts<unknown> | undefined => names[name.toLowerCase()];

/** A validation part without a test part is what nothing is trained on: it is tested on. */
export const settled = <T>({ train, validation, test }: Parts<T>): Parts<T> =>
  test === undefined
    ? { train, ...(validation !== undefined && { test: validation }) }
    : { train, ...(validation !== undefined && { validation }), test };
