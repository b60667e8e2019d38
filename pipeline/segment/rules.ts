import { medianOf } from './median.ts';

export interface RuleParameters {
  /** a rule is at most this thick, as a share of the longer side */
  readonly thick: number;
  /** … this many times as long as thick */
  readonly slender: number;
  /** … and at least this share of its side long where it reaches the border, which a stroke seldom does */
  readonly reaching: number;
  /** elsewhere it must be this share of the longer side */
  readonly free: number;
  /** … and broken over no more than this share of it at a time, where characters stand on it */
  readonly gap: number;
}

/** A page's ink: 1, paper: 0. */
interface Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A part of a column that is ink. */
interface Run {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

/** A thin line that is followed from left to right. */
interface Track {
  readonly runs: Run[];
  y: number;
}

/**
 * Finds the lines of ruled and squared paper. A line is followed from column to column over what is thin there; where a stroke
 * crosses, ink is thicker, so that the stroke stays whole: Govindaraju and Srihari, "Separating handwritten text from
 * overlapping non-textual contours", Frontiers in Handwriting Recognition (1992).
 *
 * @returns 1 for each pixel of a rule; undefined where there are none
 */
export function rulesOf(mask: Mask, parameters: RuleParameters): Uint8Array | undefined {
  const rules = new Uint8Array(mask.data.length);
  let some = false;
  const across = { across: mask.width, down: mask.height, stepX: 1, stepY: mask.width };
  const down = { across: mask.height, down: mask.width, stepX: mask.width, stepY: 1 };
  for (const way of [across, down]) {
    for (const runs of followed(mask, way, parameters)) {
      const usual = medianOf(runs.map(({ top, bottom }) => bottom - top));
      for (const { x, top, bottom } of runs) {
        if (bottom - top > 1.5 * usual + 1) continue;
        for (let y = top; y < bottom; y++) rules[x * way.stepX + y * way.stepY] = 1;
        some = true;
      }
    }
  }
  return some ? rules : undefined;
}

/** How a mask is walked through: by rows, or by columns as if they were rows. */
interface Way {
  readonly across: number;
  readonly down: number;
  readonly stepX: number;
  readonly stepY: number;
}

function followed({ data, width, height }: Mask, way: Way, parameters: RuleParameters): Run[][] {
  const longer = Math.max(width, height);
  const thick = Math.max(2, Math.round(parameters.thick * longer));
  const gap = Math.max(4, parameters.gap * longer);
  let open: Track[] = [];
  const closed: Track[] = [];
  for (let x = 0; x < way.across; x++) {
    const isDone = ({ runs }: Track): boolean => x - runs[runs.length - 1].x > gap;
    closed.push(...open.filter(isDone));
    open = open.filter((track) => !isDone(track));
    for (const run of thinRuns(data, x, way, thick)) {
      const middle = (run.top + run.bottom) / 2;
      let [nearest, track] = [1.5 + 0.03 * gap, undefined as Track | undefined];
      for (const one of open) {
        const away = Math.abs(one.y - middle);
        if (away <= nearest && one.runs[one.runs.length - 1].x < x) [nearest, track] = [away, one];
      }
      if (track === undefined) open.push({ runs: [run], y: middle });
      else {
        track.runs.push(run);
        track.y += 0.3 * (middle - track.y);
      }
    }
  }
  return [...closed, ...open].map(({ runs }) => runs).filter((runs) => isRule(runs, way, parameters));
}

/** Ends of a line this near to the border, as a share of its side, reach it. */
const NEAR = 0.015;

function isRule(runs: readonly Run[], { across, down }: Way, parameters: RuleParameters): boolean {
  const [first, last] = [runs[0].x, runs[runs.length - 1].x];
  const length = last - first + 1;
  if (runs.length < 0.5 * length) return false;
  if (length < parameters.slender * medianOf(runs.map(({ top, bottom }) => bottom - top))) return false;
  if (length >= parameters.free * Math.max(across, down)) return true;
  const reaches = first <= NEAR * across || last >= (1 - NEAR) * across - 1;
  return reaches && length >= parameters.reaching * across;
}

/** The parts of a column that are ink and no longer than a rule is thick. */
function thinRuns(data: Uint8Array, x: number, { down, stepX, stepY }: Way, thick: number): Run[] {
  const runs: Run[] = [];
  let start = -1;
  for (let y = 0, at = x * stepX; y <= down; y++, at += stepY) {
    const isInk = y < down && data[at] === 1;
    if (isInk && start < 0) start = y;
    if (isInk || start < 0) continue;
    if (y - start <= thick) runs.push({ x, top: start, bottom: y });
    start = -1;
  }
  return runs;
}
