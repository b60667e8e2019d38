import type { Dataset } from '../data/dataset.ts';
import { deadUnits } from './deadUnits.ts';
import type { FitEvent } from './fit.ts';
import type { StepRecord } from './records.ts';
import type { Rig } from './rig.ts';
import type { Watch } from './watch.ts';

/** Something goes wrong, in words. */
export interface WarningEvent {
  readonly kind: 'warning';
  readonly words: string;
}

/** A training with what a watch says of it. */
export async function* watched(
  events: AsyncGenerator<FitEvent, void>,
  watch: Watch,
  rig: Rig,
  validation: Dataset,
): AsyncGenerator<FitEvent | WarningEvent, void> {
  const told = (all: readonly string[]) => all.map((words) => ({ kind: 'warning', words }) as const);
  yield* told(watch.begin());
  let records: StepRecord[] = [];
  for await (const event of events) {
    yield event;
    if (event.kind === 'steps') records.push(...event.records);
    if (event.kind !== 'epoch') continue;
    const dead = await deadUnits(rig, validation);
    yield* told(watch.epoch({ records, validation: event.validation, dead }));
    records = [];
  }
}
