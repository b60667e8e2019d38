import { useSignal } from '@preact/signals';
import type { ComponentChild } from 'preact';
import { useEffect } from 'preact/hooks';
import type { PlacedLayer } from '../../../pipeline/model/place.ts';
import type { LayerMaps } from '../../lab/look.ts';
import { inspectValue, moveTo } from '../inspect/selection.ts';
import { marksOf, pickedKeys, ValueSheet } from '../inspect/valueSheet.tsx';
import { mapInWords } from '../inspect/words.ts';
import { Sheet } from '../parts/sheet.tsx';
import { sheetShape } from '../parts/sheetShape.ts';
import { network } from '../state/session.ts';
import { readers, tape } from '../state/tape.ts';
import { costsOf, optionsOf } from './costs.ts';

interface LayerProps {
  readonly at: number;
  readonly layer: PlacedLayer;
  /** null while nothing is drawn */
  readonly maps: LayerMaps | null;
}

/** A layer: what it is, what it costs, and what it makes of the picture. */
export function Layer({ at, layer, maps }: LayerProps) {
  const { spec, output, parameters, branches } = layer;
  const use = tape.value?.layers[at]?.output;
  const { picked, reach } = marksOf(use);
  const isSeveral = Object.keys(branches).length > 0 || spec.type === 'batchNorm2d';
  return (
    <section class="layer" aria-labelledby={`layer-${at}`}>
      <h3 id={`layer-${at}`}>
        <span class="faint">{at}</span> {spec.type} <small>{optionsOf(spec)}</small>
      </h3>
      <p class="costs">
        <b>{output.join('×')}</b>
        {costsOf(layer).map((cost) => (
          <span key={cost}>{cost}</span>
        ))}
      </p>
      <Sheet
        data={maps?.data ?? null}
        shape={sheetShape(output)}
        name={`Layer ${at}, ${spec.type}: ${output.join('×')} numbers`}
        words={(index) => mapInWords(spec.type, output, index)}
        {...{ picked, reach, ...pickedKeys }}
        onPick={(index) => {
          if (picked !== null) moveTo(index);
          else inspectValue(({ layers }) => layers[at].output, index);
        }}
      />
      {parameters > 0 && (
        <Shown title="Weights" opens={isWhole()}>
          {() => <Weights at={at} />}
        </Shown>
      )}
      {isSeveral && <Shown title="Inside">{() => <Inside at={at} />}</Shown>}
    </section>
  );
}

/** A network of at most so many numbers is shown whole: its weights are open from the start. */
const WHOLE = 7070;

const isWhole = (): boolean =>
  (network.value?.layers.reduce((sum, { parameters }) => sum + parameters, 0) ?? Infinity) <= WHOLE;

interface ShownProps {
  readonly title: string;
  readonly opens?: boolean;
  readonly children: () => ComponentChild;
}

/** What is shown on demand, and needs a tape. */
function Shown({ title, opens = false, children }: ShownProps) {
  const open = useSignal(opens);
  return (
    <details
      open={open.value}
      onToggle={({ currentTarget }) => {
        open.value = currentTarget.open;
      }}
    >
      <summary>{title}</summary>
      {open.value && <Taped>{children}</Taped>}
    </details>
  );
}

function Taped({ children }: { readonly children: () => ComponentChild }) {
  useEffect(() => {
    readers.value++;
    return () => {
      readers.value--;
    };
  }, []);
  return <>{tape.value === null ? <p class="faint">As soon as something is drawn.</p> : children()}</>;
}

/** The filters and biases of a layer; a click shows how this step would change one. */
const Weights = ({ at }: { readonly at: number }) => (
  <>
    {tape.value!.layers[at].parameters.map(({ name, weight }) => (
      <div key={name}>
        <p class="costs">
          <b>{name}</b> {weight.shape.join('×')}
        </p>
        <ValueSheet use={weight} name={`${name}: ${weight.shape.join('×')} numbers`} />
      </div>
    ))}
  </>
);

/** The ops that a layer is made of, with what each makes. */
const Inside = ({ at }: { readonly at: number }) => (
  <ol class="inside">
    {tape.value!.launches.map(({ op, layer, phase, outputs }, launch) =>
      layer === at && phase === 'forward' ? (
        <li key={launch}>
          <p class="costs">
            <b>{op}</b> {outputs[0].shape.slice(1).join('×')}
          </p>
          <ValueSheet
            use={outputs[0]}
            name={`${op} in layer ${at}: ${outputs[0].shape.slice(1).join('×')} numbers`}
          />
        </li>
      ) : null,
    )}
  </ol>
);
