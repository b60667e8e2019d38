/** The programs in C that come with this measurement, compiled once into the cache of the person. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { InkgradError } from '../../engine/errors.ts';
import { cacheFolder, makeCacheFolder } from '../../pipeline/node/files/cacheFolder.ts';
import type { Tools } from './tools.ts';

const execute = promisify(execFile);

/**
 * @param name what the file is called, with a mark of its source after it
 * @param flags after the source, such as libraries
 * @returns the file
 * @throws InkgradError with the first line of what the C compiler says
 */
export async function buildC(
  { compiler, headers, libraries }: Tools,
  name: string,
  source: string,
  flags: readonly string[],
): Promise<string> {
  const all = [
    '-O1',
    ...headers.map((each) => `-I${each}`),
    ...libraries.map((each) => `-L${each}`),
    ...flags,
  ];
  const key = createHash('sha256')
    .update(JSON.stringify([source, compiler, all]))
    .digest('hex')
    .slice(0, 16);
  const made = join(cacheFolder(), 'isa', `${name}-${key}`);
  if (existsSync(made)) return made;
  makeCacheFolder('isa');
  const folder = mkdtempSync(join(tmpdir(), 'inkgrad-isa-'));
  const [code, unfinished] = [join(folder, `${name}.c`), join(folder, name)];
  try {
    writeFileSync(code, source);
    await execute(compiler, [code, ...all, '-o', unfinished]);
    // The same file system is not a given, and two may do this at once.
    const beside = `${made}.${process.pid}`;
    await execute('cp', [unfinished, beside]);
    renameSync(beside, made);
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const line = stderr.split('\n').find((each) => /error|cannot find/.test(each)) ?? message.split('\n')[0];
    const hint = /vulkan/.test(line) ? '; install libvulkan-dev' : '';
    throw new InkgradError(`bench isa: ${compiler} cannot compile the ${name}: ${line.trim()}${hint}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return made;
}
