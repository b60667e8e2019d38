import { computed, signal } from '@preact/signals';

/** Where the pen was, in pixels of the paper, and how wide it wrote there. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}
export type Stroke = readonly Point[];

/** Pixels of the square paper. */
export const SIDE = 280;
/** A stroke of a fourteenth of the paper, as of a felt pen. */
export const PEN = SIDE / 14;
const INK = '#1f2328';

/** What was drawn; the last stroke may still be under way. */
export const strokes = signal<readonly Stroke[]>([]);
export const isEmpty = computed(() => strokes.value.length === 0);

export const begin = (point: Point): void => {
  strokes.value = [...strokes.value, [point]];
};

/** Goes on with the last stroke. */
export const extend = (points: readonly Point[]): void => {
  const { value } = strokes;
  const last = value[value.length - 1] ?? [];
  strokes.value = [...value.slice(0, -1), [...last, ...points]];
};

export const undo = (): void => {
  strokes.value = strokes.value.slice(0, -1);
};

/** A pen that feels how hard it is pressed writes from half to one and a half as wide; a mouse and a finger do not. */
export const widthOf = ({ pointerType, pressure }: PointerEvent): number =>
  pointerType === 'pen' && pressure > 0 ? PEN * (0.5 + pressure) : PEN;

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** Paints the strokes on white paper. */
export function paint(context: Context, drawn: readonly Stroke[]): void {
  context.fillStyle = '#fff';
  context.fillRect(0, 0, SIDE, SIDE);
  Object.assign(context, { lineCap: 'round', lineJoin: 'round', strokeStyle: INK });
  for (const stroke of drawn) {
    for (const [i, to] of stroke.entries()) {
      const from = stroke[Math.max(0, i - 1)];
      context.lineWidth = to.width;
      context.beginPath();
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
      context.stroke();
    }
  }
}
