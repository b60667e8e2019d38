import { inspectValue } from '../inspect/selection.ts';
import { exact } from '../parts/numbers.ts';
import { answer, network } from '../state/session.ts';
import { chosenLabel, numbersOf, tape } from '../state/tape.ts';

/** A loss below which little is left to learn from the picture. */
const SURE = 0.01;

/** The loss, and which class it takes to be right: all gradients are of that. */
export function RightClass() {
  const { loss, label } = tape.value!;
  const classes = network.value!.classes;
  const [number] = numbersOf(loss).data;
  return (
    <section class="backward-loss" aria-label="The loss">
      <p>
        The loss is{' '}
        <button
          type="button"
          title="How the loss came to be"
          onClick={() => inspectValue((recorded) => recorded.loss, 0)}
        >
          L = {exact(number)}
        </button>{' '}
        if the right class is {classes[label]}
        {label === answer.value ? ', as it is read' : `, where ${classes[answer.value ?? 0]} is read`}.{' '}
        {number < SURE
          ? 'The network is sure of it, so all gradients are almost 0: ask what if it were another.'
          : 'Each number below says how L changes with one number of the network.'}
      </p>
      <fieldset class="backward-classes">
        <legend>What if it were</legend>
        {classes.map((name, i) => (
          <button
            key={name}
            type="button"
            aria-pressed={i === label}
            onClick={() => {
              chosenLabel.value = i;
            }}
          >
            {name}
          </button>
        ))}
        {chosenLabel.value !== null && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              chosenLabel.value = null;
            }}
          >
            the one that is read
          </button>
        )}
      </fieldset>
    </section>
  );
}
