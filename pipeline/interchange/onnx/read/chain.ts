import { sizeOf } from '../../../../engine/shape.ts';
import { PipelineError } from '../../../faults.ts';
import type { StoredTensor } from '../../../formats/safetensors.ts';
import type { LayerSpec } from '../../../model/layers.ts';
import { layerKinds, optionFault } from '../../../model/layers.ts';
import { type Before, isUntouched, untouched } from '../../foreign.ts';
import type { OnnxNode } from '../network.ts';

/** A layer that was read, with its weights by their names in it, such as `bias`, and the node that it came from. */
export interface ReadLayer {
  readonly spec: LayerSpec;
  /** [C,H,W] or [features] of what goes in */
  readonly input: readonly number[];
  readonly weights: Readonly<Record<string, StoredTensor>>;
  /** the layers inside, by the option that holds them */
  readonly branches: Readonly<Record<string, readonly ReadLayer[]>>;
  readonly from: OnnxNode;
}

/** Refuses what a node does, in words that its name can stand before. */
export function refuse(what: string): never {
  throw new PipelineError(what, 'not-expressible');
}

/** What errors call a node. */
export const nodeName = ({ op, label }: OnnxNode): string => `node ${label} (${op})`;

/** x·scale + shift, for each channel or feature. */
export interface Affine {
  readonly scale: Float32Array | null;
  readonly shift: Float32Array | null;
}

/** Rows and columns around an image. */
export interface Padding {
  /** top, left, bottom, right */
  readonly sides: readonly [number, number, number, number];
  readonly value: number;
}

/** Layers one after the other, as a network's nodes become them. */
export class Chain {
  readonly layers: ReadLayer[] = [];
  /** [C,H,W] or [features] of what comes out so far, for one image */
  shape: readonly number[];
  /** what softmax at the end divides by */
  temperature = 1;
  /** what is done to the input before the first layer */
  before: Before = untouched;
  /** what goes around the image before the next window, as a node of its own; null where there is none */
  padding: Padding | null = null;

  constructor(
    /** [C,H,W] of an image, or [features] */
    public input: readonly number[],
  ) {
    this.shape = input;
  }

  /** Adds a layer; options that are undefined are left out. */
  add(from: OnnxNode, spec: LayerSpec, weights: ReadLayer['weights'] = {}): void {
    if (this.padding !== null) refuse('comes after a padding that only a window takes up');
    const given = Object.fromEntries(
      Object.entries(spec).filter(([, value]) => value !== undefined),
    ) as LayerSpec;
    const kind = layerKinds[given.type];
    const fault = optionFault(kind, given);
    if (fault !== null) refuse(`is no ${given.type} of ours: ${fault}`);
    if (kind.rank !== undefined && kind.rank !== this.shape.length) {
      refuse(
        `gets [${this.shape}] of each image, where ${given.type} takes ${kind.rank === 1 ? 'features' : '[channels, height, width]'}`,
      );
    }
    const output = kind.output(given, this.shape, {});
    this.layers.push({ spec: given, input: this.shape, weights, branches: {}, from });
    this.shape = output;
  }

  /** Adds the sum of what branches make of what there is; one that is empty adds that itself. */
  addSum(from: OnnxNode, branches: readonly [Chain, Chain]): void {
    if (this.padding !== null) refuse('comes after a padding that only a window takes up');
    // What is added to what there is goes first.
    const [layers, shortcut] = branches[0].layers.length > 0 ? branches : [branches[1], branches[0]];
    if (layers.layers.length === 0) refuse('adds a value to itself');
    if (layers.shape.join() !== shortcut.shape.join())
      refuse(`adds [${shortcut.shape}] to [${layers.shape}]; only what has the same shape is added here`);
    const all = { layers: layers.layers, shortcut: shortcut.layers };
    const there = Object.entries(all).filter(([, list]) => list.length > 0);
    const specs = there.map(([name, list]) => [name, list.map(({ spec }) => spec)]);
    this.layers.push({
      spec: { type: 'residual', ...Object.fromEntries(specs) },
      input: this.shape,
      weights: {},
      branches: Object.fromEntries(there),
      from,
    });
    this.shape = layers.shape;
  }

  /** Takes images of another shape with the same numbers, where no layer has seen them yet; else flattens them. */
  reshape(node: OnnxNode, shape: readonly number[]): void {
    if (shape.join() === this.shape.join()) return;
    if (sizeOf(shape) !== sizeOf(this.shape)) refuse(`makes [${shape}] of [${this.shape}]`);
    if (this.layers.length === 0 && shape.length === 3) {
      this.input = shape;
      this.shape = shape;
    } else if (shape.length === 1) {
      this.add(node, { type: 'flatten' });
    } else {
      refuse(`makes [${shape}] of [${this.shape}]; no layer of ours does but to flatten`);
    }
  }

  /** Puts x·scale + shift into the weights of the layer before. */
  fold({ scale, shift }: Affine): void {
    const last = this.layers.at(-1);
    if (last?.weights.weight === undefined || this.padding !== null) {
      refuse('follows no layer whose weights could take it up');
    }
    const { weight } = last.weights;
    const channels = weight.shape[0];
    const bias = last.weights.bias ?? { shape: [channels], data: new Float32Array(channels) };
    const perChannel = weight.data.length / channels;
    const scaled = scale
      ? weight.data.map((value, i) => value * scale[Math.floor(i / perChannel)])
      : weight.data;
    const moved = bias.data.map((value, i) => value * (scale?.[i] ?? 1) + (shift?.[i] ?? 0));
    const { bias: _, ...spec } = last.spec;
    this.layers[this.layers.length - 1] = {
      ...last,
      spec: spec as LayerSpec,
      weights: {
        ...last.weights,
        weight: { shape: weight.shape, data: scaled },
        bias: { shape: [channels], data: moved },
      },
    };
  }

  /** Ends a branch of another chain, which has no input of its own to prepare. */
  endBranch(input: readonly number[]): void {
    if (this.padding !== null) refuse('ends a branch with a padding');
    if (!isUntouched(this.before) || this.input.join() !== input.join())
      refuse('begins a branch with what no layer here does');
  }

  /** Ends the chain. Features that a network takes for images are the pixels of squares with one channel. */
  end(): void {
    if (this.padding !== null) refuse('ends with a padding');
    if (this.input.length === 3) return;
    const [features] = this.input;
    const side = Math.sqrt(features);
    if (!Number.isInteger(side)) refuse(`takes ${features} features, which are no square image`);
    this.input = [1, side, side];
    this.layers.unshift({
      spec: { type: 'flatten' },
      input: this.input,
      weights: {},
      branches: {},
      from: this.layers[0].from,
    });
  }
}
