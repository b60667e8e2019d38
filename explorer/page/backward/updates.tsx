import { sizeOf } from '../../../engine/shape.ts';
import type { Tape, TracedParameter } from '../../tape/tape.ts';
import { inspect, moveTo } from '../inspect/selection.ts';
import { pickedKeys } from '../inspect/valueSheet.tsx';
import { weightInWords } from '../inspect/words.ts';
import { Sheet } from '../parts/sheet.tsx';
import { sheetShape } from '../parts/sheetShape.ts';
import { selected, tape } from '../state/tape.ts';
import type { Step } from './steps.ts';

/** By how much the step changes each weight. */
export function Updates({ step }: { readonly step: Step }) {
  const recorded = tape.value!;
  const parameters = recorded.layers.flatMap((layer) => layer.parameters);
  return (
    <>
      <p class="faint">New weight less the old one; click one to follow it.</p>
      {isFirst(recorded, step) && (
        <p>
          Adam's moments are still 0: in its first step each weight moves by the learning rate, however small
          its gradient is.
        </p>
      )}
      {parameters.map((parameter) => (
        <Change key={parameter.name} {...{ step, parameter, recorded }} />
      ))}
    </>
  );
}

/** Whether it is a step of Adam, and its first. */
const isFirst = ({ launches, values }: Tape, { launch, op }: Step): boolean =>
  op === 'adamStep' && values[launches[launch].inputs[3].value].data.every((n) => n === 0);

interface ChangeProps {
  readonly step: Step;
  readonly parameter: TracedParameter;
  readonly recorded: Tape;
}

function Change({ step, parameter, recorded }: ChangeProps) {
  const { name, weight, updated, start } = parameter;
  const [before, after] = [weight, updated].map(({ value }) => recorded.values[value].data);
  const now = selected.value;
  const index = now?.launch === step.launch ? now.index - start : -1;
  const picked = index >= 0 && index < sizeOf(weight.shape) ? index : null;
  return (
    <>
      <p class="costs">
        <b>{name}</b> {weight.shape.join('×')}
      </p>
      <Sheet
        data={Float32Array.from(after, (n, i) => n - before[i])}
        shape={sheetShape(weight.shape)}
        group={weight.shape.length === 4 ? weight.shape[1] : undefined}
        name={`Changes of ${name}: ${weight.shape.join('×')} numbers`}
        words={(at) => weightInWords(name, weight, at)}
        {...{ picked, ...pickedKeys }}
        onPick={(at) => {
          if (picked !== null) moveTo(start + at);
          else inspect({ launch: step.launch, output: 0, index: start + at });
        }}
      />
    </>
  );
}
