import type { ArgumentsCamelCase, Argv } from 'yargs';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { InkgradError } from '../../../engine/errors.ts';
import type { ListedOp } from '../../../engine/op.ts';
import { ops } from '../../../engine/ops/index.ts';
import { withDevice } from '../../../pipeline/node/devices/devices.ts';
import { suggestion } from '../../../pipeline/text/nearest.ts';
import * as options from '../../options.ts';
import { note, print, printJson } from '../../output.ts';
import { Progress } from '../../progress.ts';
import { table } from '../../table.ts';
import { checkRanges, ranges } from '../../usage.ts';
import type { Command } from '../command.ts';
import type { OpReport } from './checkOp.ts';
import { checkOp } from './checkOp.ts';

const names = Object.keys(ops);

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 gradcheck [OP...] [options]\n\nChecks ops on a device against float64, and their gradients against ' +
        'central differences.',
    )
    .positional('ops', { type: 'string', array: true, describe: 'Which ops; all when left out' })
    .option('device', { ...options.device, default: 'cpu' as const })
    .option('threads', options.threads)
    .option('revectorize', options.revectorize)
    .check(checkRanges({ threads: ranges.threads }))
    .option('json', options.json)
    .example('$0 gradcheck', 'Every op on the CPU')
    .example('$0 gradcheck conv2d --device webgpu', 'One op on the GPU');

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

function chosen(wanted: readonly string[]): ListedOp[] {
  const all: Record<string, ListedOp> = ops;
  const unknown = wanted.find((name) => !Object.hasOwn(all, name));
  if (unknown !== undefined) {
    throw new InkgradError(
      `${unknown}: no such op${suggestion(unknown, names) || `; use ${names.join(' ')}`}`,
    );
  }
  return (wanted.length === 0 ? names : wanted).map((name) => all[name]);
}

async function run(args: Args): Promise<void> {
  const list = chosen(args.ops ?? []);
  const reference = new CpuDevice({ floatType: 'float64' });
  const reports = await withDevice(args.device, args, async (device) => {
    const progress = new Progress('checking', list.length);
    const found: (OpReport & { device: string })[] = [];
    for (const [i, op] of list.entries()) {
      found.push({ device: device.kind, ...(await checkOp(op, device, reference)) });
      progress.update(i + 1, [op.name]);
    }
    progress.stop();
    return found;
  });
  const failed = reports.filter(({ passed }) => !passed);
  if (failed.length > 0) process.exitCode = 1;
  if (args.json) {
    printJson(reports);
    return;
  }
  const show = (error: number | null) => (error === null ? '' : error.toExponential(1));
  print(
    table(
      ['<op', '<device', 'cases', 'forward', 'gradient', 'differences', '<'],
      reports.map(({ op, device, cases, forward, gradient, differences, passed }) => [
        op,
        device,
        String(cases),
        show(forward),
        show(gradient),
        show(differences),
        passed ? 'ok' : 'FAILED',
      ]),
    ),
  );
  note(
    '\nlargest relative errors: numbers and gradients against float64; float64 gradients, first and second,',
  );
  note('against central differences');
  print(`\n${reports.length - failed.length} of ${reports.length} ops passed`);
}

export const gradcheck: Command = { builder, run };
