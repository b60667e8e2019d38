import type { CapturedStep } from '../../device.ts';
import type { WebGpuDevice } from './device.ts';
import type { TilingName } from './kernels/tilings.ts';

/** Timed runs of each round, of which the shortest counts: others only add what the machine did besides. */
const RUNS = 3;

/**
 * Chooses the fastest tiling for each contraction of a step. In round i all contractions take their i-th candidate, so
 * that a few rounds time them all, among their neighbours and on the memory of the real step. Steps that are captured on this
 * device later use the choices; those that are there already stay.
 *
 * @param capture captures the step; its runs change whatever the step changes
 * @param onStart called before the first measurement, when there is something to measure
 * @returns how many contractions were measured: none where all were known, or the device has no timestamps
 * @category Devices
 * @example
 * import { F, openDevice, Tensor, tune } from 'inkgrad';
 *
 * const device = await openDevice('webgpu');
 * const x = Tensor.from(device, new Float32Array(64 * 64).fill(1), [64, 64]);
 * const capture = () => device.capture(() => [F.matmul(x, x)]);
 * await tune(device, capture);
 * const step = await capture();
 * step.run();
 * console.log((await step.outputs[0].read())[0]);
 * // 64
 * device.close();
 */
export async function tune(
  device: WebGpuDevice,
  capture: () => Promise<CapturedStep>,
  onStart?: () => void,
): Promise<number> {
  const { traits } = device;
  const known = traits.tuned;
  const open = new Map<string, readonly TilingName[]>();
  const best = new Map<string, { name: TilingName; milliseconds: number }>();
  const onContraction = (key: string, candidates: readonly TilingName[]) => {
    if (!known.has(key) && candidates.length > 1) open.set(key, candidates);
  };
  try {
    for (let round = 0, rounds = 1; round < rounds; round++) {
      const at = (candidates: readonly TilingName[]) => candidates[Math.min(round, candidates.length - 1)];
      const chosen = [...open].map(([key, candidates]) => [key, at(candidates)] as const);
      device.traits = { ...traits, onContraction, tuned: new Map([...known, ...chosen]) };
      const step = await capture();
      if (open.size === 0) {
        step.dispose();
        return 0;
      }
      if (round === 0) onStart?.();
      rounds = Math.max(...[...open.values()].map(({ length }) => length));
      step.run();
      const times = new Map<string, number>();
      for (let run = 0; run < RUNS; run++) {
        const rows = await step.runTimed();
        if (rows === null) {
          step.dispose();
          return 0;
        }
        const sums = new Map<string, number>();
        for (const { key, milliseconds = 0 } of rows) {
          if (key !== undefined) sums.set(key, (sums.get(key) ?? 0) + milliseconds);
        }
        for (const [key, sum] of sums) times.set(key, Math.min(times.get(key) ?? Infinity, sum));
      }
      step.dispose();
      for (const [key, candidates] of open) {
        const milliseconds = times.get(key) ?? Infinity;
        if (round < candidates.length && milliseconds < (best.get(key)?.milliseconds ?? Infinity)) {
          best.set(key, { name: at(candidates), milliseconds });
        }
      }
    }
  } finally {
    device.traits = traits;
  }
  for (const [key, { name }] of best) known.set(key, name);
  return best.size;
}
