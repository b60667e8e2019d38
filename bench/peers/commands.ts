import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InkgradError } from '../../engine/errors.ts';
import { checkout } from '../checkout.ts';
import type { WorkerCommand } from './worker.ts';

/** What each can compute on, the package that it comes in, and whether it trains. */
const peers = {
  tfjs: { backends: ['cpu', 'wasm', 'webgpu'], package: '@tensorflow/tfjs-core', trains: true },
  jax: { backends: ['wasm', 'webgpu'], package: '@jax-js/jax', trains: true },
  onnxruntime: { backends: ['web', 'node'], package: 'onnxruntime-common', trains: false },
  torch: { backends: ['cpu', 'cpu-passive', 'cuda', 'cuda-tf32'], package: null, trains: true },
} as const;

export const peerNames = Object.entries(peers).flatMap(([name, { backends }]) =>
  backends.map((backend) => `${name}-${backend}`),
);

/** A peer that this machine does not have, and what mends that. */
export interface MissingPeer {
  readonly name: string;
  readonly reason: string;
}

/**
 * How to start each of the named peers, and which of them are not there.
 *
 * @param root of the checkout whose bench/peers is taken
 * @param pythons of which the first that has PyTorch is taken
 * @throws InkgradError for an unknown name, and outside of a checkout
 */
export function peerCommands(
  names: readonly string[] = peerNames,
  root = checkout(),
  pythons: readonly string[] = ['python3', '/usr/bin/python3'],
): { commands: WorkerCommand[]; missing: MissingPeer[] } {
  const unknown = names.find((name) => !peerNames.includes(name));
  if (unknown !== undefined) {
    throw new InkgradError(`bench peers: no peer ${unknown}; expected some of ${peerNames.join(', ')}`);
  }
  if (root === null) {
    throw new InkgradError('bench peers: no folder bench/peers; run it in a checkout of inkgrad');
  }
  const folder = join(root, 'bench/peers');
  const python = names.some((name) => name.startsWith('torch')) ? (pythons.find(hasTorch) ?? null) : null;
  const commands: WorkerCommand[] = [];
  const missing: MissingPeer[] = [];
  for (const name of names) {
    const [peer, ...backend] = name.split('-');
    const { package: needed, trains } = peers[peer as keyof typeof peers];
    const program = needed === null ? python : process.execPath;
    if (program === null) {
      missing.push({ name, reason: 'no python3 can import torch; install PyTorch for the one on the PATH' });
    } else if (needed !== null && !existsSync(join(folder, 'node_modules', needed))) {
      missing.push({ name, reason: 'it is not installed; run npm ci --prefix bench/peers' });
    } else {
      const file = join(folder, needed === null ? 'pytorch.py' : `${peer}.mjs`);
      commands.push({ name, command: program, args: [file, '--backend', backend.join('-')], trains });
    }
  }
  return { commands, missing };
}

function hasTorch(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * The folder bench/peers of the checkout.
 *
 * @param command what stands in front of an error
 * @throws InkgradError outside of a checkout, and where the peers are not installed
 */
export function peersFolder(command: string): string {
  const root = checkout();
  if (root === null) {
    throw new InkgradError(`${command}: no folder bench/peers; run it in a checkout of inkgrad`);
  }
  if (!existsSync(join(root, 'bench/peers/node_modules'))) {
    throw new InkgradError(`${command}: the peers are not installed; run npm ci --prefix bench/peers`);
  }
  return join(root, 'bench/peers');
}
