import type { ArgumentsCamelCase, Argv } from 'yargs';
import { flatLayers, summarise } from '../../pipeline/model/summary.ts';
import { findModel } from '../../pipeline/node/model/findModel.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { visible } from '../../pipeline/text/visible.ts';
import * as options from '../options.ts';
import { print, printJson } from '../output.ts';
import { table } from '../table.ts';
import { checkRanges, ranges } from '../usage.ts';
import type { Command } from './command.ts';

const builder = (parser: Argv) =>
  parser
    .usage('$0 summary MODEL [options]\n\nLayers, shapes, parameters, operations and memory, for one image.')
    .positional('model', {
      type: 'string',
      demandOption: true,
      describe: 'lenet, quick, cnn, vgg, resnet or a JSON file',
    })
    .option('classes', { requiresArg: true, type: 'number', default: 10, describe: 'Classes to tell apart' })
    .option('json', options.json)
    .example('$0 summary cnn --classes 26', 'The larger model for the capitals')
    .check(checkRanges({ classes: ranges.several }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run(args: Args): Promise<void> {
  const model = findModel(args.model);
  const summary = summarise(model, args.classes);
  if (args.json) {
    printJson(summary);
    return;
  }
  const { total } = summary;
  const describe = (settings: object) =>
    Object.entries(settings)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ');
  print(`${visible(model.name)}: images of ${model.input.join('×')}, ${args.classes} classes\n`);
  print(
    table(
      ['<layer', '<', '<output', 'parameters', 'FLOPs', 'bytes'],
      [
        ...flatLayers(summary.layers).map((layer) => [
          layer.label,
          describe(layer.settings),
          layer.output.join('×'),
          grouped(layer.parameters),
          grouped(layer.flops),
          grouped(layer.bytes),
        ]),
        ['total', '', '', grouped(total.parameters), grouped(total.flops), grouped(total.bytes)],
      ],
    ),
  );
  print('\nFLOPs and bytes (parameters and outputs, float32) are those of one image, forward.');
}

export const summary: Command = { builder, run };
