import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { InkgradError } from '../../engine/errors.ts';
import type { CheckpointFile } from '../../pipeline/checkpoint/checkpoint.ts';
import { modelText } from '../../pipeline/model/modelText.ts';
import { writeFile, writeFolder } from '../../pipeline/node/interchange/wholeFiles.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { version } from '../../report/version.ts';
import * as options from '../options.ts';
import { note, print, printJson } from '../output.ts';
import { UsageError } from '../usage.ts';
import type { Command } from './command.ts';

/** What a format is written as where `--out` says nothing. */
const formats = { onnx: '.onnx', pytorch: '-pytorch', safetensors: '.safetensors', json: '.json' } as const;

type Format = keyof typeof formats;

const formatNames = Object.keys(formats) as Format[];

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 export RUN [options]\n\nWrites a trained model for other programs: ONNX, PyTorch, plain weights, its layers.',
    )
    .positional('run', {
      type: 'string',
      demandOption: true,
      describe: 'A run directory or a checkpoint file',
    })
    .option('format', {
      requiresArg: true,
      choices: formatNames,
      describe: 'What to write  [default: as --out ends, else onnx]',
    })
    .option('out', {
      requiresArg: true,
      type: 'string',
      describe: 'Where it goes; for pytorch a folder  [default: MODEL.onnx and the like]',
    })
    .option('normalise', {
      type: 'boolean',
      default: false,
      describe: 'onnx: take pixels from 0 to 255 and normalise them inside',
    })
    .option('softmax', {
      type: 'boolean',
      default: false,
      describe: 'onnx: give probabilities, with the temperature of the checkpoint',
    })
    .option('json', options.json)
    .example('$0 export runs/lenet-1 --normalise --softmax', 'lenet.onnx: pixels to probabilities')
    .example('$0 export runs/lenet-1 --format pytorch --out lenet', 'lenet/: model.py, train_ddp.py …')
    .example('$0 export runs/lenet-1 --format json --out mine.json', 'The layers, for --model mine.json');

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

function formatOf({ format, out }: Args): Format {
  if (format !== undefined) return format;
  const ending = extname(out ?? '');
  const named = formatNames.find((name) => formats[name] === ending);
  if (ending !== '' && named === undefined) {
    throw new UsageError(`--out ${out}: ends in no known way; add --format ${formatNames.join(', ')}`);
  }
  return named ?? 'onnx';
}

/** The usual name of a file, which is nobody's yet: a model file of that name may lie here. */
function freeName(usual: string): string {
  if (!existsSync(usual)) return usual;
  throw new InkgradError(`${usual}: is there already; give --out, which may name it too`);
}

/** What was written, for a person and as JSON. */
interface Written {
  readonly text: string;
  readonly json: Record<string, unknown>;
}

// What computes is imported when it does: the help needs none of it.
const writers: Record<Format, (checkpoint: CheckpointFile, out: string, args: Args) => Promise<Written>> = {
  async onnx(checkpoint, out, { normalise, softmax }) {
    const { endsOf, OPSET, onnxFile } = await import('../../pipeline/interchange/onnx/write/file.ts');
    const asked = { normalise, softmax, version };
    const file = onnxFile(checkpoint, asked);
    writeFile(out, file);
    const { input, output } = endsOf(asked);
    const shapes = {
      input: ['batch', ...checkpoint.model.input],
      output: ['batch', checkpoint.classes.length],
    };
    return {
      text: `${grouped(file.length)} bytes, opset ${OPSET}: ${input} [${shapes.input.join(', ')}] → ${output} [${shapes.output.join(', ')}]`,
      json: {
        bytes: file.length,
        opset: OPSET,
        input: { name: input, shape: shapes.input },
        output: { name: output, shape: shapes.output },
      },
    };
  },
  async pytorch(checkpoint, out) {
    const { pytorchFolder } = await import('../../pipeline/interchange/pytorch/write.ts');
    const files = pytorchFolder(checkpoint);
    writeFolder(out, files);
    const names = [...files.keys()];
    return { text: names.join(', '), json: { files: names } };
  },
  async safetensors(checkpoint, out) {
    const { plainWeights } = await import('../../pipeline/interchange/pytorch/write.ts');
    const file = plainWeights(checkpoint);
    writeFile(out, file);
    const text = `${grouped(file.length)} bytes: ${checkpoint.weights.size} tensors by PyTorch's names`;
    return { text, json: { bytes: file.length, tensors: checkpoint.weights.size } };
  },
  async json({ model }, out) {
    writeFile(out, modelText(model));
    return { text: `${model.layers.length} layers, for --model`, json: { layers: model.layers.length } };
  },
};

async function run(args: Args): Promise<void> {
  const format = formatOf(args);
  for (const flag of ['normalise', 'softmax'] as const) {
    if (args[flag] && format !== 'onnx') throw new UsageError(`--${flag}: is for --format onnx alone`);
  }
  const checkpoint = readCheckpoint(args.run);
  const out = args.out ?? freeName(checkpoint.model.name + formats[format]);
  const { text, json } = await writers[format](checkpoint, out, args);
  if (format !== 'json' && checkpoint.certainty.gate) {
    note('what tells characters from everything else stays behind: elsewhere every image is named');
  }
  if (args.json) printJson({ format, out, model: checkpoint.model.name, ...json });
  else print(`${out}  ${text}`);
}

export const exportRun: Command = { builder, run };
