import type { Device } from '../../engine/device.ts';
import { type Certainty, unfitted } from '../../pipeline/checkpoint/certainty.ts';
import {
  type CheckpointFile,
  checkpointBytes,
  parseCheckpoint,
} from '../../pipeline/checkpoint/checkpoint.ts';
import { weightsOf } from '../../pipeline/checkpoint/weights.ts';
import type { StoredTensor } from '../../pipeline/formats/safetensors.ts';
import type { ModelSpec } from '../../pipeline/model/model.ts';
import type { Recipe } from '../../pipeline/preprocess/recipe.ts';
import { Rig } from '../../pipeline/train/rig.ts';
import type { Settings } from '../../pipeline/train/settings.ts';

/** What a network is, whatever device it lies on. */
export interface NetworkPlan {
  /** what the page calls it */
  readonly name: string;
  readonly model: ModelSpec;
  readonly classes: readonly string[];
  readonly recipe: Recipe;
  readonly settings: Settings;
  /** what logits are divided by for certainties; 1 where none was fitted */
  readonly temperature: number;
  /** how far answers can be trusted, as long as the weights are those that it was fitted to */
  readonly certainty?: Certainty;
  /** training steps that its weights have had before */
  readonly step?: number;
  /** what a person should know of how it was read */
  readonly remarks?: readonly string[];
  /** drawn anew by the settings' seed when left out */
  readonly weights?: ReadonlyMap<string, StoredTensor>;
}

/** A network on a device, as it is looked into and trained. */
export class Network {
  readonly rig: Rig;

  constructor(
    readonly plan: NetworkPlan,
    readonly device: Device,
  ) {
    const { model, classes, recipe, settings, weights } = plan;
    this.rig = new Rig(device, { model, classes, recipe, settings, weights });
  }

  /** A checkpoint that `inkgrad evaluate` and `predict` take. */
  async checkpoint(): Promise<Uint8Array> {
    const { model, classes, recipe, certainty, step = 0 } = this.plan;
    const { steps } = this.rig.optimizer;
    const weights = await weightsOf(this.rig.reader);
    return checkpointBytes({
      ...{ model, classes, recipe, weights, step: step + steps },
      ...(certainty && steps === 0 && { certainty }),
    });
  }

  dispose(): void {
    this.rig.dispose();
  }
}

/**
 * A checkpoint of the command line as a network.
 *
 * @throws PipelineError for what is broken or no checkpoint of ours
 */
export function planOf(bytes: Uint8Array, file: string, settings: Settings): NetworkPlan {
  const checkpoint: CheckpointFile = parseCheckpoint(bytes, file);
  const { model, classes, recipe, weights, certainty, step } = checkpoint;
  const { temperature } = certainty ?? unfitted;
  return { name: file, model, classes, recipe, settings, weights, temperature, certainty, step };
}
