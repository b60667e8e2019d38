import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';
import { checkout } from '../checkout.ts';
import type { WorkerCommand } from '../peers/worker.ts';

/** What must be there, and what mends it where it is not. */
const needed = [
  ['build/bench/browser.js', 'run npm run build'],
  ['node_modules/puppeteer-core', 'run npm ci'],
  ['bench/peers/node_modules/@jax-js/jax', 'run npm ci --prefix bench/peers'],
] as const;

/**
 * How to start inkgrad and jax-js, each in a Chromium of its own.
 *
 * @throws InkgradError outside of a checkout, and where something is not installed or built
 */
export function browserCommands(root = checkout()): { ours: WorkerCommand; jax: WorkerCommand } {
  if (root === null) throw new InkgradError('bench peers --browser: run it in a checkout of inkgrad');
  for (const [path, mend] of needed) {
    if (!existsSync(join(root, path))) throw new InkgradError(`bench peers --browser: no ${path}; ${mend}`);
  }
  const command = (engine: string): WorkerCommand => ({
    name: `${engine}-browser`,
    command: process.execPath,
    args: [join(root, needed[0][0]), '--backend', engine],
  });
  return { ours: command('inkgrad'), jax: command('jax') };
}
