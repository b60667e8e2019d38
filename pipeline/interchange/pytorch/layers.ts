import { type Pair, planeOf } from '../../../engine/ops/window.ts';
import type { LayerSpec } from '../../model/layers.ts';
import type { PlacedLayer } from '../../model/place.ts';
import { hangsOver, isSymmetric, type LayerWindow, windowOfLayer, withoutOverhang } from '../windows.ts';

/** What torch.nn has no module for, and the files that have it, without `.py`. */
export const helpers = {
  PaddedConv2d: 'windows',
  PaddedMaxPool2d: 'windows',
  WindowMeans: 'windows',
  Residual: 'residual',
} as const;

export type Helper = keyof typeof helpers;

/** A call that makes a module, and what it calls that is not of torch.nn. */
export interface ModuleCall {
  readonly code: string;
  readonly helper?: Helper;
  /** lists of further calls that it takes, by the names of its arguments */
  readonly branches?: Readonly<Record<string, readonly PlacedLayer[]>>;
}

type PythonValue = number | boolean | string | readonly number[];

/** A value as Python writes it. Two equal numbers are one. */
function literal(value: PythonValue): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number') return String(value);
  return value.length === 2 && value[0] === value[1] ? String(value[0]) : tuple(value);
}

const tuple = (values: readonly number[]): string => `(${values.join(', ')})`;

/** An argument by its name; nothing where it is what the module takes anyway. */
const named = (name: string, value: PythonValue, usual: PythonValue | null): string[] =>
  usual !== null && literal(value) === literal(usual) ? [] : [`${name}=${literal(value)}`];

const call = (callee: string, ...args: readonly (string | readonly string[])[]): string =>
  `${callee}(${args.flat().join(', ')})`;

const plain = (callee: string) => (): ModuleCall => ({ code: `nn.${callee}()` });

const none: Pair = [0, 0];

/** Padding that is alike on both sides, as torch.nn takes it. */
const paddingOf = ({ padding }: LayerWindow): Pair => [padding[0], padding[1]];

/** Padding as torch.nn.functional.pad takes it. */
const sidesOf = ({ padding: [top, left, bottom, right] }: LayerWindow): string =>
  `sides=${tuple([left, right, top, bottom])}`;

const isOff = (spec: LayerSpec, option: string): boolean => spec[option] === false;

function conv({ spec, input }: PlacedLayer): ModuleCall {
  const window = windowOfLayer(spec, planeOf(input));
  const same = spec.padding === 'same';
  const isPadded = !same && !isSymmetric(window);
  const code = call(
    isPadded ? 'PaddedConv2d' : 'nn.Conv2d',
    [String(input[0]), String(spec.outChannels)],
    named('kernel_size', window.kernel, null),
    named('stride', window.stride, 1),
    isPadded ? sidesOf(window) : named('padding', same ? 'same' : paddingOf(window), none),
    named('dilation', window.dilation, 1),
    named('groups', (spec.groups as number | undefined) ?? 1, 1),
    named('bias', !isOff(spec, 'bias'), true),
  );
  return isPadded ? { code, helper: 'PaddedConv2d' } : { code };
}

function maxPool({ spec, input }: PlacedLayer): ModuleCall {
  const window = windowOfLayer(spec, planeOf(input));
  const isPadded = !isSymmetric(window);
  const code = call(
    isPadded ? 'PaddedMaxPool2d' : 'nn.MaxPool2d',
    named('kernel_size', window.kernel, null),
    named('stride', window.stride, window.kernel),
    isPadded ? sidesOf(withoutOverhang(window)) : named('padding', paddingOf(window), none),
    named('dilation', window.dilation, 1),
    isPadded ? [] : named('ceil_mode', hangsOver(window), false),
  );
  return isPadded ? { code, helper: 'PaddedMaxPool2d' } : { code };
}

/** nn.AvgPool2d has no dilation, and pads by half a window at most. */
function avgPool({ spec, input }: PlacedLayer): ModuleCall {
  const window = windowOfLayer(spec, planeOf(input));
  const { kernel, stride, padding, dilation, overhang } = window;
  const counts = !isOff(spec, 'countPadding');
  const isPlain =
    isSymmetric(window) &&
    dilation.every((n) => n === 1) &&
    padding.every((n, side) => n <= kernel[side % 2] / 2);
  if (!isPlain) {
    const code = call('WindowMeans', [
      tuple(kernel),
      tuple(stride),
      sidesOf(window),
      `dilation=${tuple(dilation)}`,
      `count_include_pad=${literal(counts)}`,
      ...(hangsOver(window) ? [`overhang=${tuple(overhang)}`] : []),
    ]);
    return { code, helper: 'WindowMeans' };
  }
  const code = call(
    'nn.AvgPool2d',
    named('kernel_size', kernel, null),
    named('stride', stride, kernel),
    named('padding', paddingOf(window), none),
    named('ceil_mode', hangsOver(window), false),
    named('count_include_pad', counts, true),
  );
  return { code };
}

/** For each type of layer the call that makes its module. A layer type of its own needs a row here to be exported. */
export const moduleCalls: Readonly<Record<string, (layer: PlacedLayer) => ModuleCall>> = {
  conv2d: conv,
  linear: ({ spec, input }) => ({
    code: call(
      'nn.Linear',
      [String(input[0]), String(spec.outFeatures)],
      named('bias', !isOff(spec, 'bias'), true),
    ),
  }),
  maxPool2d: maxPool,
  avgPool2d: avgPool,
  globalAvgPool: () => ({ code: 'nn.AdaptiveAvgPool2d(1)' }),
  batchNorm2d: ({ spec, input }) => ({
    code: call(
      'nn.BatchNorm2d',
      String(input[0]),
      named('eps', (spec.eps as number | undefined) ?? 1e-5, 1e-5),
      named('momentum', (spec.momentum as number | undefined) ?? 0.1, 0.1),
    ),
  }),
  residual: ({ branches }) => ({ code: 'Residual', helper: 'Residual', branches }),
  dropout: ({ spec }) => ({ code: call('nn.Dropout', String(spec.p ?? 0.5)) }),
  flatten: plain('Flatten'),
  relu: plain('ReLU'),
  leakyRelu: ({ spec }) => ({ code: call('nn.LeakyReLU', String(spec.negativeSlope ?? 0.01)) }),
  elu: ({ spec }) => ({ code: call('nn.ELU', String(spec.alpha ?? 1)) }),
  selu: plain('SELU'),
  softplus: plain('Softplus'),
  hardSwish: plain('Hardswish'),
  silu: plain('SiLU'),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  gelu: plain('GELU'),
};
