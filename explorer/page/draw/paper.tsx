import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { showDrawing } from './sources.ts';
import { begin, extend, PEN, type Point, paint, SIDE, strokes, undo, widthOf } from './strokes.ts';

/** Pixels that a key moves the pen by; with Shift, by fewer. */
const [STRIDE, SMALL] = [10, 3];

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const HINT = 'Arrow keys move the pen, Space puts it down and lifts it, Backspace takes back.';

/** Paper to draw on with a mouse, a finger, a pen or the keyboard. */
export function Paper() {
  const canvas = useRef<HTMLCanvasElement>(null);
  // Where the pen of the keyboard is, and whether it writes; null until a key is pressed.
  const [pen, setPen] = useState<{ at: Point; down: boolean } | null>(null);
  const drawn = strokes.value;

  // Right away: the network follows the pen.
  useLayoutEffect(() => {
    paint(canvas.current!.getContext('2d', { willReadFrequently: true })!, drawn);
    showDrawing(canvas.current!);
  }, [drawn]);

  const pointOf = (event: PointerEvent): Point => {
    const { left, top, width, height } = canvas.current!.getBoundingClientRect();
    const x = ((event.clientX - left) / width) * SIDE;
    return { x, y: ((event.clientY - top) / height) * SIDE, width: widthOf(event) };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = moves[event.key];
    const { at, down } = pen ?? { at: { x: SIDE / 2, y: SIDE / 2, width: PEN }, down: false };
    if (move !== undefined) {
      const by = event.shiftKey ? SMALL : STRIDE;
      const within = (value: number) => Math.min(SIDE, Math.max(0, value));
      const to = { ...at, x: within(at.x + by * move[0]), y: within(at.y + by * move[1]) };
      setPen({ at: to, down });
      if (down) extend([to]);
    } else if (event.key === ' ') {
      setPen({ at, down: !down });
      if (!down) begin(at);
    } else if (event.key === 'Backspace') {
      setPen({ at, down: false });
      undo();
    } else return;
    event.preventDefault();
  };

  return (
    <div class="paper">
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: one draws on it with the arrow keys */}
      <canvas
        ref={canvas}
        width={SIDE}
        height={SIDE}
        class="sheet"
        tabIndex={0}
        role="application"
        aria-label="Paper to draw on"
        aria-describedby="paper-hint"
        onKeyDown={onKeyDown}
        onBlur={() => setPen(null)}
        onPointerDown={(event) => {
          canvas.current!.setPointerCapture(event.pointerId);
          begin(pointOf(event));
        }}
        onPointerMove={(event) => {
          if (!canvas.current!.hasPointerCapture(event.pointerId)) return;
          // Between two frames a pen has been in more places than the last.
          const all = event.getCoalescedEvents?.() ?? [];
          extend((all.length > 0 ? all : [event]).map(pointOf));
        }}
      />
      {drawn.length === 0 && pen === null && (
        <p class="invitation" aria-hidden="true">
          Draw a digit here
        </p>
      )}
      {pen && (
        <span
          class={pen.down ? 'pen down' : 'pen'}
          style={{ left: `${(100 * pen.at.x) / SIDE}%`, top: `${(100 * pen.at.y) / SIDE}%` }}
        />
      )}
      <p id="paper-hint" class="hint">
        {HINT}
      </p>
    </div>
  );
}
