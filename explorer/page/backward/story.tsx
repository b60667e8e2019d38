import { explain } from '../../explain/explain.ts';
import { ranOf } from '../../explain/receptive.ts';
import { digits } from '../../explain/written.ts';
import { isOptimiser } from '../inspect/origin.ts';
import { nameOfOperand } from '../inspect/pages.ts';
import { inspect, inspectValue } from '../inspect/selection.ts';
import { weightInWords } from '../inspect/words.ts';
import { exact } from '../parts/numbers.ts';
import { network } from '../state/session.ts';
import { tape } from '../state/tape.ts';
import { Checking } from './checking.tsx';
import { Filter } from './filter.tsx';
import type { Followed } from './position.ts';
import { Spread } from './spread.tsx';

/** All of one weight: what it is, its gradient, what the optimiser makes of that, and whether it is true. */
export function Story({ of }: { readonly of: Followed }) {
  const { parameter, index } = of;
  return (
    <section class="story" aria-label="One weight">
      <h4>{weightInWords(parameter.name, parameter.weight, index)}</h4>
      <Update of={of} />
      <Checking />
      <div class="story-pictures">
        <Filter of={of} />
        <Spread of={of} />
      </div>
    </section>
  );
}

/** What the definitions of optimisers call their outputs, in words. */
const words: Readonly<Record<string, string>> = {
  p: 'new weight',
  first: 'first moment m',
  second: 'second moment v',
  velocity: 'velocity',
};

/** From the weight before to the one after, each with its numbers put in. */
function Update({ of: { parameter, index } }: { readonly of: Followed }) {
  const recorded = tape.value!;
  const launch = recorded.launches.findIndex(({ op }) => isOptimiser(op));
  const launched = recorded.launches[launch];
  if (launched === undefined) return null;
  const ran = ranOf(recorded, launched);
  const at = parameter.start + index;
  const number = (value: number, place: number) => recorded.values[value].data[place];
  const [, , , ...moments] = launched.inputs;
  const lines = launched.outputs.map((_, output) => ({
    output,
    name: nameOfOperand(launched.op, 'outputs', output),
    ...explain(ran, output, at),
  }));
  const [weight, ...after] = lines;
  const { optimizer, lr, schedule } = network.value!.plan.settings;
  return (
    <div class="update" data-part="moments">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">what</span>
            </th>
            <th scope="col">before</th>
            <th scope="col">after the step</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">weight w</th>
            <td>{exact(number(parameter.weight.value, index))}</td>
            <td>
              <Link
                value={weight.value}
                what="the new weight"
                go={() => inspect({ launch, output: 0, index: at })}
              />
            </td>
          </tr>
          <tr>
            <th scope="row">gradient dL/dw</th>
            <td>
              <Link
                value={number(parameter.gradient.value, index)}
                what="the gradient"
                go={() =>
                  inspectValue(
                    ({ layers }) =>
                      layers.flatMap((layer) => layer.parameters).find(({ name }) => name === parameter.name)!
                        .gradient,
                    index,
                  )
                }
              />
            </td>
            <td />
          </tr>
          {after.map(({ output, name, value }, i) => (
            <tr key={name}>
              <th scope="row">{words[name] ?? name}</th>
              <td>{exact(number(moments[i].value, at))}</td>
              <td>
                <Link
                  value={value}
                  what={words[name] ?? name}
                  go={() => inspect({ launch, output, index: at })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <dl class="update-lines">
        {[...after, weight].map(({ name, written }) => (
          <div key={name}>
            <dt>{words[name] ?? name}</dt>
            <dd>{written}</dd>
          </div>
        ))}
      </dl>
      <p data-part="rate">
        Optimiser {optimizer}, learning rate {digits(lr)}
        {schedule !== 'constant' && `, the peak of its schedule (${schedule})`}.
        {launched.op === 'adamStep' && ' Adam divides it by 1 − β₁ᵗ in step t, and √v by √(1 − β₂ᵗ).'}
      </p>
    </div>
  );
}

const Link = ({
  value,
  what,
  go,
}: {
  readonly value: number;
  readonly what: string;
  readonly go: () => void;
}) => (
  <button type="button" title={`How ${what} came to be`} onClick={go}>
    {exact(value)}
  </button>
);
