import type { ArgumentsCamelCase, Argv } from 'yargs';
import * as report from '../../../bench/whole/report.ts';
import { benchWhole } from '../../../bench/whole/run.ts';
import { InkgradError } from '../../../engine/errors.ts';
import { deviceNames } from '../../../pipeline/node/devices/deviceNames.ts';
import { readSettings } from '../../../pipeline/node/files/readSettings.ts';
import { version } from '../../../report/version.ts';
import * as options from '../../options.ts';
import { Progress } from '../../progress.ts';
import { table } from '../../table.ts';
import { checkRanges, ranges, stated } from '../../usage.ts';
import { builtBeside } from './built.ts';
import { finish } from './finish.ts';
import { countsOf, namesOf } from './lists.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 bench whole [options]\n\nMeasures how long a training takes from the start of the process to its end, and how well it ' +
        'reads the test images then.',
    )
    .option('config', {
      type: 'string',
      requiresArg: true,
      default: 'quick',
      describe: 'Settings, as train --config takes them',
    })
    .option('seeds', { type: 'number', requiresArg: true, default: 10, describe: 'Processes of each kind' })
    .option('limit', {
      type: 'string',
      requiresArg: true,
      coerce: countsOf('limit'),
      describe: 'Training images, several numbers with commas between [default: all]',
    })
    .option('device', {
      type: 'string',
      requiresArg: true,
      default: 'auto',
      coerce: namesOf('device', deviceNames),
      describe: `Some of ${deviceNames.join(',')}; they take turns`,
    })
    .option('out', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for whole.md, whole.json and whole.svg',
    })
    .option('json', options.json)
    .example('$0 bench whole', 'The preset quick, ten seeds')
    .example('$0 bench whole --limit 5000,15000,60000 --out report/', 'Its curve, as files')
    .check(checkRanges({ seeds: ranges.count }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run({ config, seeds, limit, device, ...args }: Args): Promise<void> {
  // What is no file of settings is refused before a process starts.
  stated('--config', () => readSettings(config));
  const progress = new Progress('training', seeds * (limit?.length ?? 1) * device.length);
  const measured = await benchWhole({
    ...{ config, devices: device, limits: limit ?? [null] },
    program: [process.execPath, builtBeside('cli.js')],
    seeds: Array.from({ length: seeds }, (_, i) => i + 1),
    onProgress: (done, _total, text) => progress.update(done, [text]),
  })
    .catch((error: Error) => {
      throw new InkgradError(`bench whole: ${error.message.replace(/^inkgrad: /, '')}`);
    })
    .finally(() => progress.stop());
  // Without a folder for it nothing is drawn, nor loaded to draw with.
  const drawing = args.out === undefined ? undefined : await import('../../../bench/whole/chart.ts');
  const documents = {
    markdown: report.markdown(measured),
    json: { inkgrad: version, ...measured },
    svg: drawing?.chart(measured),
  };
  const readable = [
    report.settingsLine(measured),
    table(report.summaryHead, report.summaryCells(measured)),
    table(report.runHead, report.runCells(measured)),
    report.explanation.join('\n'),
  ];
  finish('whole', args, documents, readable.join('\n\n'));
}

export const whole = (parser: Argv): Argv =>
  parser.command('whole', 'Measure a training from the start of the process to its end', builder, run);
