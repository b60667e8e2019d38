import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { Devices } from './devices.tsx';
import { Desk } from './draw/desk.tsx';
import { Fault } from './parts/fault.tsx';
import { Share } from './share.tsx';
import { type ViewName, view, viewNames } from './state/route.ts';
import { run } from './state/run.ts';
import { Tour, TourButton } from './tour/tour.tsx';
import { views } from './views.ts';

export const App = () => (
  <>
    <header>
      <h1>inkgrad explorer</h1>
      <TourButton />
      <Share />
      <Devices />
    </header>
    <div class="notices">
      <Fault where="address" />
      <Fault where="run" />
      <Fault where="network" />
    </div>
    <Views />
    <main>
      <Desk />
      <View />
      <Tour />
    </main>
  </>
);

const Views = () => (
  <nav aria-label="Views">
    {viewNames.map((name) => {
      const listed = views[name];
      if (listed === undefined || (name === 'run' && run.value === null)) return null;
      const here = view.value === name;
      return (
        <a
          key={name}
          href={`#${name}`}
          aria-current={here ? 'page' : undefined}
          title={listed.about}
          onClick={showBelowDesk}
        >
          {listed.title}
        </a>
      );
    })}
  </nav>
);

/** On a narrow page a view lies below the desk: it is brought into sight. */
function showBelowDesk(): void {
  if (matchMedia('(max-width: 720px)').matches) document.querySelector('.view')?.scrollIntoView();
}

const loaded = signal<Partial<Record<ViewName, ComponentType>>>({});

function View() {
  const name = view.value;
  const Shown = loaded.value[name];
  useEffect(() => {
    if (loaded.value[name] !== undefined) return;
    void views[name]?.load().then((component) => {
      loaded.value = { ...loaded.value, [name]: component };
    });
  }, [name]);
  return (
    <section class="view" aria-label={views[name]?.title}>
      {Shown === undefined ? <p class="faint">…</p> : <Shown />}
    </section>
  );
}
