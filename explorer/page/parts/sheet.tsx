import { useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { digits } from '../../explain/written.ts';
import { largest } from './map.tsx';
import { exact } from './numbers.ts';
import { useRoom } from './room.ts';
import {
  cornerOf,
  ends,
  gridPlace,
  numberAt,
  numberUnder,
  outline,
  paintTiles,
  type Tiling,
  tilingOf,
} from './tiling.ts';
import { type Tone, toneOf } from './tones.ts';

/** Numbers from one place to another, both among them, in the shape of a sheet. */
export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export interface SheetProps {
  /** null while there are none */
  readonly data: ArrayLike<number> | null;
  /** [maps,rows,columns], or [length] of a vector */
  readonly shape: readonly number[];
  /** what the maps are, for who cannot see them */
  readonly name: string;
  /** a place in words */
  readonly words: (index: number) => string;
  readonly tone?: Tone;
  /** maps that belong together in a row */
  readonly group?: number;
  /** the number that is looked at */
  readonly picked?: number | null;
  /** what that depends on */
  readonly reach?: Box | null;
  /** told of a click, Enter, and of each arrow key while a number of this sheet is looked at */
  readonly onPick?: (index: number) => void;
  /** told of Enter on the number that is picked already */
  readonly onEnter?: () => void;
  /** told of the space bar on it */
  readonly onSpace?: () => void;
}

const arrows: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

/** Where a key moves to; null where it does not. */
function moved(tiling: Tiling, index: number, key: string): number | null {
  const { height, width, numbers } = tiling;
  const arrow = arrows[key];
  if (arrow !== undefined) {
    const [row, column] = gridPlace(tiling, index);
    return numberAt(tiling, row + arrow[0], column + arrow[1]);
  }
  const map = height * width;
  if (key === 'Home') return 0;
  if (key === 'End') return numbers - 1;
  if (key === 'PageUp') return Math.max(index - map, index % map);
  if (key === 'PageDown') return index + map < numbers ? index + map : index;
  return null;
}

// biome-ignore-start lint/a11y: of 50,000 cells only the one under the cursor is there; the focus stays with the grid
/**
 * Many maps, or a vector, on one canvas. It takes the focus as a grid of which only the cell under the cursor is told:
 * arrows move from number to number and on into the next map, Page Up and Page Down from map to map.
 */
export function Sheet(props: SheetProps) {
  const { data, shape, name, words, tone = 'signed', group, picked = null, reach = null, onPick } = props;
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = useRoom(holder);
  const [own, setOwn] = useState(0);
  const [hovered, setHovered] = useState<number | null>(null);
  const [focused, setFocused] = useState(false);
  const id = useId();
  const tiling = useMemo(() => tilingOf(shape, room, group), [shape.join(), room, group]);
  const frames = useMemo(() => outline(tiling, ...ends(tiling)), [tiling]);
  const most = useMemo(() => (data === null ? 0 : largest(data, tiling.numbers)), [data, tiling.numbers]);

  useLayoutEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    if (room === 0) return;
    if (data === null) context.clearRect(0, 0, ...tiling.size);
    else paintTiles(context, tiling, data, toneOf(tone, most));
  }, [data, tiling, most, tone, room]);

  // What is looked at is in sight, also when it was gone on to from elsewhere.
  const cell = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (picked === null || room === 0) return;
    // The same number may be in another sheet as well, where it was clicked.
    const { activeElement } = document;
    const isElsewhere = activeElement?.matches('.tiles-grid') && !activeElement.contains(cell.current);
    if (isElsewhere && activeElement!.querySelector('.tiles-picked')) return;
    cell.current!.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [picked !== null && room > 0]);

  const cursor = Math.min(picked ?? own, tiling.numbers - 1);
  const told = (index: number) => `${words(index)}: ${data === null ? 'no number yet' : exact(data[index])}`;
  const under = ({ offsetX, offsetY }: MouseEvent) => numberUnder(tiling, offsetX, offsetY);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = moved(tiling, cursor, event.key);
    if (arrows[event.key] !== undefined || next !== null) {
      event.preventDefault();
      if (next === null) return;
      setOwn(next);
      setHovered(null);
      if (picked !== null) onPick?.(next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (picked === null) onPick?.(cursor);
      else if (event.key === 'Enter') props.onEnter?.();
      else props.onSpace?.();
    }
  };
  const [width, height] = tiling.size;
  const shown = hovered ?? (focused || picked !== null ? cursor : null);
  const [x, y] = cornerOf(tiling, cursor);
  const { unit } = tiling;
  return (
    <div class="tiles" ref={holder}>
      <div
        class={`tiles-grid${onPick ? ' tiles-active' : ''}`}
        role="grid"
        aria-label={name}
        aria-rowcount={Math.ceil(tiling.count / tiling.columns) * tiling.height}
        aria-colcount={tiling.columns * tiling.width}
        aria-readonly="true"
        aria-activedescendant={id}
        tabIndex={0}
        style={{ width: `${width}px`, height: `${height}px` }}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onPointerMove={(event) => setHovered(under(event))}
        onPointerLeave={() => setHovered(null)}
        onClick={(event) => {
          const index = under(event);
          if (index === null) return;
          setOwn(index);
          onPick?.(index);
        }}
      >
        <svg class="tiles-frames" width={width} height={height} aria-hidden="true">
          <path d={frames} />
        </svg>
        <canvas ref={canvas} width={width} height={height} aria-hidden="true" />
        <Marks tiling={tiling} reach={reach} />
        <div role="row" aria-rowindex={gridPlace(tiling, cursor)[0] + 1}>
          <div
            id={id}
            ref={cell}
            role="gridcell"
            aria-colindex={gridPlace(tiling, cursor)[1] + 1}
            aria-selected={picked !== null}
            aria-label={told(cursor)}
            class={`tiles-cell${picked === null ? '' : ' tiles-picked'}`}
            style={{ left: `${x}px`, top: `${y}px`, width: `${unit}px`, height: `${unit}px` }}
          />
        </div>
      </div>
      <p class="tiles-said" aria-hidden="true">
        {shown !== null ? told(shown) : data === null ? '' : `up to ±${digits(most)}`}
      </p>
    </div>
  );
}

// biome-ignore-end lint/a11y: of 50,000 cells only the one under the cursor is there; the focus stays with the grid

/** What the number that is looked at depends on. */
function Marks({ tiling, reach }: { readonly tiling: Tiling; readonly reach: Box | null }) {
  if (reach === null) return null;
  const [width, height] = tiling.size;
  const path = outline(tiling, reach.low, reach.high);
  return (
    <svg class="tiles-reach" width={width} height={height} aria-hidden="true">
      <path class="tiles-halo" d={path} />
      <path d={path} />
    </svg>
  );
}
