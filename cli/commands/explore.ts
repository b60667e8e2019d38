import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Dataset } from '../../pipeline/data/dataset.ts';
import { runFiles } from '../../pipeline/node/explore/runFiles.ts';
import { bytesOf, type SiteFile, type SiteFiles } from '../../pipeline/node/explore/siteFile.ts';
import { siteFiles } from '../../pipeline/node/explore/siteFiles.ts';
import { SiteServer } from '../../pipeline/node/explore/siteServer.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { readRun } from '../../pipeline/node/runs/readRun.ts';
import { visible } from '../../pipeline/text/visible.ts';
import { Interrupted, interruptible } from '../interrupt.ts';
import * as options from '../options.ts';
import { note, print, printJson } from '../output.ts';
import { checkRanges, ranges } from '../usage.ts';
import type { Command } from './command.ts';
import { testImages } from './evaluate/testImages.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 explore [RUN] [options]\n\nOpens a page on which to draw a digit and follow every number of a network, forwards, backwards and\n' +
        'while it learns. With a run, or a checkpoint, it shows that one. It computes in the browser; nothing leaves it.',
    )
    .positional('run', {
      type: 'string',
      describe: 'A run directory or a checkpoint file; a network that comes along when left out',
    })
    .option('port', {
      type: 'number',
      requiresArg: true,
      default: 8001,
      describe: 'Port on 127.0.0.1; 0 takes any that is free',
    })
    .option('open', {
      type: 'boolean',
      default: true,
      describe: 'Open the page in the browser; --no-open prints its address alone',
    })
    .option('json', { ...options.json, describe: 'Print the address as one JSON document on stdout' })
    .example('$0 explore', 'A small network, on http://127.0.0.1:8001')
    .example('$0 explore runs/lenet-1 --no-open', 'Your own, without opening the browser')
    .check(checkRanges({ port: ranges.port }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

async function run({ run, port, open, json }: Args): Promise<never> {
  const site = siteFiles();
  const files = new Map([...site, ...(run === undefined ? [] : await filesOf(run, site))]);
  const server = new SiteServer(files, port);
  const url = await server.start();
  const stop = interruptible('stopping');
  const stopped = new Promise<void>((resolve) => {
    stop.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    if (json) printJson({ ...(run !== undefined && { run }), url });
    else print(`${run === undefined ? 'the explorer' : visible(run)} on ${url}`);
    if (open) await openBrowser(url);
    await stopped;
  } finally {
    await server.stop();
    stop.release();
  }
  throw new Interrupted(stop.exitCode());
}

/** A run as files of the page. Where its data is not there any more, it is shown without. */
async function filesOf(path: string, site: SiteFiles): Promise<Map<string, SiteFile>> {
  const checkpoint = readCheckpoint(path);
  for (const remark of checkpoint.remarks) note(remark);
  const isRun = statSync(path).isDirectory() && existsSync(join(path, 'config.json'));
  const page = (await bytesOf(site.get('/index.html')!)).toString();
  return runFiles(page, checkpoint, isRun ? readRun(path) : null, await imagesOf(checkpoint));
}

async function imagesOf(checkpoint: ReturnType<typeof readCheckpoint>): Promise<Dataset | null> {
  try {
    const { images } = await testImages(
      { maxPixels: options.maxPixels.default, cache: true, skipBroken: true },
      checkpoint,
    );
    return images;
  } catch (error) {
    note(`${(error as Error).message}; the page shows the model without its images`);
    return null;
  }
}

async function openBrowser(url: string): Promise<void> {
  try {
    const { default: open } = await import('open');
    const child = await open(url);
    child.once('error', notOpened);
  } catch (error) {
    notOpened(error as Error);
  }
}

const notOpened = ({ message }: Error): void =>
  note(`no browser could be opened (${message}); open the address yourself`);

export const explore: Command = { builder, run };
