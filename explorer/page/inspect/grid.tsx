import { useRef } from 'preact/hooks';
import { digits } from '../../explain/written.ts';
import { short } from '../parts/numbers.ts';
import { tintOf } from '../parts/tones.ts';

export interface GridProps {
  readonly title: string;
  /** what the tour calls it */
  readonly part?: string | undefined;
  readonly rows: number;
  readonly columns: number;
  /** row by row; null where there is none */
  readonly numbers: readonly (number | null)[];
  /** what stands for none */
  readonly none: string;
  /** the magnitude that has the full colour */
  readonly most: number;
  /** the cell that is pointed at, in all grids beside this one as well */
  readonly at: number;
  readonly onAt: (cell: number) => void;
  /** the cell that is taken in the end */
  readonly winner?: number;
  /** told of a click or Enter */
  readonly onGo?: (cell: number) => void;
}

const moves: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

// biome-ignore-start lint/a11y: a table whose cells take the focus in turn is a grid
/** A few numbers in rows and columns. Arrow keys move over them, Enter goes on to one. */
export function NumberGrid({ title, part, rows, columns, numbers, none, most, ...props }: GridProps) {
  const table = useRef<HTMLTableElement>(null);
  const { at, onAt, winner, onGo } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves[event.key];
    if (move === undefined && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    if (move === undefined) {
      onGo?.(at);
      return;
    }
    const row = Math.min(rows - 1, Math.max(0, Math.floor(at / columns) + move[0]));
    const column = Math.min(columns - 1, Math.max(0, (at % columns) + move[1]));
    const next = row * columns + column;
    onAt(next);
    (table.current!.querySelectorAll('td')[next] as HTMLElement).focus();
  };
  return (
    <table class="grid" data-part={part} role="grid" aria-label={title} ref={table} onKeyDown={onKeyDown}>
      <caption>{title}</caption>
      <tbody>
        {Array.from({ length: rows }, (_, row) => (
          <tr key={row}>
            {Array.from({ length: columns }, (_, column) => {
              const cell = row * columns + column;
              const number = numbers[cell];
              const marks = [cell === at && 'grid-at', cell === winner && 'grid-winner', onGo && 'grid-goes'];
              return (
                <td
                  key={column}
                  role="gridcell"
                  tabIndex={cell === at ? 0 : -1}
                  class={marks.filter(Boolean).join(' ')}
                  style={number === null ? undefined : { background: tintOf(number, most) }}
                  title={number === null ? 'outside the image' : digits(number)}
                  onPointerEnter={() => onAt(cell)}
                  onFocus={() => onAt(cell)}
                  onClick={() => onGo?.(cell)}
                >
                  {number === null ? <span class="faint">{none}</span> : short(number)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
// biome-ignore-end lint/a11y: a table whose cells take the focus in turn is a grid
