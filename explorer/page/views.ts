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
  hood: {
    title: 'Under the hood',
    about: 'What a step launches and how long it takes, what an answer rests on, what units look for',
    load: async () => (await import('./hood/hood.tsx')).Hood,
  },
  run: {
    title: 'Run',
    about: 'The run that the page was opened with: how it went, and what it reads wrong',
    load: async () => (await import('./run/run.tsx')).Run,
  },
  model: {
    title: 'Model',
    about: 'The layers of the network, to be changed; networks from files and as files',
    load: async () => (await import('./model/model.tsx')).Model,
  },
};
