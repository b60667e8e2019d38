import type { ArgumentsCamelCase, Argv } from 'yargs';
import { sizeOf } from '../../engine/shape.ts';
import { place } from '../../pipeline/model/model.ts';
import type { PlacedLayer } from '../../pipeline/model/place.ts';
import { findModel } from '../../pipeline/node/model/findModel.ts';
import { visible } from '../../pipeline/text/visible.ts';
import * as options from '../options.ts';
import { grouped, print, printJson } from '../output.ts';
import { table } from '../table.ts';
import { checkRanges, ranges } from '../usage.ts';
import type { Command } from './command.ts';

const builder = (parser: Argv) =>
  parser
    .usage('$0 summary MODEL [options]\n\nLayers, shapes, parameters, operations and memory, for one image.')
    .positional('model', {
      type: 'string',
      demandOption: true,
      describe: 'lenet, cnn, vgg, resnet or a JSON file',
    })
    .option('classes', { requiresArg: true, type: 'number', default: 10, describe: 'Classes to tell apart' })
    .option('json', options.json)
    .example('$0 summary cnn --classes 26', 'The larger model for the capitals')
    .check(checkRanges({ classes: ranges.several }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** A float32. */
const BYTES = 4;

/** A layer as `--json` has it: what it costs itself, and the layers inside. */
interface Row {
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly parameters: number;
  readonly flops: number;
  readonly bytes: number;
  readonly branches?: Readonly<Record<string, readonly Row[]>>;
}

function rowOf({ spec, input, output, branches, ...whole }: PlacedLayer): Row {
  const inner = Object.values(branches).flat();
  const own = (of: 'parameters' | 'flops') => inner.reduce((rest, layer) => rest - layer[of], whole[of]);
  const [parameters, flops] = [own('parameters'), own('flops')];
  const { type, ...options } = spec;
  const settings = Object.fromEntries(Object.entries(options).filter(([name]) => !(name in branches)));
  const bytes = BYTES * (parameters + sizeOf(output));
  const row = { type, settings, input, output, parameters, flops, bytes };
  const lists = Object.entries(branches).map(([name, layers]) => [name, layers.map(rowOf)]);
  return inner.length === 0 ? row : { ...row, branches: Object.fromEntries(lists) };
}

/** All of them, and after each those inside, with what stands before their types. */
const flat = (rows: readonly Row[], before = ''): (Row & { readonly label: string })[] =>
  rows.flatMap((row) => [
    { ...row, label: before + row.type },
    ...Object.entries(row.branches ?? {}).flatMap(([name, inner]) =>
      flat(inner, name === 'layers' ? `${before}  ` : `${before}  ${name} `),
    ),
  ]);

async function run(args: Args): Promise<void> {
  const model = findModel(args.model);
  const rows = place(model, args.classes).map(rowOf);
  const layers = flat(rows);
  const total = (of: (layer: (typeof layers)[number]) => number) =>
    layers.reduce((sum, layer) => sum + of(layer), 0);
  const sums = {
    parameters: total((l) => l.parameters),
    flops: total((l) => l.flops),
    bytes: total((l) => l.bytes),
  };
  if (args.json) {
    printJson({ model: model.name, classes: args.classes, input: model.input, layers: rows, total: sums });
    return;
  }
  const describe = (settings: object) =>
    Object.entries(settings)
      .map(([key, value]) => `${key} ${value}`)
      .join(', ');
  print(`${visible(model.name)}: images of ${model.input.join('×')}, ${args.classes} classes\n`);
  print(
    table(
      ['<layer', '<', '<output', 'parameters', 'FLOPs', 'bytes'],
      [
        ...layers.map((layer) => [
          layer.label,
          describe(layer.settings),
          layer.output.join('×'),
          grouped(layer.parameters),
          grouped(layer.flops),
          grouped(layer.bytes),
        ]),
        ['total', '', '', grouped(sums.parameters), grouped(sums.flops), grouped(sums.bytes)],
      ],
    ),
  );
  print('\nFLOPs and bytes (parameters and outputs, float32) are those of one image, forward.');
}

export const summary: Command = { builder, run };
