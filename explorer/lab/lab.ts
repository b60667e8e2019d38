import type { Device } from '../../engine/device.ts';
import { gatherImages } from '../../pipeline/data/batches.ts';
import { PipelineError } from '../../pipeline/faults.ts';
import { preparePicture } from '../../pipeline/front/preparePicture.ts';
import { pictureStages } from '../../pipeline/front/stages.ts';
import type { RgbaImage } from '../../pipeline/image/image.ts';
import { place } from '../../pipeline/model/model.ts';
import type { PlacedLayer } from '../../pipeline/model/place.ts';
import { pictureRecipe } from '../../pipeline/predict/pictureRecipe.ts';
import type { Stage } from '../../pipeline/preprocess/prepare.ts';
import type { Recipe } from '../../pipeline/preprocess/recipe.ts';
import type { Settings } from '../../pipeline/train/settings.ts';
import { record } from '../tape/record.ts';
import type { Tape } from '../tape/tape.ts';
import type { DeviceKind } from './deviceKinds.ts';
import { type Found, findDevices, openDevice, usual } from './devices.ts';
import { type Look, look } from './look.ts';
import { Network, type NetworkPlan } from './network.ts';
import { planOfFile } from './networkFile.ts';
import { speed } from './speed.ts';

/** What the page is told of the network that is there. */
export interface NetworkFacts {
  readonly name: string;
  readonly classes: readonly string[];
  readonly layers: readonly PlacedLayer[];
  readonly plan: Omit<NetworkPlan, 'weights'>;
  /** training steps done */
  readonly steps: number;
}

/** What the page is told of the device. */
export interface DeviceFacts {
  readonly kind: DeviceKind;
  readonly adapter: string;
  readonly found: Found;
}

/** A picture on its way to the network. */
export interface Seen {
  readonly stages: readonly Stage[];
  /** size² bytes, as the network is given them */
  readonly image: Uint8Array;
  readonly holds: 'none' | 'one' | 'several';
  /** by which it was prepared */
  readonly recipe: Recipe;
}

/** The worker's side of the page: a device with a network on it. Every method can be called by message. */
export class Lab {
  #device: Device | null = null;
  #network: Network | null = null;
  #found: Found | null = null;

  get device(): Device {
    if (this.#device === null) throw new PipelineError('no device is open yet', 'no-adapter');
    return this.#device;
  }

  get network(): Network {
    if (this.#network === null) throw new PipelineError('no network is there yet', 'invalid-model');
    return this.#network;
  }

  /** Opens a device, the usual one when left out, and moves the network to it. */
  async open(kind?: DeviceKind): Promise<DeviceFacts> {
    this.#found ??= await findDevices();
    const found = this.#found;
    const chosen = kind ?? usual(found);
    const device = await openDevice(chosen);
    const plan = await this.#network?.moved();
    this.#network?.dispose();
    this.#device?.close();
    this.#device = device;
    if (plan !== undefined) this.#network = new Network(plan, device);
    return { kind: chosen, adapter: device.adapter, found };
  }

  /** Puts a network in the place of the one that is there. */
  put(plan: NetworkPlan): NetworkFacts {
    const network = new Network(plan, this.device);
    this.#network?.dispose();
    this.#network = network;
    return this.facts();
  }

  /** The same with a file, to be trained on by some settings. */
  async load(bytes: Uint8Array, file: string, settings: Settings): Promise<NetworkFacts> {
    return this.put(await planOfFile(bytes, file, settings, this.#network?.plan ?? null));
  }

  facts(): NetworkFacts {
    const { plan, rig } = this.network;
    const { weights: _, ...rest } = plan;
    const layers = place(plan.model, plan.classes.length);
    return { name: plan.name, classes: plan.classes, layers, plan: rest, steps: rig.optimizer.steps };
  }

  /** Images per second that the network reads on the device that is open. */
  speed(): Promise<number> {
    return speed(this.network);
  }

  checkpoint(): Promise<Uint8Array> {
    return this.network.checkpoint();
  }

  /** Prepares a picture as `inkgrad predict` does, step by step. */
  see(picture: RgbaImage, recipe: Recipe | null = null): Seen {
    const own = recipe ?? this.#pictureRecipe();
    const { image, holds } = preparePicture(picture, own);
    return { stages: pictureStages(picture, own), image, holds, recipe: own };
  }

  /** How pictures are prepared for this network; as `predict` does it. */
  #pictureRecipe(): Recipe {
    const { recipe, name } = this.network.plan;
    return pictureRecipe(recipe, name)?.recipe ?? recipe;
  }

  /** Runs an image through the network. @param image size² bytes */
  look(image: Uint8Array): Promise<Look> {
    return look(this.network, this.#input(image));
  }

  /** Records a training step on one image; the network stays as it is. */
  async tape(image: Uint8Array, label: number): Promise<Tape> {
    const { rig, plan } = this.network;
    const before = await rig.snapshot();
    try {
      return await record(rig, this.#input(image), plan.model.input, label);
    } finally {
      rig.restore(before);
    }
  }

  #input(image: Uint8Array): Float32Array {
    const { recipe } = this.network.plan;
    const size = Math.sqrt(image.length);
    const dataset = { images: image, size, labels: new Int32Array(1), classes: [], name: 'picture' };
    return gatherImages(dataset, Int32Array.of(0), recipe);
  }
}
