import { availableParallelism } from 'node:os';
import type { ArgumentsCamelCase, Argv, Options } from 'yargs';
import type { Device } from '../../engine/device.ts';
import { DeviceLostError } from '../../engine/errors.ts';
import { withDevice } from '../../pipeline/node/devices/devices.ts';
import { type FoundCheckpoint, readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { ModelServer } from '../../pipeline/node/serve/server.ts';
import { pictureRecipe } from '../../pipeline/predict/pictureRecipe.ts';
import { Predictor } from '../../pipeline/predict/predict.ts';
import { visible } from '../../pipeline/text/visible.ts';
import { withFlags } from '../../report/flags.ts';
import { withGiven } from '../given.ts';
import { Interrupted, interruptible } from '../interrupt.ts';
import * as options from '../options.ts';
import { note, print, printJson } from '../output.ts';
import { checkRanges, ranges } from '../usage.ts';
import type { Command } from './command.ts';

/** Flags that may stand in a file or the environment too. */
export const givenFlags = {
  host: {
    type: 'string',
    requiresArg: true,
    default: '127.0.0.1',
    describe: 'Address to listen on; 0.0.0.0 lets others in, who need no password',
  },
  port: {
    type: 'number',
    requiresArg: true,
    default: 8000,
    describe: 'Port to listen on; 0 takes any that is free',
  },
  top: {
    requiresArg: true,
    type: 'number',
    default: 3,
    describe: 'How many classes to tell for each image',
  },
  'max-pixels': { ...options.maxPixels, default: 24_000_000 },
  'max-body': {
    type: 'number',
    requiresArg: true,
    default: 32,
    describe: 'Longest body of a request, in MB',
  },
  'max-waiting': {
    type: 'number',
    requiresArg: true,
    default: 512,
    describe: 'Images that may wait at once; further ones get 503 with Retry-After',
  },
  timeout: {
    type: 'number',
    requiresArg: true,
    default: 30,
    describe: 'Seconds until a request is answered, one way or the other',
  },
  device: { ...options.device, default: 'cpu' as const },
  threads: options.threads,
  revectorize: options.revectorize,
} as const satisfies Record<string, Options>;

const builder = (parser: Argv) =>
  withGiven(parser, givenFlags)
    .usage(
      '$0 serve RUN [options]\n\nAnswers POST /predict as predict --json does: an image is the body, or several are the files of a\n' +
        'form (multipart). GET / is a page to try it on, /healthz says that it is there, /metrics is for Prometheus.\n' +
        'Ctrl-C, or a kill, lets it end what is under way; its exit code is then 130 or 143, as everywhere.',
    )
    .positional('run', {
      type: 'string',
      demandOption: true,
      describe: 'A run directory or a checkpoint file',
    })
    .options(givenFlags)
    .option('json', { ...options.json, describe: 'Print the address as one JSON document on stdout' })
    .example('$0 serve runs/lenet-1', 'On http://127.0.0.1:8000')
    .example('curl --data-binary @digit.png http://127.0.0.1:8000/predict', 'One image')
    .example('curl -F a=@a.png -F b=@b.jpg http://127.0.0.1:8000/predict', 'Several')
    .check(
      checkRanges({
        ...{ port: ranges.port, top: ranges.count, threads: ranges.threads, 'max-pixels': ranges.count },
        ...{ 'max-body': ranges.megabytes, 'max-waiting': ranges.batch, timeout: ranges.seconds },
      }),
    );

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

const MB = 1e6;
/** Addresses that only this machine reaches. */
const LOOPBACK = /^http:\/\/(127\.|\[::1\])/;

async function run(args: Args): Promise<void> {
  const checkpoint = readCheckpoint(args.run);
  const remarks = [...checkpoint.remarks, pictureRecipe(checkpoint.recipe, args.run)?.remark];
  for (const remark of remarks) if (remark !== undefined) note(remark);
  await withDevice(args.device, args, (device) => serveUntilStopped(args, checkpoint, device));
}

/** @throws Interrupted when a signal stopped it; the error of a device that was lost */
async function serveUntilStopped(args: Args, checkpoint: FoundCheckpoint, device: Device): Promise<never> {
  const { tryPage } = await import('../../report/tryPage/tryPage.ts');
  const { host, port, top, maxPixels, maxWaiting, timeout } = args;
  const threads = args.threads ?? availableParallelism();
  let fail = (_: unknown): void => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const server = new ModelServer(new Predictor(device, checkpoint, args.run), {
    ...{ host, port, top, maxPixels, maxWaiting, timeout, threads },
    maxBody: args.maxBody * MB,
    assets: tryPage(checkpoint.model.name, checkpoint.classes),
    tell: withFlags,
    onRequest: args.verbose ? note : undefined,
    onBug: (error) => {
      // Nothing could be answered from now on, so whoever watches shall start it again.
      if (error instanceof DeviceLostError) fail(error);
      else note(error instanceof Error ? String(error.stack) : String(error));
    },
  });
  const stop = interruptible('stopping; ends what is under way, once more to stop at once');
  const stopped = new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    if (server.threads < threads)
      note(`${server.threads} of ${threads} threads could be started; pictures take longer`);
    const url = await server.start();
    if (!LOOPBACK.test(url)) note('others reach this address too; none of them needs a password');
    if (args.json) printJson({ run: args.run, url });
    else print(`${visible(args.run)} on ${url}`);
    await Promise.race([stopped, failed]);
  } finally {
    await server.stop();
    stop.release();
  }
  throw new Interrupted(stop.exitCode());
}

export const serve: Command = { builder, run };
