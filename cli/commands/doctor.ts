import { createRequire } from 'node:module';
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import { openSoftwareWebGpu, openSystemWebGpu, openThreads } from '../../pipeline/node/devices/devices.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { withFlags } from '../../report/flags.ts';
import { describeMachine } from '../../report/machine.ts';
import { version } from '../../report/version.ts';
import * as options from '../options.ts';
import { note, print, printJson } from '../output.ts';
import { table } from '../table.ts';
import type { Command } from './command.ts';

const builder = (parser: Argv) =>
  parser
    .usage('$0 doctor [options]\n\nWhat this machine has to compute with, and what --device auto would take.')
    .option('json', options.json)
    .example('$0 doctor', 'Adapters, features, limits, threads');

type Args = ArgumentsCamelCase<Awaited<ReturnType<typeof builder>['argv']>>;

/** The limits that bound the size of tensors and kernels. */
const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const;

function packageVersion(name: string): string | null {
  try {
    const require = createRequire(import.meta.url);
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return null;
  }
}

const describe = (device: WebGpuDevice) => ({
  adapter: device.adapter,
  software: device.isSoftware,
  /** What the adapter's matrix units multiply, or null: --precision f16 makes use of them. */
  matrices: device.traits.matrices ?? null,
  features: [...device.adapterFeatures].sort(),
  limits: Object.fromEntries(LIMITS.map((name) => [name, device.adapterLimits[name]])),
});

/** What the device `wasm` computes with, or null where it cannot be opened. */
async function describeThreads(): Promise<string | null> {
  try {
    const threads = await openThreads();
    threads.close();
    return threads.adapter;
  } catch (error) {
    if (error instanceof InkgradError) return null;
    throw error;
  }
}

/** The software adapter, or null where it cannot be opened, which is no reason to say nothing of the rest. */
async function openInstalled(): Promise<WebGpuDevice | null> {
  try {
    return await openSoftwareWebGpu();
  } catch (error) {
    if (!(error instanceof InkgradError)) throw error;
    note(`webgpu: ${withFlags(error.message)}`);
    return null;
  }
}

async function run(args: Args): Promise<void> {
  const system = await openSystemWebGpu();
  const found = system ?? (await openInstalled());
  const adapter = found && {
    ...describe(found),
    from: system === null ? 'npm @sparticuz/chromium' : 'the system',
  };
  found?.close();
  const hardware = adapter !== null && !adapter.software;
  const wasm = await describeThreads();
  const { node, platform, cpu, threads, memoryBytes } = describeMachine();
  const report = {
    inkgrad: version,
    ...{ node, platform, cpu, threads, memoryBytes },
    wasm,
    webgpuPackage: packageVersion('webgpu'),
    webgpu: adapter,
    auto: hardware ? 'webgpu' : wasm !== null ? 'wasm' : 'cpu',
    why: reason(adapter, packageVersion('webgpu')),
  };
  if (args.json) {
    printJson(report);
    return;
  }
  print(
    table(
      ['<', '<'],
      [
        ['inkgrad', report.inkgrad],
        ['Node.js', `${report.node} on ${report.platform}`],
        [
          'CPU',
          `${report.cpu}, ${report.threads} threads, ${grouped(report.memoryBytes / 2 ** 20)} MiB of memory`,
        ],
        ['wasm', report.wasm ?? 'none: there is no memory for threads'],
        ['npm webgpu', report.webgpuPackage ?? 'not installed'],
        [
          'adapter',
          adapter === null
            ? 'none'
            : `${adapter.adapter}, ${adapter.software ? 'software' : 'hardware'}, from ${adapter.from}`,
        ],
        ...(adapter?.matrices
          ? [['matrix units', `${Object.values(adapter.matrices).join('×')}, f16 (--precision f16)`]]
          : []),
        ['--device auto', `${report.auto}: ${report.why}`],
      ],
    ).replace(/^\s*\n/, ''),
  );
  if (adapter === null) return;
  print(`\nfeatures\n  ${adapter.features.join('\n  ')}`);
  print('\nlimits');
  print(
    table(
      ['<', ''],
      Object.entries(adapter.limits).map(([name, value]) => [`  ${name}`, grouped(value)]),
    ).replace(/^\s*\n/, ''),
  );
}

function reason(adapter: { software: boolean } | null, installed: string | null): string {
  if (installed === null) return 'the npm package webgpu is not installed';
  if (adapter === null) return 'there is no WebGPU adapter; install a Vulkan driver for one';
  return adapter.software
    ? 'the adapter computes in software, which auto never takes'
    : 'a hardware adapter is the fastest';
}

export const doctor: Command = { builder, run };
