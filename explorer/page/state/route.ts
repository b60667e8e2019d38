import { signal } from '@preact/signals';

/** Views by the word for them in the address. */
export const viewNames = ['forward', 'backward', 'train', 'model', 'hood'] as const;
export type ViewName = (typeof viewNames)[number];

const named = (): ViewName => {
  const [word] = location.hash.slice(1).split('?');
  return viewNames.find((name) => name === word) ?? 'forward';
};

/** The view that is open. */
export const view = signal<ViewName>(named());

window.addEventListener('hashchange', () => {
  view.value = named();
});
