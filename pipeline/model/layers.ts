import * as v from 'valibot';
import type { Context, Module } from '../../engine/nn/index.ts';
import * as nn from '../../engine/nn/index.ts';
import { ops } from '../../engine/ops/index.ts';
import { ceilOverhang, windowOutput } from '../../engine/ops/window.ts';
import { sameShape, sizeOf } from '../../engine/shape.ts';
import type { PaddingOption, PairOption } from '../../engine/windowOptions.ts';
import { pairOf, windowOf } from '../../engine/windowOptions.ts';
import { PipelineError } from '../faults.ts';
import { finite, positive, share, whole } from '../numbers.ts';
import { brief } from '../text/brief.ts';
import { suggestion } from '../text/nearest.ts';
import { MOST_STEPS } from './limits.ts';

/** A layer as a model file writes it: its type, and the options of that type. */
export interface LayerSpec {
  /** Its type: `conv2d`, `linear`, `relu` and the like; `inkgrad help layers` and docs/models.md list them. */
  readonly type: string;
  /** The options of that type. */
  readonly [option: string]: unknown;
}

/** One number, alone or in a list, or so many in a list: pixels that a window covers or moves by. */
const oneOrSeveral = (least: number, ...lengths: number[]) =>
  v.union([
    whole(least, MOST_STEPS),
    v.pipe(
      v.array(whole(least, MOST_STEPS)),
      v.check((list) => list.length === 1 || lengths.includes(list.length)),
    ),
  ]);

/** Whether a number is neither 0 nor an infinity where it was neither before, as layers compute with it. */
const inFloat32 = v.check(
  (n: number) => Number.isFinite(Math.fround(n)) && (n === 0 || Math.fround(n) !== 0),
);

/** What an option of a layer may be; the name of each schema is also its description in an error. */
const optionKinds = {
  'a whole number ≥ 1': whole(1),
  // The word itself has been replaced by the number of classes before this is asked.
  'a whole number ≥ 1, or "classes"': whole(1),
  'one or two whole numbers from 1 to 4096': oneOrSeveral(1, 2),
  "'same', or one, two or four whole numbers from 0 to 4096": v.union([
    v.literal('same'),
    oneOrSeveral(0, 2, 4),
  ]),
  'a number from 0 to less than 1': share,
  'a number that float32 holds': v.pipe(finite, inFloat32),
  'a number > 0 that float32 holds': v.pipe(positive, inFloat32),
  'true or false': v.boolean(),
  'a list of layers, [{"type": "…"}, …]': v.pipe(v.array(v.looseObject({ type: v.string() })), v.nonEmpty()),
} satisfies Record<string, v.GenericSchema>;

type OptionKind = keyof typeof optionKinds;

/** Numbers of a layer that are saved with a model. */
export interface LayerTensor {
  readonly shape: readonly number[];
  /** whether training updates it by its gradient */
  readonly trained: boolean;
  /** what none of its numbers is below; any when left out */
  readonly least?: number;
}

const trained = (...shape: number[]): LayerTensor => ({ shape, trained: true });
const noTensors = () => ({});

/** What one type of layer takes, what comes out of it, and what it costs for one image. */
export interface LayerKind {
  readonly required: Readonly<Record<string, OptionKind>>;
  readonly optional: Readonly<Record<string, OptionKind>>;
  /** The rank of one image that goes in: 3 for [C,H,W], 1 for features; any when left out. */
  readonly rank?: number;
  /** The options that are layers, which all get what goes in; none when left out. */
  readonly branches?: readonly string[];
  /**
   * [C,H,W] or [features] of what comes out; throws a ShapeError where a window does not fit.
   *
   * @param branches what comes out of those that there are, by their names
   */
  output(
    options: LayerSpec,
    input: readonly number[],
    branches: Readonly<Record<string, readonly number[]>>,
  ): readonly number[];
  /** [C,H,W] of what goes in with its padding, which devices lay out whole; only where there may be some. */
  padded?(options: LayerSpec, input: readonly number[]): readonly number[];
  /** What a saved model has of it, by name, as `state` of its module has it. */
  tensors(options: LayerSpec, input: readonly number[]): Readonly<Record<string, LayerTensor>>;
  /** Floating-point operations for one image, but for those of its branches; a multiply and an add are two. */
  flops(options: LayerSpec, input: readonly number[], output: readonly number[]): number;
  build(
    context: Context,
    options: LayerSpec,
    input: readonly number[],
    branches: Readonly<Record<string, Module>>,
  ): Module;
}

const window = {
  stride: 'one or two whole numbers from 1 to 4096',
  padding: "'same', or one, two or four whole numbers from 0 to 4096",
  dilation: 'one or two whole numbers from 1 to 4096',
} as const;

/** How a pool moves; it alone may round up. */
const poolOptions = (options: LayerSpec) => ({
  kernelSize: options.kernelSize as PairOption,
  ...windowOptions(options),
  ceilMode: options.ceilMode === true,
});

const windowOptions = (options: LayerSpec) => ({
  ...('stride' in options && { stride: options.stride as PairOption }),
  ...('padding' in options && { padding: options.padding as PaddingOption }),
  ...('dilation' in options && { dilation: options.dilation as PairOption }),
});

function padded(options: LayerSpec, [channels, height, width]: readonly number[]): readonly number[] {
  const { padding } = windowOf(windowOptions(options), pairOf(options.kernelSize as PairOption));
  return [channels, height + padding[0] + padding[2], width + padding[1] + padding[3]];
}

/** Options that the checks above have seen to be numbers. */
const number = (options: LayerSpec, name: string, otherwise: number): number =>
  (options[name] as number) ?? otherwise;
const hasBias = (options: LayerSpec): boolean => options.bias !== false;

const conv = (options: LayerSpec, [channels]: readonly number[]) => {
  const kernel = pairOf(options.kernelSize as PairOption);
  const groups = number(options, 'groups', 1);
  return {
    kernel,
    groups,
    outChannels: number(options, 'outChannels', 0),
    taps: (channels / groups) * sizeOf(kernel),
  };
};

/** A layer that changes no shape and has no parameters; one operation per value. */
const elementwise = (optional: LayerKind['optional'], build: LayerKind['build']): LayerKind => ({
  required: {},
  optional,
  output: (_options, input) => input,
  tensors: noTensors,
  flops: (_options, _input, output) => sizeOf(output),
  build,
});

const pool = (
  op: 'maxPool2d' | 'avgPool2d',
  extra: LayerKind['optional'],
  build: LayerKind['build'],
): LayerKind => ({
  required: { kernelSize: 'one or two whole numbers from 1 to 4096' },
  optional: { ...window, ceilMode: 'true or false', ...extra },
  rank: 3,
  output(options, input) {
    const kernel = pairOf(options.kernelSize as PairOption);
    const moved = windowOf({ stride: kernel, ...windowOptions(options) }, kernel);
    const image = pairOf(input.slice(1));
    const overhang = options.ceilMode === true ? ceilOverhang(image, kernel, moved) : ([0, 0] as const);
    // What the op refuses is refused here.
    const attrs = { kernel, ...moved, overhang, countPadding: true };
    const [{ shape }] = ops[op].infer([{ shape: [1, ...input], dtype: 'float32' }], attrs);
    return shape.slice(1);
  },
  padded,
  tensors: noTensors,
  flops: (options, _input, output) => sizeOf(output) * sizeOf(pairOf(options.kernelSize as PairOption)),
  build,
});

/** Every type of layer that a model file may name. */
export const layerKinds: Readonly<Record<string, LayerKind>> = {
  conv2d: {
    required: { outChannels: 'a whole number ≥ 1', kernelSize: 'one or two whole numbers from 1 to 4096' },
    optional: { ...window, groups: 'a whole number ≥ 1', bias: 'true or false' },
    rank: 3,
    output(options, input) {
      const { kernel, groups, outChannels } = conv(options, input);
      if (input[0] % groups !== 0 || outChannels % groups !== 0) {
        throw new PipelineError(
          `${input[0]} channels and ${outChannels} filters in ${groups} groups; expected numbers that ${groups} divides`,
          'invalid-model',
        );
      }
      const moved = windowOf(windowOptions(options), kernel);
      const plane = windowOutput('conv2d', pairOf(input.slice(1)), kernel, moved);
      return [outChannels, ...plane];
    },
    padded,
    tensors(options, input) {
      const { kernel, groups, outChannels } = conv(options, input);
      const weight = trained(outChannels, input[0] / groups, ...kernel);
      return { weight, ...(hasBias(options) && { bias: trained(outChannels) }) };
    },
    flops: (options, input, output) =>
      sizeOf(output) * (2 * conv(options, input).taps + (hasBias(options) ? 1 : 0)),
    build(context, options, input) {
      const { groups, outChannels } = conv(options, input);
      const kernelSize = options.kernelSize as PairOption;
      const more = { ...windowOptions(options), groups, bias: hasBias(options) };
      return new nn.Conv2d(context, { inChannels: input[0], outChannels, kernelSize, ...more });
    },
  },
  linear: {
    required: { outFeatures: 'a whole number ≥ 1, or "classes"' },
    optional: { bias: 'true or false' },
    rank: 1,
    output: (options) => [number(options, 'outFeatures', 0)],
    tensors(options, [features]) {
      const outFeatures = number(options, 'outFeatures', 0);
      const weight = trained(outFeatures, features);
      return { weight, ...(hasBias(options) && { bias: trained(outFeatures) }) };
    },
    flops: (options, [features], output) => sizeOf(output) * (2 * features + (hasBias(options) ? 1 : 0)),
    build(context, options, [inFeatures]) {
      const outFeatures = number(options, 'outFeatures', 0);
      return new nn.Linear(context, { inFeatures, outFeatures, bias: hasBias(options) });
    },
  },
  maxPool2d: pool('maxPool2d', {}, (_context, options) => new nn.MaxPool2d(poolOptions(options))),
  avgPool2d: pool('avgPool2d', { countPadding: 'true or false' }, (_context, options) => {
    return new nn.AvgPool2d({ ...poolOptions(options), countPadding: options.countPadding !== false });
  }),
  globalAvgPool: {
    required: {},
    optional: {},
    rank: 3,
    output: (_options, [channels]) => [channels, 1, 1],
    tensors: noTensors,
    flops: (_options, input) => sizeOf(input),
    build: () => new nn.GlobalAvgPool(),
  },
  batchNorm2d: {
    required: {},
    optional: { eps: 'a number > 0 that float32 holds', momentum: 'a number from 0 to less than 1' },
    rank: 3,
    output: (_options, input) => input,
    tensors: (_options, [channels]) => ({
      weight: trained(channels),
      bias: trained(channels),
      runningMean: { shape: [channels], trained: false },
      runningVar: { shape: [channels], trained: false, least: 0 },
    }),
    flops: (_options, _input, output) => 2 * sizeOf(output),
    build: (context, options, [features]) =>
      new nn.BatchNorm2d(context, {
        features,
        eps: number(options, 'eps', 1e-5),
        momentum: number(options, 'momentum', 0.1),
      }),
  },
  residual: {
    required: { layers: 'a list of layers, [{"type": "…"}, …]' },
    optional: { shortcut: 'a list of layers, [{"type": "…"}, …]' },
    branches: ['layers', 'shortcut'],
    output(_options, input, { layers, shortcut }) {
      const other = shortcut ?? input;
      if (sameShape(layers, other)) return layers;
      throw new PipelineError(
        `its layers make [${layers}], which ${shortcut ? 'its shortcut' : 'its input'}, [${other}], cannot be added to` +
          (shortcut ? '' : '; give it a shortcut, layers that make the same of its input'),
        'invalid-model',
      );
    },
    tensors: noTensors,
    flops: (_options, _input, output) => sizeOf(output),
    build: (_context, _options, _input, { layers, shortcut }) => new nn.Residual(layers, shortcut ?? null),
  },
  dropout: elementwise({ p: 'a number from 0 to less than 1' }, (context, options) => {
    return new nn.Dropout(context, number(options, 'p', 0.5));
  }),
  flatten: {
    required: {},
    optional: {},
    output: (_options, input) => [sizeOf(input)],
    tensors: noTensors,
    flops: () => 0,
    build: () => new nn.Flatten(),
  },
  relu: elementwise({}, () => new nn.ReLU()),
  leakyRelu: elementwise({ negativeSlope: 'a number that float32 holds' }, (_context, options) => {
    return new nn.LeakyReLU(number(options, 'negativeSlope', 0.01));
  }),
  elu: elementwise({ alpha: 'a number that float32 holds' }, (_context, options) => {
    return new nn.ELU(number(options, 'alpha', 1));
  }),
  selu: elementwise({}, () => new nn.SELU()),
  softplus: elementwise({}, () => new nn.Softplus()),
  hardSwish: elementwise({}, () => new nn.Hardswish()),
  silu: elementwise({}, () => new nn.SiLU()),
  sigmoid: elementwise({}, () => new nn.Sigmoid()),
  tanh: elementwise({}, () => new nn.Tanh()),
  gelu: elementwise({}, () => new nn.GELU()),
};

/** What is wrong with a layer's options, and what belongs there; null when nothing is. */
export function optionFault(kind: LayerKind, { type: _, ...options }: LayerSpec): string | null {
  const known = { ...kind.required, ...kind.optional };
  for (const name of Object.keys(kind.required)) {
    if (!Object.hasOwn(options, name)) return `${name} is missing; expected ${known[name]}`;
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known);
      return `unknown option ${brief(name)}${suggestion(name, names) || `; expected ${names.join(', ') || 'none'}`}`;
    }
    if (!v.is(optionKinds[known[name]], value))
      return `${name} is ${brief(JSON.stringify(value))}; expected ${known[name]}`;
  }
  return null;
}
