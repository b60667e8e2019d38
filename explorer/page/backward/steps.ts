import { makerOf } from '../../tape/maker.ts';
import type { Launched, Tape, Use } from '../../tape/tape.ts';
import { isOptimiser } from '../inspect/origin.ts';

/** A value that a step makes of those before it. */
export interface Made {
  /** which output of the launch */
  readonly output: number;
  readonly use: Use;
  /** `dL/d(0.weight)` */
  readonly name: string;
  /** whether it is a gradient of the network's, and no number on the way to one */
  readonly isNamed: boolean;
}

/** One op on the way from the loss to the weights. */
export interface Step {
  /** which launch of the tape */
  readonly launch: number;
  readonly op: string;
  readonly made: readonly Made[];
  /** the ops of the forward pass whose gradient it is a part of */
  readonly of: readonly string[];
  /** which of the launches of its op it is, among those of its group */
  readonly nth: number;
}

/** The steps that go back through one layer, or through the loss; or the optimiser's. */
export interface Group {
  /** null for the loss and the optimiser */
  readonly layer: number | null;
  readonly phase: 'backward' | 'update';
  readonly steps: readonly Step[];
}

/** What a value of the way back is the gradient of; null where it is on the way to one. */
export function gradientName(tape: Tape, { value }: Use): string | null {
  const parameters = tape.layers.flatMap((layer) => layer.parameters);
  const parameter = parameters.find(({ gradient }) => gradient.value === value);
  if (parameter !== undefined) return `dL/d(${parameter.name})`;
  if (tape.gradient.value === value) return 'dL/d(picture)';
  const layer = tape.layers.findIndex(({ gradient }) => gradient.value === value);
  if (layer < 0) return null;
  return layer === tape.layers.length - 1 ? 'dL/d(logits)' : `dL/d(output of layer ${layer})`;
}

/** What a value is that a step takes. */
export function valueName(tape: Tape, use: Use): string {
  const gradient = gradientName(tape, use);
  if (gradient !== null) return gradient;
  const parameters = tape.layers.flatMap((layer) => layer.parameters);
  const weight = parameters.find((parameter) => parameter.weight.value === use.value);
  if (weight !== undefined) return weight.name;
  if (tape.layers[0].input.value === use.value) return 'the picture';
  if (tape.logits.value === use.value) return 'the logits';
  const layer = tape.layers.findIndex(({ output }) => output.value === use.value);
  if (layer >= 0) return `output of layer ${layer}`;
  const maker = makerOf(tape, use);
  if (maker !== null) {
    const { op, phase } = tape.launches[maker.launch];
    return phase === 'forward' ? `what ${op} made forward` : `what ${op} just made`;
  }
  return tape.values[use.value].dtype === 'int32' ? 'the right class' : 'dL/dL, which is 1';
}

const isShown = ({ phase, op }: Launched): boolean =>
  phase === 'backward' || (phase === 'update' && isOptimiser(op));

/** Every launch from the loss back to the first layer, layer by layer, and the optimiser's at the end. */
export function groupsOf(tape: Tape): readonly Group[] {
  const groups: { layer: number | null; phase: 'backward' | 'update'; steps: Step[] }[] = [];
  for (const [launch, launched] of tape.launches.entries()) {
    if (!isShown(launched)) continue;
    const { op, layer, phase } = launched;
    let group = groups.at(-1);
    if (group === undefined || group.layer !== layer || group.phase !== phase) {
      group = { layer, phase: phase as 'backward' | 'update', steps: [] };
      groups.push(group);
    }
    group.steps.push({
      launch,
      op,
      made: launched.outputs.map((use, output) => madeOf(tape, launched, use, output)),
      of: phase === 'update' ? [] : forwardOps(tape, layer),
      nth: group.steps.filter((step) => step.op === op).length,
    });
  }
  return groups;
}

function madeOf(tape: Tape, { phase, op }: Launched, use: Use, output: number): Made {
  if (phase === 'update')
    return { output, use, name: output === 0 ? 'new weights' : 'moments', isNamed: true };
  const name = gradientName(tape, use);
  return { output, use, name: name ?? `${op}, on the way`, isNamed: name !== null };
}

/** Of the loss, the ops that stand for no layer: what a share is made of is not on the way back. */
function forwardOps({ launches, loss }: Tape, layer: number | null): readonly string[] {
  const own = launches.filter(
    (launched) =>
      launched.phase === 'forward' &&
      launched.layer === layer &&
      (layer !== null || launched.outputs.some(({ value }) => value === loss.value)),
  );
  return [...new Set(own.map(({ op }) => op))];
}

/**
 * The line of a gradient's code that asks for an op, counted from 0; −1 where none does.
 *
 * @param nth which of its launches, where the code asks for it several times
 */
export function lineOf(code: string, op: string, nth: number): number {
  const asks = code.split('\n').flatMap((line, at) => (line.includes(`F.${op}(`) ? [at] : []));
  return asks.length === 0 ? -1 : asks[nth % asks.length];
}
