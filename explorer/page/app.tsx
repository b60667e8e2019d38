import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { deviceKinds } from '../lab/deviceKinds.ts';
import { Desk } from './draw/desk.tsx';
import { Fault } from './parts/fault.tsx';
import { type ViewName, view, viewNames } from './state/route.ts';
import { chooseDevice, device } from './state/session.ts';
import { views } from './views.ts';

export const App = () => (
  <>
    <header>
      <h1>inkgrad explorer</h1>
      <Devices />
    </header>
    <Views />
    <main>
      <Desk />
      <View />
    </main>
  </>
);

/** What computes, and the switch to something else. */
function Devices() {
  const facts = device.value;
  return (
    <fieldset class="devices">
      <legend>Computes on</legend>
      {deviceKinds.map((kind) => (
        <label key={kind} title={facts?.found[kind].note}>
          <input
            type="radio"
            name="device"
            value={kind}
            checked={facts?.kind === kind}
            disabled={!facts?.found[kind].there}
            onChange={() => void chooseDevice(kind)}
          />
          {kind}
        </label>
      ))}
      <Fault where="device" />
    </fieldset>
  );
}

const Views = () => (
  <nav aria-label="Views">
    {viewNames.map((name) => {
      const listed = views[name];
      if (listed === undefined) return null;
      const here = view.value === name;
      return (
        <a key={name} href={`#${name}`} aria-current={here ? 'page' : undefined} title={listed.about}>
          {listed.title}
        </a>
      );
    })}
  </nav>
);

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
