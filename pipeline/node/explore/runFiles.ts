import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { CheckpointFile } from '../../checkpoint/checkpoint.ts';
import { count, type Dataset, subset } from '../../data/dataset.ts';
import { formOf, type ImageForm } from '../../image/image.ts';
import type { RunRecord } from '../runs/readRun.ts';
import type { SiteFile } from './siteFiles.ts';

/** The most images of a run's test part that the page is given. */
const MOST_IMAGES = 10_000;

/** What `run/run.json` says of a run that is opened in the page. */
export interface ShownRun {
  readonly name: string;
  readonly steps: RunRecord['steps'];
  readonly epochs: RunRecord['epochs'];
  readonly remarks: readonly string[];
  readonly test: RunRecord['test'];
  /** what it was made with, as config.json has it; null of a checkpoint alone */
  readonly config: unknown;
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

/**
 * A run as files of the page: its checkpoint, how it went, and what it is tested on.
 *
 * @param record null of a checkpoint that stands alone
 * @param images its test part; null where that is not there
 */
export function runFiles(
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
    steps: record?.steps ?? [],
    epochs: record?.epochs ?? [],
    remarks: record?.remarks ?? [],
    test: record?.test ?? null,
    config: record?.config ?? null,
    images: part && { ...formOf(part), labels: [...part.labels], ...(part.paths && { paths: part.paths }) },
  };
  return new Map([
    ['/run/run.json', jsonFile(shown)],
    ['/run/model.safetensors', binary(readFileSync(checkpoint.path))],
    ...(part ? [['/run/images.bin', binary(Buffer.from(part.images))] as const] : []),
  ]);
}
