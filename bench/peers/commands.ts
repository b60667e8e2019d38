import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InkgradError } from '../../engine/errors.ts';
import type { WorkerCommand } from './worker.ts';

const peers = {
  tfjs: ['cpu', 'wasm', 'webgpu'],
  jax: ['wasm', 'webgpu'],
  onnxruntime: ['web', 'node'],
  torch: ['cpu', 'cpu-passive', 'cuda', 'cuda-tf32'],
} as const;

export const peerNames = Object.entries(peers).flatMap(([name, backends]) =>
  backends.map((backend) => `${name}-${backend}`),
);

/**
 * How to start each of the named peers.
 *
 * @throws InkgradError for an unknown name, outside of a checkout, and where the peers are not installed
 */
export function peerCommands(names: readonly string[] = peerNames): WorkerCommand[] {
  const unknown = names.find((name) => !peerNames.includes(name));
  if (unknown !== undefined) {
    throw new InkgradError(`bench peers: no peer ${unknown}; expected some of ${peerNames.join(', ')}`);
  }
  const folder = peersFolder();
  const python = names.some((name) => name.startsWith('torch')) ? findPython() : '';
  return names.map((name) => {
    const [peer, ...backend] = name.split('-');
    const [command, file] = peer === 'torch' ? [python, 'pytorch.py'] : [process.execPath, `${peer}.mjs`];
    return { name, command, args: [join(folder, file), '--backend', backend.join('-')] };
  });
}

/**
 * The folder bench/peers of the checkout; this file itself runs bundled, from somewhere in it.
 *
 * @param command what stands in front of an error
 * @throws InkgradError outside of a checkout, and where the peers are not installed
 */
export function peersFolder(command = 'bench peers'): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'bench/peers/package.json'))) {
    if (folder === dirname(folder)) {
      throw new InkgradError(`${command}: no folder bench/peers; run it in a checkout of inkgrad`);
    }
    folder = dirname(folder);
  }
  if (!existsSync(join(folder, 'bench/peers/node_modules'))) {
    throw new InkgradError(`${command}: the peers are not installed; run npm ci --prefix bench/peers`);
  }
  return join(folder, 'bench/peers');
}

/** The first Python that has PyTorch; the plain one where none has, so that the report says so. */
function findPython(): string {
  const has = (python: string) => {
    try {
      execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  return ['python3', '/usr/bin/python3'].find(has) ?? 'python3';
}
