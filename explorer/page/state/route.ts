import { signal } from '@preact/signals';
import { type ViewName, viewNames } from '../../address/viewNames.ts';

export { type ViewName, viewNames };

const named = (): ViewName => {
  const [word] = location.hash.slice(1).split('?');
  return viewNames.find((name) => name === word) ?? 'forward';
};

/** The view that is open. */
export const view = signal<ViewName>(named());

window.addEventListener('hashchange', () => {
  view.value = named();
});
