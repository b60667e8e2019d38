import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import { restoreGate } from '../../pipeline/certainty/gate.ts';
import { parseCheckpoint, restoreModel } from '../../pipeline/checkpoint/checkpoint.ts';

/** What became of a file. A fault is anything but a model or one short line of refusal, soon and in little memory. */
export interface Verdict {
  readonly accepted: boolean;
  /** the refusal, or what is wrong with it */
  readonly message?: string;
  readonly fault?: 'crash' | 'words' | 'hang' | 'memory';
  readonly milliseconds: number;
}

/** Milliseconds that a file may take, and bytes beyond its own. */
const PATIENCE = 2000;
const ROOM = 200e6;

/** The most memory that this process has had, in bytes. */
const peak = (): number => process.resourceUsage().maxRSS * 1024;

/** Files between two looks at memory, which take as long as a file does. */
const EVERY = 16;

/** Characters of a line of error. */
const LONGEST = 400;

/** Reads one file after the other, as `predict` does before its first picture. */
export class Judge {
  readonly #device = new CpuDevice();
  #peak = peak();
  #files = 0;

  judge(file: Uint8Array): Verdict {
    const start = performance.now();
    const result = this.#read(file);
    const milliseconds = performance.now() - start;
    const fault =
      result.fault ?? (milliseconds > PATIENCE ? 'hang' : this.#grew(file) ? 'memory' : undefined);
    return { ...result, ...(fault && { fault }), milliseconds };
  }

  /** Whether a file, or one of the few before it, made the process larger than it may. */
  #grew({ length }: Uint8Array): boolean {
    if (++this.#files % EVERY !== 0) return false;
    const now = peak();
    const grew = now - this.#peak > ROOM + length;
    // What was found is told once.
    if (grew) this.#peak = now;
    return grew;
  }

  #read(file: Uint8Array): Pick<Verdict, 'accepted' | 'message' | 'fault'> {
    try {
      const checkpoint = parseCheckpoint(file, 'a');
      const model = restoreModel(checkpoint, this.#device);
      restoreGate(checkpoint, model, this.#device);
      model.dispose();
      return { accepted: true };
    } catch (error) {
      if (!(error instanceof InkgradError)) {
        return { accepted: false, message: String((error as Error).stack), fault: 'crash' };
      }
      const { message } = error;
      const sound = /^a: [^\n]+$/.test(message) && message.length <= LONGEST;
      return { accepted: false, message, ...(!sound && { fault: 'words' as const }) };
    }
  }
}
