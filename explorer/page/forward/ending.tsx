import { inspectValue } from '../inspect/selection.ts';
import { exact } from '../parts/numbers.ts';
import { answer, looked, network } from '../state/session.ts';
import { chosenLabel } from '../state/tape.ts';

/** What becomes of the last layer's numbers: a share for each class, and the loss. */
export function Ending() {
  const look = looked.value;
  const classes = network.value?.classes ?? [];
  const right = chosenLabel.value ?? answer.value;
  return (
    <section class="layer ending" aria-labelledby="ending">
      <h3 id="ending">
        softmax and cross-entropy <small>the last numbers as shares of 1, and how wrong they are</small>
      </h3>
      <label class="right">
        The right class is
        <select
          value={chosenLabel.value ?? ''}
          onChange={({ currentTarget: { value } }) => {
            chosenLabel.value = value === '' ? null : Number(value);
          }}
        >
          <option value="">the one that is read</option>
          {classes.map((name, i) => (
            <option key={name} value={i}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {look !== null && (
        <table class="shares-list">
          <thead>
            <tr>
              <th scope="col">class</th>
              <th scope="col">share</th>
              <th scope="col" class="wide">
                <span class="unseen">as a bar</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {classes.map((name, i) => (
              <tr key={name} class={i === right ? 'right-class' : undefined}>
                <th scope="row">{name}</th>
                <td>
                  <button
                    type="button"
                    title={`How the share of ${name} came to be`}
                    onClick={() => inspectValue(({ probabilities }) => probabilities, i)}
                  >
                    {exact(look.shares[i])}
                  </button>
                </td>
                <td class="wide">
                  <span class="bar" style={{ '--part': look.shares[i] }} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {look !== null && right !== null && (
        <p>
          Loss{' '}
          <button
            type="button"
            title="How the loss came to be"
            onClick={() => inspectValue(({ loss }) => loss, 0)}
          >
            {exact(look.losses[right])}
          </button>{' '}
          <span class="faint">= −ln of the share of {classes[right]}</span>
        </p>
      )}
    </section>
  );
}
