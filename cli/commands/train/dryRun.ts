import { isDeepStrictEqual } from 'node:util';
import { augmentations } from '../../../pipeline/data/augment.ts';
import { type Rehearsal, rehearse } from '../../../pipeline/node/runs/rehearse.ts';
import { grouped } from '../../../pipeline/text/grouped.ts';
import { settingNames } from '../../../pipeline/train/settings.ts';
import { flagName } from '../../../report/flags.ts';
import { duration, three } from '../../../report/format.ts';
import { listBroken } from '../../brokenList.ts';
import { print, printJson } from '../../output.ts';
import { table } from '../../table.ts';
import type { SetUp } from './setUp.ts';

/** What a training would be, and take; none is done, and nothing is written. */
export async function showDryRun(ready: SetUp, asJson: boolean): Promise<void> {
  const rehearsal = await rehearse(ready).finally(() => ready.device.close());
  const { model, settings, data, device } = ready;
  listBroken(data.broken);
  if (asJson)
    printJson({ model: model.name, source: data.source, device: device.kind, settings, ...rehearsal });
  else print(textOf(ready, rehearsal));
}

/** A setting in a word: an augmentation by its name where it has one. */
function told(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const named = Object.entries(augmentations).find(([, amounts]) => isDeepStrictEqual(amounts, value));
  return named?.[0] ?? JSON.stringify(value);
}

function textOf({ settings, model }: SetUp, { images, batch, layers, ...takes }: Rehearsal): string {
  const { steps, parameters, flops, bytes, seconds } = takes;
  return [
    table(
      ['<setting', '<'],
      settingNames
        .filter((name) => settings[name] !== null)
        .map((name) => [flagName(name), told(settings[name])]),
    ),
    '',
    table(
      ['<a batch', '<shape'],
      [
        ['images', [batch, ...model.input].join('×')],
        ...layers.map(({ type, shape }) => [type, shape.join('×')]),
      ],
    ),
    '',
    `images      ${grouped(images.train)} to train, ${grouped(images.validation)} to validate, ${grouped(images.test)} to test`,
    `parameters  ${grouped(parameters)}`,
    `operations  ${three(flops / 1e9)} GFLOP a step`,
    `memory      ${three(bytes / 1e6)} MB a step at the least`,
    `time        ${duration(1000 * seconds.all)} for ${grouped(steps)} steps of ${duration(1000 * seconds.step)}, without validation and test`,
  ].join('\n');
}
