import type { Operand, Storage } from '../../device.ts';
import type { DType, TypedArray } from '../../dtype.ts';
import { InkgradError } from '../../errors.ts';
import type { Shape } from '../../shape.ts';
import { show } from '../../shape.ts';
import type { Spec } from '../launch.ts';
import type { PlanRow } from '../plan.ts';
import { RecordedNotes } from './notes.ts';
import type { PlannedStorage } from './storage.ts';

/** What the launches of all devices say about themselves. */
export interface Noted {
  readonly reads?: readonly number[];
  readonly writes?: readonly number[];
  readonly flops?: number;
  readonly key?: string;
  readonly note?: string;
}

/** A launch and the memory that it works on. */
export interface Bound<S, L> {
  readonly launch: L;
  readonly reads: readonly S[];
  readonly writes: readonly S[];
}

/** One launch of a step as it was noted: what it binds, and what is printed of it. */
export interface NotedLaunch<S, L> extends Bound<S, L> {
  readonly op: string;
  /** Of the op's inputs and outputs. */
  readonly inputs: readonly Shape[];
  readonly outputs: readonly Shape[];
}

/** Finds the memory of a launch among an op's inputs, outputs and scratch memory, of which there are so many. */
export function bind<S, L extends Noted>(
  launch: L,
  operands: readonly Operand[],
  inputs: number,
  outputs: number,
): Bound<S, L> {
  const all = operands.map(({ storage }) => storage as S);
  return {
    launch,
    reads: launch.reads?.map((i) => all[i]) ?? all.slice(0, inputs),
    writes: launch.writes?.map((i) => all[i]) ?? all.slice(inputs, inputs + outputs),
  };
}

/** A part of another storage, in elements. */
interface Inside<S> {
  readonly whole: S;
  readonly start: number;
}

/** Notes a step instead of running it: its launches, and memory that has no address yet. */
export class Recorder<S extends PlannedStorage<unknown>, L extends Noted> {
  readonly launches: NotedLaunch<S, L>[] = [];
  /** Memory that belongs to the step, in the order in which it was asked for. */
  readonly made: S[] = [];
  readonly notes = new RecordedNotes();
  /** Memory from outside that was given up while the step was noted. */
  readonly released: S[] = [];
  /** What was written when the step was noted: constants, which are written once. */
  readonly constants = new Map<S, TypedArray>();
  /** Memory that is zero before the first run and keeps its address, for the gaps between packed tensors. */
  readonly zeroed = new Set<S>();
  /** Parts, and what was found to be best made inside of something larger. */
  readonly inside = new Map<S, Inside<S>>();

  /** @param make memory of the device's kind, without an address */
  constructor(readonly make: (dtype: DType, length: number) => S) {}

  allocate(dtype: DType, length: number): S {
    const storage = this.make(dtype, length);
    this.made.push(storage);
    return storage;
  }

  part(whole: S, start: number, length: number): S {
    const storage = this.allocate(whole.dtype, length);
    this.inside.set(storage, { whole, start });
    return storage;
  }

  /** Refuses a step that cannot be done twice, since it has given up what it reads. */
  expectRepeatable(): void {
    this.notes.expectNoGradientLeft();
    const given = new Set<S>(this.released);
    for (const { op, reads } of this.launches) {
      if (!reads.some((storage) => given.has(storage))) continue;
      throw new InkgradError(
        `capture: ${op} reads a tensor from outside that the step frees; free it before, a gradient by zeroGrad()`,
      );
    }
  }

  owns(storage: Storage): boolean {
    return !(storage as S).hasAddress;
  }

  write(storage: S, data: TypedArray): void {
    if (!this.owns(storage)) {
      throw new InkgradError(
        'capture: the step writes a tensor from outside; write it before each run instead',
      );
    }
    if (this.launches.some(({ reads, writes }) => [...reads, ...writes].includes(storage))) {
      throw new InkgradError(
        'capture: the step writes numbers into a tensor that it has used; make another one',
      );
    }
    this.constants.set(storage, data.slice());
  }

  add(op: string, bound: Bound<S, L>, inputs: readonly Spec[], outputs: readonly Spec[]): void {
    for (const storage of bound.writes) {
      if (this.constants.has(this.root(storage).whole)) {
        throw new InkgradError(
          `capture: ${op} updates numbers that the step wrote itself; make them outside, or with F.full`,
        );
      }
    }
    const shapesOf = (specs: readonly Spec[]) => specs.map(({ shape }) => shape);
    this.launches.push({ ...bound, op, inputs: shapesOf(inputs), outputs: shapesOf(outputs) });
  }

  /**
   * Lets `parts` be made where they will lie side by side in `whole`, so that they need not be copied there: all but
   * those that are from outside, wanted twice, inside of something else already, or read by a launch that makes another
   * of them, since WebGPU refuses a launch that reads and writes one buffer.
   *
   * @returns which of them, by index
   */
  laySideBySide(parts: readonly S[], whole: S, starts: readonly number[]): Set<number> {
    const laid = new Set<number>();
    parts.forEach((part, i) => {
      const isWantedOnce = parts.indexOf(part) === parts.lastIndexOf(part);
      const isFree = this.owns(part) && !this.inside.has(part) && !this.constants.has(part);
      if (!isFree || !isWantedOnce) return;
      this.inside.set(part, { whole, start: starts[i] });
      if (this.#clashes(whole)) this.inside.delete(part);
      else laid.add(i);
    });
    // What lies between the parts is written by no launch.
    if (laid.size > 0) this.zeroed.add(whole);
    return laid;
  }

  /** Whether some launch reads and writes the same storage. */
  #clashes(whole: S): boolean {
    const isWithin = (storage: S) => this.root(storage).whole === whole;
    return this.launches.some(({ reads, writes }) => writes.some(isWithin) && reads.some(isWithin));
  }

  /** The storage that holds this one, and where in it, in elements. */
  root(storage: S): Inside<S> {
    let at: Inside<S> = { whole: storage, start: 0 };
    for (let next = this.inside.get(at.whole); next !== undefined; next = this.inside.get(at.whole)) {
      at = { whole: next.whole, start: at.start + next.start };
    }
    return at;
  }
}

/**
 * A noted launch as it is printed.
 *
 * @param grid how many workgroups, or parts, it has
 */
export function rowOf<L extends Noted>(
  { op, launch, inputs, outputs, reads, writes }: NotedLaunch<Storage, L>,
  grid: PlanRow['grid'],
): PlanRow {
  const bytes = (storages: readonly Storage[]) =>
    [...new Set(storages)].reduce((sum, { length }) => sum + 4 * length, 0);
  const written = writes.reduce((sum, { length }) => sum + length, 0);
  return {
    op,
    shapes: `${inputs.map(show).join(' ')} → ${outputs.map(show).join(' ')}`,
    note: launch.note ?? '',
    key: launch.key,
    grid,
    flops: launch.flops ?? written,
    bytes: bytes(reads) + bytes(writes),
  };
}
