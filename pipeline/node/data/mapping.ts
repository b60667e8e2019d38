/** What the numbers mean that label images in IDX files and in CSV files of pixels. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { PipelineError } from '../../faults.ts';
import { suggestion } from '../../text/nearest.ts';
import { visible } from '../../text/visible.ts';
import { type Mapping, mappings } from './mappings.ts';
import { readTable } from './parseCsv.ts';
import { readText } from './readText.ts';

/**
 * Finds a mapping by name, or reads its file.
 *
 * @throws InkgradError where it is neither
 */
export function findMapping(name: string): Mapping {
  if (Object.hasOwn(mappings, name)) return mappings[name];
  if (existsSync(name)) return readMapping(name);
  const names = Object.keys(mappings);
  const near = suggestion(name, names) || `; give ${names.join(', ')} or a file`;
  throw new PipelineError(`\`mapping\` ${visible(name)}: no such mapping or file${near}`, 'missing');
}

/**
 * Reads a file that says what labels mean, in one of two forms. EMNIST's has lines of a label and the code points
 * that it stands for, of which the first names the class: `1 65 97` is A. KMNIST's class map is a CSV file with the
 * columns `index` and `char`.
 *
 * @throws InkgradError that names the line that is none of this
 */
export function readMapping(path: string): Mapping {
  const text = readText(path, visible(path));
  const names = /^index[,;\t]/i.test(text) ? readClassMap(text, path) : readCodePoints(text, path);
  if (names.size === 0)
    throw new PipelineError(`${visible(basename(path))}: no labels in the mapping file`, 'invalid-table');
  return names;
}

function readCodePoints(text: string, path: string): Map<number, string> {
  const names = new Map<number, string>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const match = /^\s*(\d+)\s+(\d+)(?:\s.*)?$/.exec(line);
    const codePoint = Number(match?.[2]);
    if (!match || !isCharacter(codePoint)) {
      throw new PipelineError(
        `${visible(path)} line ${i + 1}: ${JSON.stringify(line)}; expected a label and a code point, like "0 65"`,
        'invalid-table',
      );
    }
    add(names, match[1], String.fromCodePoint(codePoint), `${visible(path)} line ${i + 1}`);
  }
  return names;
}

/** Whether a code point is one of Unicode and stands for itself, unlike half of a pair in UTF-16. */
const isCharacter = (codePoint: number): boolean =>
  codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);

function readClassMap(text: string, path: string): Map<number, string> {
  const [header, ...rows] = readTable(text, visible(path));
  const at = header.fields.findIndex((field) => /^(char|name|label|class)$/i.test(field.trim()));
  const names = new Map<number, string>();
  for (const { row, fields } of rows) {
    const [label, name] = [fields[0].trim(), fields[at]?.trim()];
    if (!/^\d+$/.test(label) || !name) {
      throw new PipelineError(
        `${visible(path)} row ${row}: ${visible(fields.join(','))}; expected an index and a char, as the header says`,
        'invalid-table',
      );
    }
    add(names, label, name, `${visible(path)} row ${row}`);
  }
  return names;
}

function add(names: Map<number, string>, label: string, name: string, where: string): void {
  if (names.has(Number(label))) {
    throw new PipelineError(
      `${where}: label ${label} is named twice; keep one of its lines`,
      'invalid-table',
    );
  }
  names.set(Number(label), name.normalize('NFC'));
}
