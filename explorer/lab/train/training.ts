import { weightsOf } from '../../../pipeline/checkpoint/weights.ts';
import { count } from '../../../pipeline/data/dataset.ts';
import { PipelineError } from '../../../pipeline/faults.ts';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import type { ModelSpec } from '../../../pipeline/model/model.ts';
import { place } from '../../../pipeline/model/model.ts';
import { beginFrom } from '../../../pipeline/train/beginFrom.ts';
import { trainingImages } from '../../../pipeline/train/images.ts';
import {
  checkSetting,
  resolveSettings,
  type SettingName,
  type Settings,
} from '../../../pipeline/train/settings.ts';
import type { OwnPicture } from '../data/own.ts';
import { fetchData, type Progress, type ReadData } from '../data/read.ts';
import { type Loaded, Shelf, type TestImage, type Wanted } from '../data/shelf.ts';
import { Course } from './course.ts';
import type { Tell } from './events.ts';
import { type Insight, insightOf } from './insight.ts';
import { type Judged, judge, type Shown, shownOf } from './judge.ts';
import type { CourseImages, Goal, Workplace } from './path.ts';
import type { Changed } from './terms.ts';

/** What a training begins with. */
export interface Beginning extends Wanted {
  /** that of the network that is there when left out */
  readonly model?: ModelSpec | undefined;
  /** those that differ from what they are where nobody says */
  readonly settings: Partial<Settings>;
  /** drawn by the seed, or those of the network that is there */
  readonly weights: 'fresh' | 'kept';
}

/** Where a training is looked at, too. */
interface Bench extends Workplace {
  /** Does something, and once more where the device was lost meanwhile. */
  surviving<T>(action: () => Promise<T>): Promise<T>;
}

/** Images that mistakes are looked for in. */
export type Part = 'validation' | 'test';

/** Training in the lab: the data, the course that is under way, and what is seen of it. */
export class Training {
  readonly #shelf: Shelf;
  #course: Course | null = null;
  #tell: Tell = () => {};
  #images: (CourseImages & { readonly test: Loaded['test'] }) | null = null;

  constructor(
    readonly workplace: Bench,
    read: ReadData = fetchData,
  ) {
    this.#shelf = new Shelf(read);
  }

  /** @param tell told of all that happens */
  listen(tell: Tell): void {
    this.#tell = tell;
  }

  /**
   * Loads the data and begins anew, with the network as the data and the settings need it.
   *
   * @throws PipelineError for what cannot be; the network that is there stays then
   */
  async begin(wanted: Beginning): Promise<void> {
    const model = wanted.model ?? this.workplace.network.plan.model;
    for (const [name, value] of Object.entries(wanted.settings)) checkSetting(name as SettingName, value);
    const settings = resolveSettings(wanted.settings);
    const loading: Progress = (done, total) => this.#tell({ kind: 'loading', done, total });
    const { train: all, test, recipe } = await this.#shelf.load(wanted, settings.seed, loading);
    const { classes } = all;
    const { train, validation } = trainingImages({ train: all }, model, settings);
    place(model, classes.length);
    await this.end();
    const { rig, plan } = this.workplace.network;
    const from = { path: plan.name, ...plan, weights: await weightsOf(rig.reader) };
    const weights = wanted.weights === 'kept' ? beginFrom(from, model, classes).weights : undefined;
    this.workplace.seat({ name: plan.name, model, classes, recipe, settings, temperature: 1, weights });
    this.#images = { train, validation, test };
    const counted = { train: count(train), validation: count(validation), test: count(test) };
    const { data, images } = wanted;
    this.#tell({ kind: 'begun', begun: { classes, images: counted, wanted: { data, images } } });
    this.#course = await Course.begin(this.workplace, this.#images, this.#tell);
  }

  /** Ends the training: another network takes its place. */
  async end(): Promise<void> {
    await this.#course?.pause();
    this.#course = null;
  }

  /** Does something while no step is under way. */
  quiet<T>(action: () => T | Promise<T>): Promise<T> {
    return this.#course === null ? Promise.resolve().then(action) : this.#course.quiet(action);
  }

  /** After the network has been put on another device. */
  restore(): void {
    this.#course?.restore();
  }

  play(goal?: Goal): Promise<void> {
    return this.#begun.play(goal);
  }

  pause(): Promise<void> {
    return this.#begun.pause();
  }

  step(many?: number): Promise<void> {
    return this.#begun.step(many);
  }

  epoch(): Promise<void> {
    return this.#begun.epoch();
  }

  back(to?: number): Promise<void> {
    return this.#begun.back(to);
  }

  change(wanted: Changed): Promise<void> {
    return this.#begun.change(wanted);
  }

  /** Filters, and how weights and gradients are spread. */
  insight(): Promise<Insight> {
    return this.workplace.surviving(() => insightOf(this.workplace.network, this.#images?.train ?? null));
  }

  /** Reads all images of a part. */
  judge(part: Part): Promise<Judged> {
    const images = this.#part(part);
    return this.quiet(() => this.workplace.surviving(() => judge(this.workplace.network, images)));
  }

  /** Images of a part, by position. */
  show(part: Part, indices: readonly number[]): Shown {
    return shownOf(this.#part(part), indices);
  }

  /** Keeps a picture of the learner's own. */
  keep(picture: RgbaImage, label: string, name?: string): OwnPicture {
    return this.#shelf.own.add(picture, label, name);
  }

  testImage(at: number): Promise<TestImage> {
    return this.#shelf.testImage(at);
  }

  discard(id: number): void {
    this.#shelf.own.remove(id);
  }

  get #begun(): Course {
    if (this.#course === null) throw new PipelineError('no training has begun yet', 'invalid-setting');
    return this.#course;
  }

  #part(part: Part) {
    if (this.#images === null)
      throw new PipelineError('no images are there yet; begin a training', 'missing');
    return this.#images[part];
  }
}
