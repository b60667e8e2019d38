import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import puppeteer, { type Browser } from 'puppeteer-core';
import { unpackChromium } from '../../pipeline/node/devices/softwareAdapter.ts';

/**
 * The browser's program, unpacked below node_modules: the package would put it into the system's temporary
 * folder, where one that was left half-written would be found again and again.
 */
async function executable(): Promise<string> {
  const before = process.env.TMPDIR;
  const folder = 'node_modules/.cache/inkgrad/chromium';
  mkdirSync(folder, { recursive: true });
  process.env.TMPDIR = join(process.cwd(), folder);
  try {
    return await chromium.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
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
    env: { ...process.env, ...missingLibraries(executablePath) },
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
    ],
  });
}
