import type { TypedArray } from '../../dtype.ts';
import { InkgradError } from '../../errors.ts';
import type { Plan } from '../plan.ts';
import type { Need } from './memory.ts';
import { planMemory } from './memory.ts';
import type { Noted, Recorder } from './recorder.ts';
import type { PlannedStorage } from './storage.ts';

/** A device's way with memory: blocks, and addresses inside of them. */
export interface Blocks<Address, S> {
  /** Bytes that so many elements take. */
  bytesFor(length: number): number;
  /** Memory for one block. */
  take(bytes: number): Address;
  /** The address so many elements further on. */
  at(address: Address, elements: number): Address;
  /** Fills memory before the first run. */
  write(storage: S, data: TypedArray): void;
}

/**
 * Gives all memory of a noted step its address, where blocks are shared by what is never needed at the same time, and
 * writes what no run changes.
 *
 * @param kept what the step hands out, which keeps its memory from run to run
 * @returns the blocks, and what a plan says of them
 */
export function findAddresses<Address, S extends PlannedStorage<Address>>(
  recorder: Recorder<S, Noted>,
  kept: readonly S[],
  { bytesFor, take, at, write }: Blocks<Address, S>,
): { blocks: Address[]; memory: Omit<Plan, 'rows'> } {
  const lives = livesIn(recorder, kept);
  const roots = [...lives.keys()];
  const needs = roots.map((root): Need => ({ bytes: bytesFor(root.length), ...lives.get(root)! }));
  const { blockOf, blocks: sizes } = planMemory(needs);
  const blocks = sizes.map(take);
  roots.forEach((root, i) => {
    root.settle(blocks[blockOf[i]]);
  });
  for (const storage of recorder.made) {
    if (storage.hasAddress) continue;
    const { whole, start } = recorder.root(storage);
    if (whole.hasAddress) storage.settle(at(whole.address, start));
  }
  for (const storage of recorder.zeroed) write(storage, new Float32Array(storage.length));
  for (const [storage, data] of recorder.constants) write(storage, data);
  const total = (bytes: readonly number[]) => bytes.reduce((sum, n) => sum + n, 0);
  const memory = {
    buffers: blocks.length,
    bytes: total(sizes),
    bytesUnshared: total(needs.map(({ bytes }) => bytes)),
  };
  return { blocks, memory };
}

/** From which launch to which each piece of the step's own memory is needed. */
function livesIn<S extends PlannedStorage<unknown>>(recorder: Recorder<S, Noted>, kept: readonly S[]) {
  const lives = new Map<S, { first: number; last: number }>();
  recorder.launches.forEach(({ op, reads, writes }, at) => {
    for (const storage of [...reads, ...writes]) {
      const { whole } = recorder.root(storage);
      if (!recorder.owns(whole)) continue;
      const life = lives.get(whole);
      const isWritten =
        writes.includes(storage) || recorder.constants.has(whole) || recorder.zeroed.has(whole);
      if (life === undefined && !isWritten && whole.length > 0) {
        throw new InkgradError(
          `capture: ${op} reads a tensor that the step has not written; make it outside`,
        );
      }
      if (life === undefined) lives.set(whole, { first: at, last: at });
      else life.last = at;
    }
  });
  // Constants, and what the step hands out, keep their memory from run to run.
  const pinned = [...recorder.constants.keys(), ...recorder.zeroed, ...kept].map(
    (storage) => recorder.root(storage).whole,
  );
  for (const whole of pinned) if (recorder.owns(whole)) lives.set(whole, { first: -1, last: Infinity });
  return lives;
}
