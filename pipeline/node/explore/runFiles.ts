import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { CheckpointFile } from '../../checkpoint/checkpoint.ts';
import { count, type Dataset, subset } from '../../data/dataset.ts';
import { formOf, type ImageForm } from '../../image/image.ts';
import type { ModelSpec } from '../../model/model.ts';
import { type RunRecord, speedOf } from '../runs/readRun.ts';
import type { SiteFile } from './siteFile.ts';

/** The most images of a run's test part that the page is given. */
const MOST_IMAGES = 10_000;

/** What `run/run.json` says of a run that is opened in the page. */
export interface ShownRun {
  readonly name: string;
  readonly model: ModelSpec;
  readonly classes: readonly string[];
  readonly steps: RunRecord['steps'];
  readonly epochs: RunRecord['epochs'];
  readonly remarks: readonly string[];
  readonly test: RunRecord['test'];
  /** training images per second; null where that is not known */
  readonly speed: number | null;
  /** what it was made with, as config.json has it; null of a checkpoint alone */
  readonly config: RunRecord['config'] | null;
  /** of the images in `run/images.bin`, channels·size² bytes each; null where the data of the run is not there */
  readonly images:
    | (ImageForm & {
        readonly labels: readonly number[];
        readonly paths?: readonly string[];
      })
    | null;
}

const jsonFile = (value: unknown): SiteFile => ({
  type: 'application/json; charset=utf-8',
  bytes: Buffer.from(JSON.stringify(value)),
});

const binary = (bytes: Buffer): SiteFile => ({ type: 'application/octet-stream', bytes });

/** Where the files of a run lie, and what in the page says so: without it none is asked for. */
const FOLDER = 'run';
const marked = (page: string): string =>
  page.replace('<meta charset', `<meta name="run" content="${FOLDER}" /><meta charset`);

/**
 * A run as files of the page: its checkpoint, how it went, and what it is tested on.
 *
 * @param page the page that shows it, as it is without a run
 * @param record null of a checkpoint that stands alone
 * @param images its test part; null where that is not there
 */
export function runFiles(
  page: string,
  checkpoint: CheckpointFile,
  record: RunRecord | null,
  images: Dataset | null,
): Map<string, SiteFile> {
  const part =
    images &&
    subset(
      images,
      Int32Array.from({ length: Math.min(count(images), MOST_IMAGES) }, (_, i) => i),
    );
  const shown: ShownRun = {
    name: record?.name ?? basename(checkpoint.path),
    model: checkpoint.model,
    classes: checkpoint.classes,
    steps: record?.steps ?? [],
    epochs: record?.epochs ?? [],
    remarks: record?.remarks ?? [],
    test: record?.test ?? null,
    speed: record && speedOf(record),
    config: record?.config ?? null,
    images: part && { ...formOf(part), labels: [...part.labels], ...(part.paths && { paths: part.paths }) },
  };
  return new Map([
    ['/index.html', { type: 'text/html; charset=utf-8', bytes: Buffer.from(marked(page)) }],
    [`/${FOLDER}/run.json`, jsonFile(shown)],
    [`/${FOLDER}/model.safetensors`, binary(readFileSync(checkpoint.path))],
    ...(part ? [[`/${FOLDER}/images.bin`, binary(Buffer.from(part.images))] as const] : []),
  ]);
}
