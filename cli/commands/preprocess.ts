import { basename, join } from 'node:path';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import { InkgradError } from '../../engine/errors.ts';
import type { SeededAugmentation } from '../../pipeline/data/augment.ts';
import { distortImages } from '../../pipeline/data/augment.ts';
import { contactSheet } from '../../pipeline/draw/contactSheet.ts';
import { NO_INK, pictureStages } from '../../pipeline/front/stages.ts';
import { imageFromBytes, type PlanarImage, toByte } from '../../pipeline/image/image.ts';
import { thumbnail } from '../../pipeline/image/thumbnail.ts';
import { encodePng } from '../../pipeline/node/decode/decode.ts';
import { labelTypeface } from '../../pipeline/node/draw/labelTypeface.ts';
import { imagePaths } from '../../pipeline/node/files/imagePaths.ts';
import { SafeNames } from '../../pipeline/node/files/safeNames.ts';
import { writeDurably, writeWhole } from '../../pipeline/node/files/writeFile.ts';
import type { Stage } from '../../pipeline/preprocess/prepare.ts';
import { visible } from '../../pipeline/text/visible.ts';
import { withFlags } from '../../report/flags.ts';
import { html, pagePathOf } from '../htmlFlag.ts';
import * as options from '../options.ts';
import { augmentationOf, recipeOf } from '../optionValues.ts';
import { makeFolder } from '../outFolder.ts';
import { complain, note, print } from '../output.ts';
import { named, readImage } from '../readImage.ts';
import { type Shown, tableOf } from '../stageTable.ts';
import { checkRanges, ranges, UsageError } from '../usage.ts';
import type { Command } from './command.ts';

const builder = (parser: Argv) =>
  parser
    .usage(
      '$0 preprocess PATH... [options]\n\nWrites what every step of the preparation makes of each image.',
    )
    .positional('paths', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Image files, folders, patterns, or -',
    })
    .option('recipe', { ...options.recipe, default: 'scan' })
    .option('step', options.step)
    .option('out', {
      requiresArg: true,
      type: 'string',
      default: 'preprocessed',
      describe: 'Folder for the pictures',
    })
    .option('cell', { ...options.cell, default: 112 })
    .option('augment', {
      ...options.augment,
      describe: 'Show variants too, as training gets them: light, strong, or strong:rotation=10,erase=0',
    })
    .option('seed', { type: 'number', requiresArg: true, describe: 'Other variants  [default: 1]' })
    .option('html', html)
    .option('max-pixels', options.maxPixels)
    .example(
      '$0 preprocess letters/ --out steps',
      'steps/contact-sheet.png and a folder of pictures per image',
    )
    .example('$0 preprocess letters/ --step deskew:off --step clean:specks=0.05,edge=0.1', 'Other steps')
    .example('$0 preprocess letters/ --augment strong', 'Eight variants of each image beside it')
    .example('$0 preprocess letters/ --html', 'preprocessed/report.html too, a page to scroll through')
    .check(checkRanges({ cell: options.CELL, seed: ranges.countOrZero, 'max-pixels': ranges.count }));

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** The file with all images, which none of them may take for its folder. */
const SHEET = 'contact-sheet.png';

/** Rows of one contact sheet: past these it would be too long to look at. */
const SHEET_ROWS = 50;

/** Variants of an image, to see what an augmentation does. */
const VARIANTS = 8;

/** The prepared image as training gets it, some times over; `row` makes those of another image others. */
function variantsOf(prepared: PlanarImage, augmented: SeededAugmentation, row: number): Stage[] {
  const { width: size, data, channels } = prepared;
  const bytes = Uint8Array.from({ length: VARIANTS * data.length }, (_, i) => toByte(data[i % data.length]));
  const images = distortImages(bytes, size, augmented, 1, row * VARIANTS, channels);
  return Array.from({ length: VARIANTS }, (_, i) => {
    const image = images.subarray(i * data.length, (i + 1) * data.length);
    return { name: `variant-${i + 1}`, parameters: [], image: imageFromBytes(image, size, size) };
  });
}

/** The augmentation to show; null without one. */
function augmentedOf({ augment, seed }: Args): SeededAugmentation | null {
  if (augment !== undefined) return { augmentation: augmentationOf(augment), seed: seed ?? 1 };
  if (seed !== undefined) throw new UsageError('--seed: chooses variants; name an --augment to show');
  return null;
}

async function run(args: Args): Promise<void> {
  const recipe = recipeOf('--recipe', args.recipe, args.step);
  const augmented = augmentedOf(args);
  const pagePath = pagePathOf(args.html, args.out);
  const shown: Shown[] = [];
  const names = new SafeNames([SHEET, ...(pagePath === null ? [] : [basename(pagePath)])]);
  let row = 0;
  const fail = (_path: string, { message }: InkgradError) => {
    process.exitCode = 1;
    complain(withFlags(message));
  };
  for (const path of imagePaths(args.paths, fail, note)) {
    try {
      const stages = pictureStages(await readImage(path, args.maxPixels), recipe);
      const prepared = stages[stages.length - 1];
      const isBlank = prepared.parameters.includes(NO_INK);
      if (augmented && !isBlank) stages.push(...variantsOf(prepared.image, augmented, row));
      row++;
      const file = path === '-' ? 'standard input' : basename(path);
      const name = path === '-' ? 'stdin' : file.replace(/\.(png|jpe?g)$/i, '');
      const folder = join(args.out, names.next(name));
      makeFolder(folder, args.out);
      stages.forEach(({ name, image }, i) => {
        writeWhole(join(folder, `${i + 1}-${name.replace(' ', '-')}.png`), encodePng(image));
      });
      if (shown.length < SHEET_ROWS) {
        // Whole stages of fifty photographs would not fit into memory.
        const cells = stages.map((stage) => ({ ...stage, image: thumbnail(stage.image, args.cell) }));
        shown.push({ name: file, stages: cells });
      }
      print(
        `${visible(path)}  ${isBlank ? `${NO_INK}; ` : ''}${stages.length} pictures in ${visible(folder)}`,
      );
    } catch (error) {
      if (!(error instanceof InkgradError)) throw error;
      fail(path, named(path, error));
    }
  }
  if (shown.length === 0) return;
  const { columns, rows } = tableOf(shown);
  const sheet = join(args.out, SHEET);
  writeDurably(sheet, encodePng(contactSheet(rows, args.cell, labelTypeface(), columns)));
  print(`${sheet}  ${rows.length} rows, a column per step${augmented ? ' and variant' : ''}`);
  if (pagePath === null) return;
  const { preprocessPage } = await import('../../report/preprocess/preprocessPage.tsx');
  writeDurably(pagePath, preprocessPage(recipe, columns, rows, args.cell));
  print(`${pagePath}  the same as a page`);
}

export const preprocess: Command = { builder, run };
