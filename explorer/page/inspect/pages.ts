import { signal } from '@preact/signals';
import type { OpPages } from '../../source/opPage.ts';
import { attempt } from '../state/session.ts';

/** What the sources say of each op; null until it is asked for and has come. */
export const opPages = signal<OpPages | null>(null);

let asked = false;

export function loadOpPages(): void {
  if (asked) return;
  asked = true;
  void attempt('pages', async () => {
    const answer = await fetch(new URL('opPages.json', document.baseURI));
    if (!answer.ok) throw new Error(`opPages.json: ${answer.status} ${answer.statusText}`);
    opPages.value = await answer.json();
  });
}

/** What a definition calls an input or output; x and y until that is known. */
export function nameOfOperand(op: string, kind: 'inputs' | 'outputs', at: number): string {
  const names = opPages.value?.[op]?.[kind];
  if (names?.[at] !== undefined) return names[at];
  if (kind === 'outputs') return at === 0 ? 'y' : `y${at}`;
  return at === 0 ? 'x' : `x${at}`;
}
