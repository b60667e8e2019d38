import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { presets } from '../../train/presets.ts';
import { readJson } from './readJson.ts';
import { readWhole } from './readWhole.ts';

/** The most bytes of a file of settings. */
const MOST = 1_000_000;

const EXPECTED = `expected settings such as lr = 0.003 in TOML, {"lr": 0.003} in JSON, config.json of a run, or ${Object.keys(presets).join(', ')}`;

/**
 * A preset by its name, or what a file of settings says: TOML where its name ends so, else JSON.
 *
 * @throws PipelineError that begins with the path where it cannot be read or is no table of names and values
 */
export function readSettings(path: string): Record<string, unknown> {
  if (Object.hasOwn(presets, path)) return presets[path as keyof typeof presets];
  const name = visible(path);
  if (!existsSync(path)) throw new PipelineError(`${name}: no such file; ${EXPECTED}`, 'missing');
  const found = /\.toml$/i.test(path) ? readToml(path, name) : readJson(path, EXPECTED);
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return { ...found };
  throw new PipelineError(`${name}: ${EXPECTED}`, 'not-json');
}

function readToml(path: string, name: string): unknown {
  const tooLarge = `has more than ${MOST / 1e6} MB, too much for settings`;
  const bytes = readWhole(path, { name, most: MOST, advice: 'give a file', tooLarge });
  if (!isUtf8(bytes)) throw new PipelineError(`${name}: is not in UTF-8; ${EXPECTED}`, 'not-json');
  try {
    return parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new PipelineError(`${name} line ${error.line}: is no TOML (${what}); ${EXPECTED}`, 'not-json');
  }
}
