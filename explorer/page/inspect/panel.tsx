import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { inspecting } from './selection.ts';

/** The part of the page that explains; loaded when the first number is looked at. */
const Loaded = signal<ComponentType | null>(null);

const panel = (): HTMLElement | null => document.querySelector('.inspector');

/** From a number of a map into what is said of it. */
export const focusInspector = (): void => panel()?.focus();

/** What explains the number that is looked at; nothing while none is. */
export const InspectorPanel = () => (inspecting.value ? <Open /> : null);

function Open() {
  useLayoutEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    void import('./inspector.tsx').then(({ Inspector }) => {
      Loaded.value = Inspector;
    });
    // Whoever was inside is led back to where they came from.
    return () => {
      const lost = document.activeElement === document.body || panel()?.contains(document.activeElement);
      if (lost && opener?.isConnected) opener.focus();
    };
  }, []);
  const Inspector = Loaded.value;
  return <div class="panel">{Inspector === null ? <p class="faint">…</p> : <Inspector />}</div>;
}
