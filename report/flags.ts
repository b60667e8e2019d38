/** Options of the pipeline that have a flag of the same name. */
const OPTIONS = [
  'accumulate',
  'augment',
  'batch',
  'beta1',
  'beta2',
  'cache',
  'certainty',
  'classWeights',
  'clip',
  'cutmix',
  'data',
  'device',
  'deviceProfile',
  'draws',
  'drawn',
  'ema',
  'epochs',
  'freeze',
  'from',
  'host',
  'labelSmoothing',
  'limit',
  'lr',
  'mapping',
  'maxPixels',
  'minutes',
  'mixup',
  'model',
  'momentum',
  'onlyKnown',
  'optimizer',
  'out',
  'patience',
  'port',
  'precision',
  'recipe',
  'schedule',
  'seed',
  'segment',
  'synthCount',
  'testShare',
  'threads',
  'transpose',
  'tune',
  'validation',
  'warmup',
  'weightDecay',
];

/** What is called otherwise here than there. */
const RENAMED = {
  'columns.image': 'image-column',
  'columns.label': 'label-column',
  'columns.split': 'split-column',
};

/** `weightDecay` → `weight-decay`. */
export const flagName = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const flags: ReadonlyMap<string, string> = new Map([
  ...OPTIONS.map((name) => [name, flagName(name)] as const),
  ...Object.entries(RENAMED),
]);

/**
 * What the pipeline says, for someone who gives flags: it names its options as a program writes them, in backticks, like
 * `maxPixels`, which becomes --max-pixels; `transpose` false becomes --no-transpose. Other names stay as they are.
 */
export const withFlags = (message: string): string =>
  message.replaceAll(/`([\w.]+)`( false\b)?/g, (said, name: string, off = '') => {
    const flag = flags.get(name);
    if (flag === undefined) return said;
    return off === '' ? `--${flag}` : `--no-${flag}`;
  });
