import * as v from 'valibot';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Imported } from '../../pipeline/interchange/import/importNetwork.ts';
import { classNames } from '../../pipeline/interchange/origin.ts';
import { readJson } from '../../pipeline/node/files/readJson.ts';
import { findModel } from '../../pipeline/node/model/findModel.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { withFlags } from '../../report/flags.ts';
import * as options from '../options.ts';
import { recipeOf } from '../optionValues.ts';
import { note, print, printJson } from '../output.ts';
import { stated, UsageError } from '../usage.ts';
import type { Command } from './command.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 import FILE [options]\n\nMakes a checkpoint of an ONNX file, or of plain weights in a safetensors file.',
    )
    .positional('file', {
      type: 'string',
      demandOption: true,
      describe: 'An ONNX file, or a safetensors file with names as PyTorch has them',
    })
    .option('model', {
      requiresArg: true,
      type: 'string',
      describe: 'lenet, quick, cnn, vgg, resnet or a JSON file  [default: what the file says]',
    })
    .option('classes', {
      requiresArg: true,
      type: 'string',
      describe: 'Names in the order of the logits, a,b,c or a JSON file  [default: what the file says]',
    })
    .option('recipe', {
      ...options.recipe,
      describe: `${options.recipe.describe}  [default: what the file says]`,
    })
    .option('out', {
      requiresArg: true,
      type: 'string',
      describe: 'A new run directory, or a name that ends in .safetensors  [default: runs/MODEL-1 …]',
    })
    .option('json', options.json)
    .example('$0 import trained.safetensors --out runs/ddp', 'What train_ddp.py of an export wrote')
    .example('$0 import net.onnx --classes a,b,c --recipe mnist', 'A network of another program')
    .example('$0 import net.safetensors --model net.json --recipe none', 'Weights alone, with their layers');

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** A list in JSON, or the recipe.json of an exported folder, which has one. */
const classFile = v.union([
  classNames,
  v.pipe(
    v.object({ classes: classNames }),
    v.transform((file) => file.classes),
  ),
]);

/** @throws UsageError where these are no names */
function classesOf(given: string): readonly string[] {
  const fail = (what: string): never => {
    throw new UsageError(
      `--classes ${given}: ${what}; expected names like a,b,c or a JSON file with a list of them`,
    );
  };
  const names = given.endsWith('.json')
    ? stated('--classes', () => readJson(given, 'expected a list of names'))
    : given.split(',').map((name) => name.trim());
  const { success, output } = v.safeParse(classFile, names);
  if (!success) return fail('no list of two names or more');
  const twice = output.find((name, i) => output.indexOf(name) < i);
  return twice === undefined ? output : fail(`names ${twice} twice`);
}

async function run(args: Args): Promise<void> {
  const given = {
    model: args.model === undefined ? undefined : findModel(args.model),
    classes: args.classes === undefined ? undefined : classesOf(args.classes),
    recipe: args.recipe === undefined ? undefined : recipeOf('--recipe', args.recipe),
  };
  // What reads ONNX is imported when it does: the help needs none of it.
  const { importFile, takeNextPlace, takePlace } = await import(
    '../../pipeline/node/interchange/importFile.ts'
  );
  const asked = args.out === undefined ? undefined : { ...takePlace(args.out), path: args.out };
  try {
    const imported = importFile(args.file, given);
    const place = asked ?? takeNextPlace(imported.checkpoint.model.name);
    tell(args, place.path, place.save(imported.checkpoint), imported);
  } finally {
    asked?.release();
  }
}

/** @param file the checkpoint that was written */
function tell(args: Args, out: string, file: string, { checkpoint, format, remarks }: Imported): void {
  const { model, classes, weights } = checkpoint;
  for (const remark of remarks) note(withFlags(remark));
  const numbers = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  if (args.json) {
    printJson({
      out,
      checkpoint: file,
      format,
      model: model.name,
      classes,
      layers: model.layers.length,
      numbers,
    });
    return;
  }
  print(
    `${out}  ${model.name}, ${model.layers.length} layers, ${grouped(numbers)} numbers, ${classes.length} classes`,
  );
  note(`next: npx inkgrad evaluate ${out} --data YOUR-IMAGES`);
}

export const importNetworkFile: Command = { builder, run };
