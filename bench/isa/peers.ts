/** The same contractions as other engines compute them: their shaders, read from what they dispatch. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { InkgradError } from '../../engine/errors.ts';
import type { Case } from '../kernels/case.ts';
import { peersFolder } from '../peers/commands.ts';
import type { Kernel } from './kernels.ts';
import { problemOf } from './problems.ts';

/** By what bench/peers/shaders.mjs calls them. */
export const peers = { tfjs: 'tfjs', jax: 'jax-js' } as const;
type Peer = keyof typeof peers;

interface Answer {
  readonly version: string;
  readonly answers: readonly {
    readonly name: string;
    readonly shaders: readonly { readonly name: string; readonly shader: string; readonly entry: string }[];
  }[];
}

/**
 * Every shader that each peer dispatches for each of the contractions, in the order of these; of several for one that with
 * the product is not told apart.
 *
 * @throws InkgradError where the peers are not installed, or one of them fails
 */
export async function peerKernels(contractions: readonly Case[]): Promise<Kernel[]> {
  const folder = peersFolder('bench isa --peers');
  const problems = contractions.flatMap((kase) => problemOf(kase) ?? []);
  const all = await Promise.all(
    (Object.keys(peers) as Peer[]).map(async (peer) => {
      const { version, answers } = await ask(join(folder, 'shaders.mjs'), peer, problems);
      return answers.flatMap(({ name, shaders }) =>
        shaders.map(
          (shader): Kernel => ({
            ...{ name, engine: `${peers[peer]} ${version}`, tiling: shader.name, chosen: true },
            ...{ shader: shader.shader, entry: shader.entry, bindings: null },
          }),
        ),
      );
    }),
  );
  return all.flat();
}

async function ask(program: string, peer: Peer, problems: readonly object[]): Promise<Answer> {
  const child = spawn(process.execPath, [program, peer], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(problems));
  const ended = new Promise<number | string | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  const [printed, complaint, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (end === 0) return JSON.parse(printed) as Answer;
  const said = complaint.split('\n').find((line) => /error/i.test(line)) ?? `ended with ${end}`;
  throw new InkgradError(`bench isa --peers: ${peers[peer]}: ${said.trim()}`);
}
