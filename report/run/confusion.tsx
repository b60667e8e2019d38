import { type Cell, cellsOf } from '../../pipeline/evaluate/answers.ts';
import { bytesOf } from '../../pipeline/image/image.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { visible } from '../../pipeline/text/visible.ts';
import { Scrolled } from '../page/page.tsx';
import { allot } from './allot.ts';
import { type Read, ReadPictures } from './pictures.tsx';

/** More classes than these make no matrix that anybody reads: the cells of mistakes are listed instead. */
const MOST_CLASSES = 64;
/** The most cells of such a list. */
const MOST_CELLS = 100;

/** Pictures of one cell, and of all: so many of 28×28, with what surrounds them, take less than 2 MB in a page. */
const EACH = 24;
const ALL = 1400;
const ALL_PIXELS = ALL * 28 ** 2;

const idOf = ({ label, predicted }: Cell): string => `cell-${label}-${predicted}`;

/** The confusion matrix; a cell opens the pictures in it, without a script: as the target of a link. */
export function ConfusionMatrix({ read }: { read: Read }) {
  const { classes } = read.data;
  const isMatrix = classes.length <= MOST_CLASSES;
  const cells = isMatrix ? cellsOf(read.answers, read.data) : worst(cellsOf(read.answers, read.data));
  const most = Math.min(ALL, Math.floor(ALL_PIXELS / bytesOf(read.data)));
  const shown = allot(
    cells.map(({ images }) => images.length),
    most,
    EACH,
  );
  return (
    <>
      <p class="faint">
        {isMatrix
          ? 'A row for each class, a column for what it was read as. A cell opens the pictures in it, below.'
          : 'What is taken for what most often. A row opens the pictures in it, below.'}
      </p>
      {isMatrix ? <Matrix read={read} cells={cells} /> : <List read={read} cells={cells} />}
      {cells.map((cell, i) => (
        <Opened read={read} cell={cell} shown={shown[i]} />
      ))}
    </>
  );
}

/** Cells of mistakes, those of most images first. */
const worst = (cells: readonly Cell[]): Cell[] =>
  cells
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.images.length - a.images.length)
    .slice(0, MOST_CELLS);

interface CellsProps {
  readonly read: Read;
  readonly cells: readonly Cell[];
}

function Matrix({ read: { data }, cells }: CellsProps) {
  const placed = new Map(cells.map((cell) => [idOf(cell), cell]));
  // A class that no image has and none was taken for is left out.
  const present = new Set(cells.flatMap(({ label, predicted }) => [label, predicted]));
  const shown = [...data.classes.keys()].filter((i) => present.has(i));
  const totals = new Map<number, number>();
  for (const { label, images } of cells) totals.set(label, (totals.get(label) ?? 0) + images.length);
  return (
    <Scrolled name="Confusion matrix">
      <table class="confusion">
        <thead>
          <tr>
            <th />
            {shown.map((i) => (
              <th scope="col" title={visible(data.classes[i])}>
                {visible(data.classes[i])}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((label) => (
            <tr>
              <th scope="row" title={visible(data.classes[label])}>
                {visible(data.classes[label])}
              </th>
              {shown.map((predicted) => {
                const cell = placed.get(`cell-${label}-${predicted}`);
                if (cell === undefined) return <td />;
                return <Filled cell={cell} part={cell.images.length / totals.get(label)!} data={data} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

/** Tints the cell by its share of the row; one mistake in a thousand is still to be seen. */
function Filled({ cell, part, data }: { cell: Cell; part: number; data: Read['data'] }) {
  const isRight = cell.label === cell.predicted;
  const tint = isRight ? part : Math.min(1, 0.18 + Math.sqrt(part));
  const kind = `${isRight ? 'right' : 'wrong'}${tint > 0.6 ? ' strong' : ''}`;
  return (
    <td class={kind} style={`--part: ${Math.round(100 * tint)}%`}>
      <a href={`#${idOf(cell)}`} title={titleOf(cell, data)}>
        {grouped(cell.images.length)}
      </a>
    </td>
  );
}

const List = ({ read: { data }, cells }: CellsProps) => (
  <Scrolled name="Confusions">
    <table class="figures">
      <tbody>
        {cells.map((cell) => (
          <tr>
            <th scope="row">
              <a href={`#${idOf(cell)}`}>{titleOf(cell, data)}</a>
            </th>
            <td>{grouped(cell.images.length)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scrolled>
);

function titleOf({ label, predicted }: Cell, { classes }: Read['data']): string {
  const [truth, taken] = [label, predicted].map((i) => visible(classes[i]));
  return label === predicted ? `${truth}, read right` : `${truth}, read as ${taken}`;
}

function Opened({ read, cell, shown }: { read: Read; cell: Cell; shown: number }) {
  const { length } = cell.images;
  const order = cell.label === cell.predicted ? 'the least sure first' : 'the surest first';
  const many = shown < length ? `${grouped(shown)} of ${grouped(length)}` : grouped(length);
  return (
    <section class="cell finding" id={idOf(cell)}>
      <h3>{titleOf(cell, read.data)}</h3>
      <p class="faint">
        {many}
        {shown > 1 && `, ${order}`}
      </p>
      {shown > 0 && <ReadPictures read={read} images={cell.images.slice(0, shown)} />}
    </section>
  );
}
