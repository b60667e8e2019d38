import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import puppeteer, { type Browser } from 'puppeteer-core';
import { unpackChromium } from '../../pipeline/node/devices/softwareAdapter.ts';
import { unfinishedName } from '../../pipeline/node/files/unfinished.ts';

/**
 * The browser's program, unpacked below node_modules: the package would put it into the system's temporary
 * folder, where one that was left half-written would be found again and again. Several tests may want it at the
 * same time: each unpacks for itself then, and the first to be ready gives the rest its own.
 */
async function executable(): Promise<string> {
  const folder = join(process.cwd(), 'node_modules/.cache/inkgrad/chromium');
  const program = join(folder, 'chromium');
  if (existsSync(program)) return program;
  const before = process.env.TMPDIR;
  const own = unfinishedName(folder);
  mkdirSync(own, { recursive: true });
  process.env.TMPDIR = own;
  try {
    await chromium.executablePath();
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(program)) throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  return program;
}

/** Where the system lacks libraries that Chromium needs, the package's own; they do not replace the system's. */
function missingLibraries(program: string): Record<string, string> {
  const complete = !execFileSync('ldd', [program], { encoding: 'utf8' }).includes('not found');
  const folder = complete ? null : unpackChromium('al2023');
  return folder === null ? {} : { LD_LIBRARY_PATH: join(folder, 'lib') };
}

/** Starts the headless Chromium of npm @sparticuz/chromium with WebGPU on its own software adapter. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = await executable();
  return puppeteer.launch({
    executablePath,
    headless: 'shell',
    // It ends when this process does, whatever ends that.
    pipe: true,
    env: { ...process.env, ...missingLibraries(executablePath) },
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A machine without a locale gives it a language that Intl refuses.
      '--lang=en-US',
      '--accept-lang=en-US',
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
    ],
  });
}
