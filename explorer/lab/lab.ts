import type { Device } from '../../engine/device.ts';
import type { FloatType } from '../../engine/dtype.ts';
import { DeviceLostError } from '../../engine/errors.ts';
import { weightsOf } from '../../pipeline/checkpoint/weights.ts';
import { gatherImages } from '../../pipeline/data/batches.ts';
import { PipelineError } from '../../pipeline/faults.ts';
import { preparePicture } from '../../pipeline/front/preparePicture.ts';
import { pictureStages } from '../../pipeline/front/stages.ts';
import { bytesOf, formOf, type RgbaImage } from '../../pipeline/image/image.ts';
import { place } from '../../pipeline/model/model.ts';
import type { PlacedLayer } from '../../pipeline/model/place.ts';
import { pictureRecipe } from '../../pipeline/predict/pictureRecipe.ts';
import type { Stage } from '../../pipeline/preprocess/prepare.ts';
import type { Recipe } from '../../pipeline/preprocess/recipe.ts';
import type { Settings } from '../../pipeline/train/settings.ts';
import { record } from '../tape/record.ts';
import type { Tape } from '../tape/tape.ts';
import type { Check, Weight } from './check.ts';
import type { TestImage } from './data/shelf.ts';
import type { DeviceKind } from './deviceKinds.ts';
import { type Found, findDevices, openDevice, usual } from './devices.ts';
import type { Dream } from './hood/dream.ts';
import type { Occlusion } from './hood/occlusion.ts';
import type { Timeline } from './hood/timeline.ts';
import { type Look, look } from './look.ts';
import { Network, type NetworkPlan } from './network.ts';
import { planOfFile } from './networkFile.ts';
import { RunImages } from './run/images.ts';
import { speed } from './speed.ts';
import { Training } from './train/training.ts';

/** What the page is told of the network that is there. */
export interface NetworkFacts {
  readonly name: string;
  readonly classes: readonly string[];
  readonly layers: readonly PlacedLayer[];
  readonly plan: Omit<NetworkPlan, 'weights'>;
  /** whether its weights were drawn by the seed */
  readonly isFresh: boolean;
  /** training steps done */
  readonly steps: number;
}

/** What the page is told of the device. */
export interface DeviceFacts {
  readonly kind: DeviceKind;
  readonly adapter: string;
  readonly found: Found;
}

/** A GPU that was lost is not asked for again. */
const NONE = { there: false, note: 'it was lost' };

/** A picture as the network is given it. */
export interface Seen {
  /** size² bytes, as the network is given them */
  readonly image: Uint8Array;
  readonly holds: 'none' | 'one' | 'several';
  /** by which it was prepared */
  readonly recipe: Recipe;
}

/** How a picture became that, step by step. */
export interface Staged {
  readonly stages: readonly Stage[];
  readonly recipe: Recipe;
}

/** Told of a device that took the place of one that was lost, and what to say of it. */
export type OnDevice = (facts: DeviceFacts, words: string) => void;

/** The worker's side of the page: a device with a network on it. Every method can be called by message. */
export class Lab {
  readonly training = new Training(this);
  readonly run = new RunImages(this);
  onDevice: OnDevice = () => {};
  #device: Device | null = null;
  #network: Network | null = null;
  #found: Found | null = null;
  #replacing: Promise<void> | null = null;

  get device(): Device {
    if (this.#device === null) throw new PipelineError('no device is open yet', 'no-adapter');
    return this.#device;
  }

  get network(): Network {
    if (this.#network === null) throw new PipelineError('no network is there yet', 'invalid-model');
    return this.#network;
  }

  /** Opens a device, the usual one when left out, and moves the network to it, with all that it has learned. */
  open(kind?: DeviceKind): Promise<DeviceFacts> {
    return this.training.quiet(async () => {
      this.#found ??= await findDevices();
      return this.#moveTo(await openDevice(kind ?? usual(this.#found)));
    });
  }

  async #moveTo(device: Device): Promise<DeviceFacts> {
    const plan = this.#network?.plan;
    this.#device?.close();
    this.#device = device;
    // What was not trained here is in its plan, and the rest in the training.
    if (plan !== undefined) this.#network = new Network(plan, device);
    this.training.restore();
    return { kind: device.kind, adapter: device.adapter, found: this.#found! };
  }

  /** Asks to be told of another device. */
  listen(onDevice: OnDevice): void {
    this.onDevice = onDevice;
  }

  /** Opens another device in the place of one that is lost: of its kind, else one that needs no GPU. */
  async replace(lost: Device): Promise<void> {
    if (lost !== this.#device) return;
    this.#replacing ??= (async () => {
      const device = await openDevice(lost.kind).catch(() =>
        openDevice(usual({ ...this.#found!, webgpu: NONE })),
      );
      const facts = await this.#moveTo(device);
      this.onDevice(facts, `The GPU went away for a moment; it goes on with ${device.kind}, where it was.`);
    })().finally(() => {
      this.#replacing = null;
    });
    await this.#replacing;
  }

  /** Does something, and once more where the device was lost meanwhile. */
  async surviving<T>(action: () => Promise<T>): Promise<T> {
    const { device } = this;
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof DeviceLostError)) throw error;
      await this.replace(device);
      return action();
    }
  }

  /** Puts a network in the place of the one that is there; a training of that one is at its end. */
  async put(plan: NetworkPlan): Promise<NetworkFacts> {
    const network = new Network(plan, this.device);
    await this.training.end();
    this.#exchange(network);
    return this.facts();
  }

  /** The same while a training goes on. */
  seat(plan: NetworkPlan): Network {
    return this.#exchange(new Network(plan, this.device));
  }

  #exchange(network: Network): Network {
    this.#network?.dispose();
    this.#network = network;
    return network;
  }

  /** The same with a file, to be trained on by some settings. */
  async load(bytes: Uint8Array, file: string, settings: Settings): Promise<NetworkFacts> {
    return this.put(await planOfFile(bytes, file, settings, this.#network?.plan ?? null));
  }

  facts(): NetworkFacts {
    const { plan, rig } = this.network;
    const { weights, ...rest } = plan;
    const layers = place(plan.model, plan.classes.length);
    const { name, classes } = plan;
    return {
      ...{ name, classes, layers, plan: rest },
      isFresh: weights === undefined,
      steps: rig.optimizer.steps,
    };
  }

  /** Images per second that the network reads on the device that is open. */
  speed(): Promise<number> {
    return speed(this.network);
  }

  checkpoint(): Promise<Uint8Array> {
    return this.training.quiet(() => this.network.checkpoint());
  }

  /** Prepares a picture as `inkgrad predict` does, and runs it through the network unless it holds no ink. */
  async read(
    picture: RgbaImage,
    recipe: Recipe | null = null,
  ): Promise<{ readonly seen: Seen; readonly looked: Look | null }> {
    const own = recipe ?? this.#pictureRecipe();
    const { image, holds } = preparePicture(picture, own);
    const looked = holds === 'none' ? null : await this.look(image);
    return { seen: { image, holds, recipe: own }, looked };
  }

  /** The same preparation with all that lies between; it takes about as long as reading, and is more to send. */
  stages(picture: RgbaImage, recipe: Recipe | null = null): Staged {
    const own = recipe ?? this.#pictureRecipe();
    return { stages: pictureStages(picture, own), recipe: own };
  }

  /** How pictures are prepared for this network; as `predict` does it. */
  #pictureRecipe(): Recipe {
    const { recipe, name } = this.network.plan;
    return pictureRecipe(recipe, name)?.recipe ?? recipe;
  }

  /** One of MNIST's test images. @param at from 0 up to 1, which one */
  testImage(at: number): Promise<TestImage> {
    return this.training.testImage(at);
  }

  /** Runs an image through the network. @param image size² bytes */
  look(image: Uint8Array): Promise<Look> {
    return this.surviving(() => look(this.network, this.#input(image)));
  }

  /** Records a training step on one image; the network stays as it is. */
  tape(image: Uint8Array, label: number): Promise<Tape> {
    return this.training.quiet(() =>
      this.surviving(async () => {
        const { rig, plan } = this.network;
        const before = await rig.snapshot();
        try {
          return await record(rig, this.#input(image), plan.model.input, label);
        } finally {
          rig.restore(before);
        }
      }),
    );
  }

  /** The gradient of a weight beside difference quotients over the steps `hs`: on the open device, or in float64. */
  async nudged(
    image: Uint8Array,
    label: number,
    weight: Weight,
    hs: readonly number[],
    floatType: FloatType = 'float32',
  ): Promise<Check> {
    const { nudged, precise } = await import('./check.ts');
    return this.surviving(async () => {
      const { rig, plan } = this.network;
      // A copy is nudged, so that the training goes on meanwhile.
      const weights = await this.training.quiet(() => weightsOf(rig.model));
      const device = floatType === 'float64' ? precise() : this.device;
      return nudged(plan, weights, device, this.#input(image), label, weight, hs);
    });
  }

  /** What a training step launches, with times and the machine's ceilings; null where the device notes no launches. */
  async timeline(): Promise<Timeline | null> {
    // Kernels that only measure come when they are asked for.
    const { timeline } = await import('./hood/timeline.ts');
    return this.training.quiet(() => timeline(this.network));
  }

  /** What the answer `label` rests on: how much less sure it is without each part of the picture. */
  async occlusion(image: Uint8Array, label: number): Promise<Occlusion> {
    const { occlusion } = await import('./hood/occlusion.ts');
    const black = this.#input(new Uint8Array(image.length));
    return occlusion(this.network, this.#input(image), black, label);
  }

  /** The picture that a unit answers to most. */
  async dream(layer: number, unit: number): Promise<Dream> {
    const { dream } = await import('./hood/dream.ts');
    const { recipe } = this.network.plan;
    const ends = [0, 255].map((byte) => this.#input(new Uint8Array(bytesOf(recipe)).fill(byte)));
    return dream(this.network, ends as [Float32Array, Float32Array], layer, unit);
  }

  #input(image: Uint8Array): Float32Array {
    const { recipe } = this.network.plan;
    const dataset = {
      images: image,
      ...formOf(recipe),
      labels: new Int32Array(1),
      classes: [],
      name: 'picture',
    };
    return gatherImages(dataset, Int32Array.of(0), recipe);
  }
}
