import { InkgradError } from '../../errors.ts';
import type { Shape } from '../../shape.ts';
import { show } from '../../shape.ts';

/** A tensor, by what is asked of it here. */
interface Leaf {
  readonly shape: Shape;
  readonly hasGrad: boolean;
  get grad(): { dispose(): void };
  set grad(gradient: null);
}

/** Memory, by what is asked of it here. */
interface Versioned {
  version: number;
}

/** What is noted of a step beside its launches, while its body runs. */
export interface StepNotes {
  /** Has something done on the host before each run. */
  beforeRun(action: () => void): void;
  /** A leaf got a gradient, to which that of before was added if there was one. */
  gradientMade(leaf: Leaf, isFirst: boolean): void;
  /** The gradient of a leaf was given up. */
  gradientFreed(leaf: Leaf): void;
  /** The content of a memory block is about to count as another one. */
  replacing(memory: Versioned): void;
}

let current: StepNotes | null = null;

/** The step whose body is running; null outside of all. */
export const currentStep = (): StepNotes | null => current;

export function withNotes<T>(notes: StepNotes, body: () => T): T {
  const before = current;
  current = notes;
  try {
    return body();
  } finally {
    current = before;
  }
}

/** The notes of a step whose launches are done again and again, and not its body. */
export class RecordedNotes implements StepNotes {
  readonly actions: (() => void)[] = [];
  readonly #made = new Set<Leaf>();
  readonly #foundNone = new Set<Leaf>();
  readonly #freed = new Set<Leaf>();
  readonly #versions = new Map<Versioned, number>();

  beforeRun(action: () => void): void {
    this.actions.push(action);
  }

  gradientMade(leaf: Leaf, isFirst: boolean): void {
    if (isFirst && !this.#freed.has(leaf)) this.#foundNone.add(leaf);
    this.#made.add(leaf);
  }

  gradientFreed(leaf: Leaf): void {
    this.#freed.add(leaf);
  }

  replacing(memory: Versioned): void {
    if (!this.#versions.has(memory)) this.#versions.set(memory, memory.version);
  }

  /** Nothing was done yet: what the body would have replaced is as it was before. */
  restoreVersions(): void {
    for (const [memory, version] of this.#versions) memory.version = version;
  }

  /** Refuses a body that leaves gradients where it found none: done again, it would add to them. */
  expectNoGradientLeft(): void {
    for (const { hasGrad, shape } of this.#foundNone) {
      if (!hasGrad) continue;
      throw new InkgradError(
        `capture: the step leaves a gradient of ${show(shape)}, to which the next run would add; call zeroGrad() in the step`,
      );
    }
  }

  /** Frees the gradients that a step made which came to nothing. */
  dropGradients(): void {
    for (const leaf of this.#made) {
      if (leaf.hasGrad) leaf.grad.dispose();
      leaf.grad = null;
    }
  }
}
