import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { PipelineError } from '../../faults.ts';
import { cacheFolder, makeCacheFolder } from '../files/cacheFolder.ts';
import { makeFolder } from '../files/makeFolder.ts';
import { sweep, unfinishedName } from '../files/unfinished.ts';

const require = createRequire(import.meta.url);

/** A driver named by the user; we then add none of our own. https://github.com/KhronosGroup/Vulkan-Loader */
const DRIVER_VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'];

/** Those of them that are set. */
export const driverVariables = (): string[] =>
  DRIVER_VARIABLES.filter((name) => process.env[name] !== undefined);

/** glibc keeps a library in memory after its handle is closed. Node.js has no name for this flag. */
const RTLD_NODELETE = 0x1000;

/**
 * Loads a shared library into this process, so that a later dlopen of the same name finds it there; glibc
 * compares names, not paths. Node.js can only load add-ons, and closes what turns out to be none, which
 * RTLD_NODELETE makes harmless. Returns false when there is no such library.
 */
function loadLibrary(file: string): boolean {
  try {
    process.dlopen(
      { exports: {} },
      file,
      constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL | RTLD_NODELETE,
    );
    return true;
  } catch (error) {
    return error instanceof Error && error.message.includes('did not self-register');
  }
}

/** Whether the system can run Vulkan at all. Asked first, since Dawn complains on stderr where it cannot. */
export const hasVulkan = (): boolean => process.platform !== 'linux' || loadLibrary('libvulkan.so.1');

/**
 * Unpacks an archive of the npm package @sparticuz/chromium, once, into node_modules/.cache, or into the cache of the person
 * where node_modules belongs to another.
 *
 * @returns the folder; null where the package is not installed, or made for another kind of machine
 * @throws PipelineError where it can be unpacked nowhere
 */
export function unpackChromium(name: 'swiftshader' | 'al2023'): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  let archive: string;
  try {
    archive = join(dirname(require.resolve('@sparticuz/chromium')), `../../bin/${name}.tar.br`);
  } catch {
    return null;
  }
  const beside = join(dirname(archive), '../../../.cache/inkgrad');
  if (existsSync(join(beside, name))) return join(beside, name);
  try {
    makeFolder(beside);
    return unpack(archive, beside, name);
  } catch {}
  try {
    const own = join(cacheFolder(), UNPACKED);
    if (existsSync(join(own, name))) return join(own, name);
    makeCacheFolder(UNPACKED);
    return unpack(archive, own, name);
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new PipelineError(
      `${archive}: can be unpacked neither into ${beside} nor into the cache (${reason}); make one of them writable`,
      'unwritable',
    );
  }
}

/** What is unpacked, in the cache of a person. */
const UNPACKED = 'unpacked';

/** A rename at the end makes it safe for several processes at a time. */
function unpack(archive: string, cache: string, name: string): string {
  const folder = join(cache, name);
  sweep(cache, () => true);
  const unfinished = unfinishedName(folder);
  try {
    mkdirSync(unfinished);
    execFileSync('tar', ['-x', '-C', unfinished], {
      input: brotliDecompressSync(readFileSync(archive)),
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/**
 * Makes SwiftShader, a Vulkan driver that computes on the CPU, known to this process, so that WebGPU works on
 * a machine without a GPU. Returns false where it is not installed, or the user names a driver.
 */
export function provideSoftwareVulkan(): boolean {
  if (driverVariables().length > 0) return false;
  const folder = unpackChromium('swiftshader');
  if (folder === null) return false;
  if (!hasVulkan() && !loadLibrary(join(folder, 'libvulkan.so.1'))) return false;
  process.env.VK_ICD_FILENAMES = join(folder, 'vk_swiftshader_icd.json');
  return true;
}
