import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { Dream } from '../../lab/hood/dream.ts';
import { Fault } from '../parts/fault.tsx';
import { NumberMap } from '../parts/map.tsx';
import { lab } from '../state/lab.ts';
import { attempt, network } from '../state/session.ts';

interface Dreamt extends Dream {
  readonly of: string;
  readonly name: string;
}

/** The pictures that were found, the newest first. */
const dreams = signal<readonly Dreamt[]>([]);
const isDreaming = signal(false);

const KEPT = 24;

/** The pictures that units answer to most. */
export function Dreams() {
  const layers = network.value?.layers ?? [];
  const [layer, setLayer] = useState(0);
  const [unit, setUnit] = useState(0);
  const at = Math.min(layer, Math.max(0, layers.length - 1));
  const units = layers[at]?.output[0] ?? 1;
  const isLast = at === layers.length - 1;
  const [, height, width] = network.value?.plan.model.input ?? [1, 1, 1];
  const nameOf = (which: number) =>
    isLast
      ? `class ${network.value?.classes[which]}`
      : `layer ${at}, ${layers[at]?.spec.type}, unit ${which}`;
  const find = async (which: readonly number[]) => {
    isDreaming.value = true;
    await attempt('dreams', async () => {
      for (const one of which) {
        const found = { ...(await lab.dream(at, one)), of: network.value!.name, name: nameOf(one) };
        dreams.value = [found, ...dreams.value].slice(0, KEPT);
      }
    });
    isDreaming.value = false;
  };
  return (
    <section class="dreams" aria-label="What a unit looks for">
      <h2>What a unit looks for</h2>
      <p>
        From noise, the page follows the gradient at the input until the unit answers as strongly as it can.
      </p>
      <p class="row">
        <label>
          Layer{' '}
          <select value={at} onChange={({ currentTarget }) => setLayer(Number(currentTarget.value))}>
            {layers.map(({ spec }, i) => (
              <option key={i} value={i}>
                {i} {spec.type}
              </option>
            ))}
          </select>
        </label>
        <label>
          Unit{' '}
          <input
            type="number"
            min={0}
            max={units - 1}
            value={Math.min(unit, units - 1)}
            onInput={({ currentTarget }) => setUnit(Math.max(0, currentTarget.valueAsNumber || 0))}
          />{' '}
          of {units}
        </label>
        <button
          type="button"
          disabled={isDreaming.value}
          onClick={() => void find([Math.min(unit, units - 1)])}
        >
          Find it
        </button>
        {units <= 16 && (
          <button
            type="button"
            disabled={isDreaming.value}
            onClick={() => void find(Array.from({ length: units }, (_, i) => units - 1 - i))}
          >
            All {units}
          </button>
        )}
      </p>
      <p role="status" class="faint">
        {isDreaming.value ? 'looking …' : ''}
      </p>
      <ul class="dreamt">
        {dreams.value.map(({ image, answers, name, of }, i) => (
          <li key={dreams.value.length - i}>
            <NumberMap
              data={light(image)}
              width={width}
              height={height}
              side={84}
              scale={1}
              tone="grey"
              name={`What ${name} answers to most`}
            />
            <span>{name}</span>
            <small>
              {of}: {answers[0].toFixed(2)} → {answers[answers.length - 1].toFixed(2)}
            </small>
          </li>
        ))}
      </ul>
      <Fault where="dreams" />
    </section>
  );
}

/** Brightness 0…1 of an image as the network takes it; of a colour image that of its first channel. */
function light(image: Float32Array): Float32Array {
  const { mean, std } = network.value!.plan.recipe;
  const [from, by] = [mean, std].map((value) => (typeof value === 'number' ? value : value[0]));
  return image.map((value) => value * by + from);
}
