import type { Judged } from '../../lab/train/judge.ts';

interface ConfusionProps {
  readonly classes: readonly string[];
  readonly scores: Judged;
  readonly onOpen: (title: string, indices: readonly number[]) => void;
}

/** Classes from which on cells are small. */
const MANY = 20;

/** What is taken for what; a cell opens its pictures. */
export function Confusion({ classes, scores: { matrix, cells }, onOpen }: ConfusionProps) {
  const most = Math.max(1, ...matrix.flatMap((row, i) => row.filter((_, j) => i !== j)));
  const found = new Map(cells.map((cell) => [cell.label * classes.length + cell.predicted, cell]));
  return (
    <div class={classes.length > MANY ? 'train-scroll train-many' : 'train-scroll'} data-part="confusion">
      <table class="train-confusion">
        <caption>Rows: what it is. Columns: what is read.</caption>
        <thead>
          <tr>
            <td />
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.map((row, label) => (
            <tr key={classes[label]}>
              <th scope="row">{classes[label]}</th>
              {row.map((count, predicted) => {
                const cell = found.get(label * classes.length + predicted);
                if (cell === undefined) return <td key={classes[predicted]} />;
                const isRight = label === predicted;
                const title = isRight
                  ? `${count} of ${classes[label]} read right, the least sure first`
                  : `${count} of ${classes[label]} read as ${classes[predicted]}`;
                return (
                  <td key={classes[predicted]}>
                    <button
                      type="button"
                      class={isRight ? 'train-right' : 'train-wrong'}
                      style={{ '--part': isRight ? 1 : count / most }}
                      title={title}
                      aria-label={title}
                      onClick={() => onOpen(title, cell.images)}
                    >
                      {count}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
