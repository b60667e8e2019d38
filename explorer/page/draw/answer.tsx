import { answer, looked, network, seen } from '../state/session.ts';

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

/** What the network reads, with how sure it is of each class. */
export function Answer() {
  const look = looked.value;
  const classes = network.value?.classes ?? [];
  return (
    <div class="answer">
      <p aria-live="polite" class="said">
        {said(classes)}
      </p>
      <ol class="bars" aria-label="Probabilities" data-part="probabilities">
        {classes.map((name, i) => (
          <li key={name} class={i === answer.value ? 'best' : ''}>
            <b>{name}</b>
            <span class="bar" style={{ '--part': look?.probabilities[i] ?? 0 }} />
            <span class="figure">{look ? percent(look.probabilities[i]) : ''}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function said(classes: readonly string[]): string {
  if (network.value === null) return 'The network is on its way.';
  if (answer.value !== null) {
    const others = seen.value?.holds === 'several' ? ' There seem to be several characters.' : '';
    return `It reads ${classes[answer.value]}.${others}`;
  }
  return seen.value?.holds === 'none' ? 'No ink found.' : 'Draw a digit.';
}
