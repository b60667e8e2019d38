import { useLayoutEffect } from 'preact/hooks';
import { InspectorPanel } from '../inspect/panel.tsx';
import { inspecting } from '../inspect/selection.ts';
import { marksOf } from '../inspect/valueSheet.tsx';
import { mapInWords } from '../inspect/words.ts';
import { Fault } from '../parts/fault.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { looked, network } from '../state/session.ts';
import { tape } from '../state/tape.ts';
import { totalOf } from './costs.ts';
import { Ending } from './ending.tsx';
import { Layer } from './layer.tsx';

/** The moment at which all maps of a stroke are painted, for those who measure. */
const PAINTED = 'inkgrad: maps painted';

/** Every layer as maps, and beside them how one number came to be. */
export function Forward() {
  const look = looked.value;
  const facts = network.value;
  useLayoutEffect(() => {
    performance.clearMarks(PAINTED);
    performance.mark(PAINTED);
  }, [look]);
  if (facts === null) return <Fault where="network" />;
  const { input } = facts.plan.model;
  return (
    <div class={`forward${inspecting.value ? ' forward-inspecting' : ''}`}>
      <div class="layers" data-part="maps">
        <p class="costs">
          <b>{facts.name}</b> {totalOf(facts.layers)}.
          <span>{look === null ? 'Draw a digit.' : 'Click a number, or press Enter on it.'}</span>
        </p>
        <section class="layer" aria-labelledby="layer-input">
          <h3 id="layer-input">
            picture <small>(byte/255 − mean)/std</small>
          </h3>
          <p class="costs">
            <b>{input.join('×')}</b>
          </p>
          <Sheet
            data={look?.input.data ?? null}
            shape={input}
            name={`The picture, ${input.join('×')} numbers`}
            words={(index) => mapInWords('picture', input, index)}
            reach={marksOf(tape.value?.layers[0].input).reach}
          />
        </section>
        {facts.layers.map((layer, at) => (
          <Layer key={at} at={at} layer={layer} maps={look?.layers[at] ?? null} />
        ))}
        <Ending />
      </div>
      <InspectorPanel />
    </div>
  );
}
