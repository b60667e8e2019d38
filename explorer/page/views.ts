import type { ComponentType } from 'preact';
import type { ViewName } from './state/route.ts';

/** A view, as the list of all shows it; its code is loaded when it is opened. */
interface Listed {
  readonly title: string;
  /** what one can do there */
  readonly about: string;
  readonly load: () => Promise<ComponentType>;
}

/** Every view, in the order in which the page offers them. */
export const views: Partial<Record<ViewName, Listed>> = {
  forward: {
    title: 'Forward',
    about: 'How the digit goes through the network, number by number',
    load: async () => (await import('./forward/forward.tsx')).Forward,
  },
  backward: {
    title: 'Backward',
    about: 'From the loss back to every weight: gradients, what they are made of, and whether they are true',
    load: async () => (await import('./backward/backward.tsx')).Backward,
  },
  train: {
    title: 'Train',
    about: 'Let it learn, step by step: from digits, letters, or pictures of your own',
    load: async () => (await import('./train/train.tsx')).Train,
  },
  model: {
    title: 'Model',
    about: 'The layers of the network, to be changed; networks from files and as files',
    load: async () => (await import('./model/model.tsx')).Model,
  },
  run: {
    title: 'Run',
    about: 'The run that the page was opened with: how it went, and what it reads wrong',
    load: async () => (await import('./run/run.tsx')).Run,
  },
  saliency: {
    title: 'Saliency',
    about: 'Which pixels an answer rests on, and what each unit looks for',
    load: async () => (await import('./saliency/saliency.tsx')).Saliency,
  },
  hood: {
    title: 'Under the hood',
    about: 'A training step as the device runs it: its launches, their times and their sources',
    load: async () => (await import('./hood/hood.tsx')).Hood,
  },
};
