// Writes the licences of what became part of a package of ours when it was bundled: esbuild says which files those are.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The files of which there is something in what esbuild made. */
export const partsOf = ({ outputs }) =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((name) => inputs[name].bytesInOutput > 0),
  );

/** The folder of the package that a file is of, the innermost. */
const packageOf = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** What our WebAssembly is compiled with puts parts of its library into it. */
const COMPILER = 'node_modules/assemblyscript/std';

/**
 * @param inputs files that were bundled, from the root of the checkout
 * @returns the folders of their packages, sorted
 */
function bundledPackages(inputs) {
  const all = inputs.some((name) => /^wasm\/build\//.test(name)) ? [...inputs, COMPILER] : inputs;
  const folders = all.map((name) => packageOf.exec(name.replace(/^[\w-]+:/, ''))?.[0]);
  return [...new Set(folders)].filter((folder) => folder !== undefined).sort();
}

/** What a package says of its licence; an error where it says nothing. */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const files = readdirSync(join(root, folder)).filter((file) =>
    /^(licen[cs]e|notice|copying)\b/i.test(file),
  );
  if (typeof license !== 'string') throw new Error(`${folder}: its package.json names no licence`);
  const texts = files.sort().map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
}

/** @returns when the file holds the licences of all packages that these files are of */
export function writeLicences(out, inputs) {
  const head = 'Parts of these packages are in this one:';
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  const licences = new Set(bundledPackages(inputs).map(licenceOf));
  writeFileSync(out, `${[head, ...[...licences].sort()].join(rule)}\n`);
}
