/** The contractions that are looked at: square products, and those of every network in training. */
import type { TilingName } from '../../engine/devices/webgpu/kernels/tilings.ts';
import type { Traits } from '../../engine/devices/webgpu/traits.ts';
import { plainTraits } from '../../engine/devices/webgpu/traits.ts';
import { InkgradError } from '../../engine/errors.ts';
import { builtInModels } from '../../pipeline/model/model.ts';
import type { Case } from '../kernels/case.ts';
import { product } from '../kernels/case.ts';
import { modelCases } from '../kernels/modelCases.ts';
import type { Bindings } from './order.ts';

const SQUARES = [512, 1024, 2048, 4096];
export const MODELS = ['lenet', 'cnn', 'vgg'] as const;
export type ModelName = (typeof MODELS)[number];
export const BATCH = 64;

/** One contraction, as an engine computes it. */
export interface Kernel {
  /** Such as `cnn conv2 weight grad`. */
  readonly name: string;
  /** `inkgrad`, or the name and version of a peer. */
  readonly engine: string;
  /** How it is cut into tiles; of a peer what it calls its program. */
  readonly tiling: string;
  /** Whether it is what would be taken, as long as nothing is measured. */
  readonly chosen: boolean;
  readonly shader: string;
  readonly entry: string;
  readonly bindings: Bindings | null;
}

/**
 * A hardware GPU to choose tilings by. RDNA runs subgroups of 32 or 64, so that `lanes` has no number; no tiling that a
 * hardware GPU is given depends on it.
 */
export const onGpu: Traits = { ...plainTraits, isSoftware: false, groups: 512 };

const cases = (): Case[] => [
  ...SQUARES.map((side) =>
    product({ name: `matmul ${side}³`, group: 'products' }, [side, side, side], 'A·B'),
  ),
  ...MODELS.flatMap((model) =>
    modelCases(builtInModels[model], BATCH).map((kase) => ({
      ...kase,
      name: kase.name.replace(`${model} ${BATCH} `, `${model} `),
    })),
  ),
];

/**
 * Every contraction, in the order of the report.
 *
 * @param only part of the name of those that are wanted, in any case
 * @throws InkgradError where no name has that part
 */
export function contractionsWith(only: string): Case[] {
  const contractions = cases().filter((kase) => contractionOf(kase, onGpu) !== undefined);
  const found = contractions.filter(({ name }) => name.toLowerCase().includes(only.toLowerCase()));
  if (found.length === 0) {
    const words = new Set(contractions.flatMap(({ name }) => name.split(' ')));
    throw new InkgradError(
      `--only ${only}: no kernel with that in its name; its words are ${[...words].join(' ')}`,
    );
  }
  return found;
}

export interface KernelOptions {
  /** Every tiling that the tuner would try beside the chosen one. */
  readonly all?: boolean;
  /** Whether factors are rounded to f16, as with --precision f16. */
  readonly halves?: boolean;
}

/** The same as inkgrad's kernels, with the tiling that a hardware GPU is given. */
export const kernelsWith = (only: string, { all = false, halves = false }: KernelOptions = {}): Kernel[] =>
  contractionsWith(only).flatMap((kase) => {
    const traits = { ...onGpu, halfFactors: halves };
    let candidates: readonly TilingName[] = [];
    const onContraction: Traits['onContraction'] = (_, possible) => {
      candidates = possible;
    };
    contractionOf(kase, { ...traits, onContraction });
    return (all ? candidates : candidates.slice(0, 1)).map((tiling, i) => {
      const launch = contractionOf(kase, { ...traits, forced: tiling })!;
      return {
        ...{ name: kase.name, engine: 'inkgrad', tiling: halves ? `${tiling} f16` : tiling, chosen: i === 0 },
        ...{ shader: launch.shader, entry: launch.entry },
        bindings: { reads: launch.reads!.length, writes: launch.writes!.length },
      };
    });
  });

/** The launch that multiplies comes first; another may add up its parts. */
const contractionOf = (kase: Case, traits: Traits) =>
  kase.launches(traits).find(({ key }) => key !== undefined);
