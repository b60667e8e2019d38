import { computed, signal } from '@preact/signals';
import type { Chapter, Screen } from '../../tour/chapter.ts';
import { attempt } from '../state/session.ts';
import { perform } from './perform.ts';

/** The tour's chapters; null until it is opened for the first time. */
export const chapters = signal<readonly Chapter[] | null>(null);

/** Where one is: a chapter, and a screen of it; null while the tour is closed. */
export const place = signal<{ readonly chapter: number; readonly screen: number } | null>(null);

export const chapter = computed(() =>
  place.value === null ? null : (chapters.value?.[place.value.chapter] ?? null),
);

/** The screens of a chapter: those that tell, what to try, and the question. */
export const screensOf = ({ screens, try: tryIt, question }: Chapter): readonly Screen[] => [
  ...screens,
  tryIt,
  { title: 'Question', html: question.text, action: question.action },
];

/** Opens the tour where it was left, or at a place of it. */
export const openTour = (at?: { readonly chapter: number; readonly screen: number }) =>
  attempt('tour', async () => {
    if (chapters.value === null) {
      const answer = await fetch(new URL('chapters.json', document.baseURI));
      if (!answer.ok) throw new Error(`The tour is not there (${answer.status}); build the page again.`);
      chapters.value = (await answer.json()) as Chapter[];
    }
    go(at ?? left);
  });

/** Where it was left. */
let left = { chapter: 0, screen: 0 };

export const closeTour = (): void => {
  left = place.value ?? left;
  place.value = null;
  void perform({});
};

export function go(to: { readonly chapter: number; readonly screen: number }): void {
  const found = chapters.value?.[to.chapter];
  const screen = found && screensOf(found)[to.screen];
  if (screen === undefined) return;
  place.value = to;
  void perform(screen.action);
}

/** One screen on or back, into the next chapter or the one before. */
export function step(by: 1 | -1): void {
  const { chapter, screen } = place.value!;
  const all = chapters.value!;
  const within = screen + by;
  if (within >= 0 && within < screensOf(all[chapter]).length) go({ chapter, screen: within });
  else if (by > 0 && chapter + 1 < all.length) go({ chapter: chapter + 1, screen: 0 });
  else if (by < 0 && chapter > 0)
    go({ chapter: chapter - 1, screen: screensOf(all[chapter - 1]).length - 1 });
}

export const isFirst = computed(() => place.value?.chapter === 0 && place.value.screen === 0);
export const isLast = computed(() => {
  const { value } = place;
  if (value === null || chapters.value === null) return true;
  return (
    value.chapter === chapters.value.length - 1 &&
    value.screen === screensOf(chapters.value[value.chapter]).length - 1
  );
});
