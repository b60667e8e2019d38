import { type Pair, planeOf, roomOf } from '../../../../engine/ops/window.ts';
import { sizeOf } from '../../../../engine/shape.ts';
import type { PlacedLayer } from '../../../model/place.ts';
import { hangsOver, type LayerWindow, paddingCounts, windowOfLayer, withoutOverhang } from '../../windows.ts';
import { sharesOf } from '../shares.ts';
import { Float, type GraphWriter } from './graphWriter.ts';

/** A layer in a graph: `path` is what its weights' names begin with. */
export interface GraphLayer extends PlacedLayer {
  readonly path: string;
}

/**
 * Adds the nodes of a layer.
 *
 * @param x the name of what goes in
 * @returns the name of what comes out
 */
type WriteLayer = (graph: GraphWriter, layer: GraphLayer, x: string) => string;

/** ONNX's names of a window; it pads in our order: top, left, bottom, right. */
const windowAttributes = ({ kernel, stride, padding }: LayerWindow) => ({
  kernel_shape: kernel,
  strides: stride,
  pads: padding,
});

/**
 * The same for a pool. Before opset 19 the standard counts a last window that would begin past the image and the padding
 * before it, and we do not; where there is one, what hangs over is written as padding.
 */
function poolAttributes(window: LayerWindow, image: Pair) {
  if (!hangsOver(window)) return windowAttributes(window);
  const { kernel, stride, overhang } = window;
  const isLeftOut = (axis: number): boolean =>
    (roomOf(image, kernel, window, axis) + overhang[axis]) % stride[axis] !== 0;
  if ([0, 1].some(isLeftOut)) return windowAttributes(withoutOverhang(window));
  return { ...windowAttributes(window), ceil_mode: 1 };
}

/** A layer that is one operator without attributes. */
const plain =
  (op: string): WriteLayer =>
  (graph, { path }, x) =>
    graph.node(op, `${path}.${op}`, [x]);

/**
 * Means whose taps lie apart, whose windows may lie on padding alone, or that round up where padding counts. Opset 17 has no
 * such pooling: they are sums, which a convolution of ones makes, times 1/count.
 */
const meansBySums: WriteLayer = (graph, { spec, path, input, output }, x) => {
  const [channels, height, width] = input;
  const [, rows, columns] = output;
  const window = windowOfLayer(spec, [height, width]);
  const ones = Array(channels * sizeOf(window.kernel)).fill(1);
  const weight = graph.constant(`${path}.ones`, [channels, 1, ...window.kernel], ones);
  const sums = graph.node('Conv', `${path}.sums`, [x, weight], {
    ...windowAttributes(withoutOverhang(window)),
    dilations: window.dilation,
    group: channels,
  });
  const shares = sharesOf(window, spec.countPadding !== false, [height, width]);
  return graph.node('Mul', `${path}.means`, [
    sums,
    graph.constant(`${path}.shares`, [1, 1, rows, columns], shares),
  ]);
};

/**
 * Adds the nodes of layers one after the other.
 *
 * @param path what the names of their weights begin with, before their numbers
 */
export const writeLayers = (
  graph: GraphWriter,
  layers: readonly PlacedLayer[],
  path: string,
  x: string,
): string =>
  layers.reduce(
    (x, layer, i) => layerWriters[layer.spec.type](graph, { ...layer, path: `${path}${i}` }, x),
    x,
  );

/** For each type of layer its nodes in inference. A layer type of its own needs a row here to be exported. */
export const layerWriters: Readonly<Record<string, WriteLayer>> = {
  conv2d(graph, { spec, path, input }, x) {
    const window = windowOfLayer(spec, planeOf(input));
    return graph.node('Conv', `${path}.Conv`, [x, ...graph.parameters(path, 'weight', 'bias')], {
      ...windowAttributes(window),
      dilations: window.dilation,
      group: (spec.groups as number | undefined) ?? 1,
    });
  },
  // x·wᵀ + b
  linear: (graph, { path }, x) =>
    graph.node('Gemm', `${path}.Gemm`, [x, ...graph.parameters(path, 'weight', 'bias')], { transB: 1 }),
  maxPool2d(graph, { spec, path, input }, x) {
    const window = windowOfLayer(spec, planeOf(input));
    const attributes = { ...poolAttributes(window, planeOf(input)), dilations: window.dilation };
    return graph.node('MaxPool', `${path}.MaxPool`, [x], attributes);
  },
  avgPool2d(graph, layer, x) {
    const { spec, path, input } = layer;
    const window = windowOfLayer(spec, planeOf(input));
    const { kernel, padding, dilation } = window;
    const counts = paddingCounts(spec, window);
    const isPlain = dilation.every((n) => n === 1) && padding.every((n, side) => n < kernel[side % 2]);
    if (!isPlain || (counts && hangsOver(window))) return meansBySums(graph, layer, x);
    return graph.node('AveragePool', `${path}.AveragePool`, [x], {
      ...poolAttributes(window, planeOf(input)),
      count_include_pad: counts ? 1 : 0,
    });
  },
  globalAvgPool: plain('GlobalAveragePool'),
  batchNorm2d: (graph, { spec, path }, x) =>
    graph.node(
      'BatchNormalization',
      `${path}.BatchNormalization`,
      [x, ...graph.parameters(path, 'weight', 'bias', 'runningMean', 'runningVar')],
      { epsilon: new Float((spec.eps as number | undefined) ?? 1e-5) },
    ),
  residual(graph, { path, branches: { layers, shortcut = [] } }, x) {
    const branch = (name: string, layers: readonly PlacedLayer[]): string =>
      writeLayers(graph, layers, `${path}.${name}.`, x);
    return graph.node('Add', `${path}.Add`, [branch('layers', layers), branch('shortcut', shortcut)]);
  },
  // It does nothing in inference.
  dropout: (_graph, _layer, x) => x,
  flatten: (graph, { path }, x) => graph.node('Flatten', `${path}.Flatten`, [x], { axis: 1 }),
  relu: plain('Relu'),
  leakyRelu: (graph, { spec, path }, x) =>
    graph.node('LeakyRelu', `${path}.LeakyRelu`, [x], {
      alpha: new Float((spec.negativeSlope as number | undefined) ?? 0.01),
    }),
  elu: (graph, { spec, path }, x) =>
    graph.node('Elu', `${path}.Elu`, [x], { alpha: new Float((spec.alpha as number | undefined) ?? 1) }),
  selu: plain('Selu'),
  softplus: plain('Softplus'),
  hardSwish: plain('HardSwish'),
  // x·σ(x): an operator of its own came with opset 24.
  silu: (graph, { path }, x) =>
    graph.node('Mul', `${path}.Mul`, [x, graph.node('Sigmoid', `${path}.Sigmoid`, [x])]),
  sigmoid: plain('Sigmoid'),
  tanh: plain('Tanh'),
  // x·(1 + erf(x/√2))·½: an operator of its own came with opset 20.
  gelu(graph, { path }, x) {
    const scalar = (name: string, value: number) => graph.constant(`${path}.${name}`, [], [value]);
    const scaled = graph.node('Div', `${path}.Div`, [x, scalar('root', Math.SQRT2)]);
    const raised = graph.node('Add', `${path}.Add`, [
      graph.node('Erf', `${path}.Erf`, [scaled]),
      scalar('one', 1),
    ]);
    const product = graph.node('Mul', `${path}.Mul`, [x, raised]);
    return graph.node('Mul', `${path}.Gelu`, [product, scalar('half', 0.5)]);
  },
};
