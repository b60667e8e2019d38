/** What a process needs to find RADV as if one of its GPUs were here. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildC } from './build.ts';
import source from './idle.c';
import type { Gpu } from './probe.ts';
import type { Tools } from './tools.ts';

/** The environment of a process that asks RADV itself, of which only the compiler works. */
export function vulkanOf({ driver, libraries }: Tools, gpu: Gpu): NodeJS.ProcessEnv {
  const searched = [...libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return {
    ...process.env,
    ...(searched !== '' && { LD_LIBRARY_PATH: searched }),
    // The first is what newer loaders look at.
    ...{ VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, RADV_FORCE_FAMILY: gpu },
    // Neither on disk nor in memory: what is timed is compiled.
    ...{ MESA_SHADER_CACHE_DISABLE: '1', RADV_DEBUG: 'nocache' },
  };
}

/**
 * The same tools with a driver in front of RADV with which Dawn opens a device too; it compiles, and runs nothing.
 *
 * @param folder for the manifest of that driver
 * @throws InkgradError where the C compiler fails
 */
export async function idleTools(tools: Tools, folder: string): Promise<Tools> {
  const { ICD } = JSON.parse(readFileSync(tools.driver, 'utf8')) as { ICD: { library_path: string } };
  const path = ICD.library_path;
  // One without a folder is looked for where libraries are; https://github.com/KhronosGroup/Vulkan-Loader, LoaderDriverInterface.md.
  const library = path.includes('/') ? join(path.startsWith('/') ? '/' : dirname(tools.driver), path) : path;
  const flags = ['-shared', '-fPIC', `-DDRIVER="${library}"`, '-ldl'];
  const driver = join(folder, 'idle.json');
  const manifest = {
    file_format_version: '1.0.0',
    ICD: { ...ICD, library_path: await buildC(tools, 'idle', source, flags) },
  };
  writeFileSync(driver, JSON.stringify(manifest));
  return { ...tools, driver };
}
