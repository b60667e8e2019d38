import { computed, effect, signal } from '@preact/signals';
import { proxy, type Remote } from 'comlink';
import type { StepRecord } from '../../../pipeline/train/records.ts';
import { type SettingName, type Settings, settingNames } from '../../../pipeline/train/settings.ts';
import type { NetworkFacts } from '../../lab/lab.ts';
import type { Begun, CourseEvent, EpochScores, Standing } from '../../lab/train/events.ts';
import { counting } from '../../lab/train/terms.ts';
import type { Training } from '../../lab/train/training.ts';
import { lab } from './lab.ts';
import { attempt, lookAgain, network, read } from './session.ts';
import { changeSettings, data, images, keepsWeights, settings } from './settings.ts';

// What the page knows of the training that is under way, and what it asks of it.

/** The lab's training, whose methods are called by message. */
export const training = lab.training as unknown as Remote<Training>;

/** The training that has begun; null while there is none. */
export const begun = signal<Begun | null>(null);
export const standing = signal<Standing | null>(null);
/** Every step so far; the list grows in place, and `steps` says so. */
export const records: StepRecord[] = [];
export const steps = signal(0);
export const epochs = signal<readonly EpochScores[]>([]);
export const warnings = signal<readonly string[]>([]);
/** Why it has ended; null while it goes on. */
export const over = signal<string | null>(null);
export const imagesPerSecond = signal<number | null>(null);
/** The share of the images that is loaded, while they are. */
export const loading = signal<number | null>(null);
/** What was changed and counts from a new start alone. */
export const waiting = computed((): readonly string[] => {
  if (begun.value === null || standing.value === null) return [];
  const { wanted } = begun.value;
  const isOther = wanted.data !== data.value || wanted.images !== images.value;
  const now = standing.value.settings;
  const late = settingNames.filter(
    (name) => counting[name] === 'start' && now[name] !== settings.value[name],
  );
  return [...(isOther ? ['data'] : []), ...late];
});

/** The network that the training has made. */
let own: NetworkFacts | null = null;

effect(() => {
  // Another network has taken its place.
  if (network.value !== own) forget();
});

function forget(): void {
  begun.value = null;
  standing.value = null;
  records.length = 0;
  steps.value = 0;
  epochs.value = [];
  warnings.value = [];
  over.value = null;
  imagesPerSecond.value = null;
}

/** Begins anew with the data, the settings and the layers that are there. */
export const begin = () =>
  attempt('training', async () => {
    listening ??= training.listen(proxy(onEvent));
    await listening;
    try {
      await training.begin({
        ...{ data: data.value, images: images.value, settings: settings.value },
        model: network.value!.plan.model,
        weights: keepsWeights.value ? 'kept' : 'fresh',
      });
    } finally {
      loading.value = null;
    }
    await showNetwork();
    await read();
    return true;
  });

/** Shows the network as the training has it now. */
async function showNetwork(): Promise<void> {
  const facts = await lab.facts();
  own = facts;
  network.value = facts;
}

let listening: Promise<void> | null = null;

/** Does something with the training that is there, or with one that it begins. */
const withTraining = (action: () => Promise<void>) => async () => {
  if (begun.value === null && (await begin()) !== true) return;
  over.value = null;
  await attempt('training', action);
};

export const play = withTraining(() => training.play());
export const step = withTraining(() => training.step());
export const epoch = withTraining(() => training.epoch());
export const pause = () => attempt('training', () => training.pause());
export const back = () => attempt('training', () => training.back());

/** Changes a setting: of the training that goes on, or where it counts from the start of the next one. */
export async function setSetting<Name extends SettingName>(name: Name, value: Settings[Name]): Promise<void> {
  const before = settings.value[name];
  changeSettings({ [name]: value });
  if (begun.value === null || counting[name] === 'start') return;
  const isDone = await attempt('training', async () => {
    await training.change({ settings: { [name]: value } });
    return true;
  });
  if (isDone !== true) changeSettings({ [name]: before });
}

export const setDropout = (dropout: number) => attempt('training', () => training.change({ dropout }));

/** Milliseconds between two looks at the picture on the desk while it trains. */
const LOOK_EVERY = 300;
let lookedAt = 0;

function onEvent(event: CourseEvent): void {
  if (event.kind === 'loading') loading.value = event.done / event.total;
  if (event.kind === 'steps') {
    records.push(...event.records);
    steps.value = records.length;
    imagesPerSecond.value = event.imagesPerSecond;
    if (performance.now() - lookedAt < LOOK_EVERY) return;
    lookedAt = performance.now();
    void lookAgain();
  }
  if (event.kind === 'epoch') epochs.value = [...epochs.value, event.scores];
  if (event.kind === 'warning') warnings.value = [...warnings.value, event.words];
  if (event.kind === 'over') over.value = event.words;
  if (event.kind === 'back') {
    records.length = Math.min(records.length, event.step);
    steps.value = records.length;
    epochs.value = epochs.value.slice(0, event.epochs);
    isBack = true;
  }
  if (event.kind === 'begun') {
    forget();
    begun.value = event.begun;
  }
  if (event.kind === 'standing') stand(event.standing);
}

/** Whether it went back, to the settings that it had there. */
let isBack = false;

function stand(now: Standing): void {
  const stopped = standing.value !== null && !now.plays && now.step !== shownAt;
  standing.value = now;
  if (isBack) {
    isBack = false;
    const live = settingNames.filter((name) => counting[name] !== 'start');
    changeSettings(Object.fromEntries(live.map((name) => [name, now.settings[name]])));
  }
  if (!stopped) return;
  shownAt = now.step;
  void showNetwork().then(lookAgain);
}

/** The step at which the network was shown last. */
let shownAt = 0;
