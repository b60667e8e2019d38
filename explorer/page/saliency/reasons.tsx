import { signal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Occlusion } from '../../lab/hood/occlusion.ts';
import { Fault } from '../parts/fault.tsx';
import { NumberMap } from '../parts/map.tsx';
import { lab } from '../state/lab.ts';
import { answer, attempt, network, seen } from '../state/session.ts';
import { chosenLabel, numbersOf, readers, tape } from '../state/tape.ts';

const covered = signal<Occlusion | null>(null);

/** Counts pictures that were asked about: an answer about one before comes too late. */
let asked = 0;

/** What the answer rests on: the gradient at the picture, and what happens when parts are covered. */
export function Reasons() {
  useEffect(() => {
    readers.value++;
    return () => {
      readers.value--;
    };
  }, []);
  useSignalEffect(() => {
    const image = seen.value?.image;
    const label = chosenLabel.value ?? answer.value;
    if (image === undefined || label === null || network.value === null) {
      covered.value = null;
      return;
    }
    const mine = ++asked;
    void attempt('reasons', async () => {
      const found = await lab.occlusion(image, label);
      if (mine === asked) covered.value = found;
    });
  });
  const label = chosenLabel.value ?? answer.value;
  const recorded = tape.value;
  const [, height, width] = network.value?.plan.model.input ?? [1, 1, 1];
  const called = label === null ? '' : network.value?.classes[label];
  return (
    <section class="reasons" aria-label="What the answer rests on">
      <h2>What the answer rests on</h2>
      {label === null && <p class="faint">Draw something first.</p>}
      {label !== null && (
        <div class="pair">
          <figure>
            <figcaption>Saliency</figcaption>
            {recorded && (
              <NumberMap
                data={(numbersOf(recorded.gradient).data as Float32Array).map(Math.abs)}
                width={width}
                height={height}
                side={196}
                name="Saliency: the size of the gradient at each pixel"
              />
            )}
            <p class="faint">
              |dL/dx|: how fast the loss of {called} changes with each pixel. It is the gradient, followed one
              step further than the weights.
            </p>
          </figure>
          <figure>
            <figcaption>Occlusion</figcaption>
            {covered.value && (
              <NumberMap
                data={covered.value.falls}
                width={covered.value.width}
                height={covered.value.height}
                side={196}
                scale={Math.max(0.01, ...covered.value.falls.map(Math.abs))}
                name="Occlusion: how much less sure the network is when a patch there is covered"
              />
            )}
            <p class="faint">
              Orange: covered with {covered.value?.patch ?? 6}×{covered.value?.patch ?? 6} black pixels there,
              it is less sure of {called}, by up to {percent(largestFall())}. Blue: it is surer.
            </p>
          </figure>
        </div>
      )}
      <Fault where="reasons" />
    </section>
  );
}

const largestFall = (): number => Math.max(0, ...(covered.value?.falls ?? []));

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;
