import type { ArgumentsCamelCase, Argv } from 'yargs';
import { builtInModels, modelPurposes, place } from '../../pipeline/model/model.ts';
import { modelText } from '../../pipeline/model/modelText.ts';
import { findModel } from '../../pipeline/node/model/findModel.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import * as options from '../options.ts';
import { print, printJson } from '../output.ts';
import { table } from '../table.ts';
import { checkRanges, ranges } from '../usage.ts';
import type { Command } from './command.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 models [NAME] [options]\n\nLists the models that come along, or prints one as the JSON that --model takes.',
    )
    .positional('name', { type: 'string', describe: 'lenet, quick, cnn, vgg, resnet or a JSON file' })
    .option('classes', {
      requiresArg: true,
      type: 'number',
      default: 10,
      describe: 'Classes that the list counts parameters for',
    })
    .option('json', options.json)
    .example('$0 models', 'Names, parameters, operations, and what they are for')
    .example('$0 models lenet > mine.json', 'A file to change, for train --model mine.json')
    .check(checkRanges({ classes: ranges.several }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

function list(classes: number) {
  return Object.entries(modelPurposes).map(([name, purpose]) => {
    const layers = place(builtInModels[name], classes);
    const total = (of: 'parameters' | 'flops') => layers.reduce((sum, layer) => sum + layer[of], 0);
    return { name, parameters: total('parameters'), flops: total('flops'), purpose };
  });
}

async function run({ name, classes, json }: Args): Promise<void> {
  if (name !== undefined) {
    const model = findModel(name);
    place(model, classes);
    if (json) printJson(model);
    else print(modelText(model).trimEnd());
    return;
  }
  const models = list(classes);
  if (json) {
    printJson(models);
    return;
  }
  const rows = models.map((model) => [
    model.name,
    grouped(model.parameters),
    grouped(model.flops),
    model.purpose,
  ]);
  print(table(['<model', 'parameters', 'FLOPs', '<for'], rows));
  print(`\nFor ${classes} classes; FLOPs are those of one image, forward.`);
}

export const models: Command = { builder, run };
