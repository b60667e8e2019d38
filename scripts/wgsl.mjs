// Resolves what shaders include. A line `// include quotient.wgsl` stands for the text of that file, once in a program. So
// that errors can name a file and its line, `// line 7 of sum.wgsl` says where the line after it comes from.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const including = /^\s*\/\/ include (\S+)$/;

/** @returns a shader with all that it includes, and the files that it is made of */
export function assembled(path, files = []) {
  files.push(path);
  const name = basename(path);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const text = lines.map((line, i) => {
    const include = including.exec(line)?.[1];
    if (include === undefined) return line;
    const from = join(dirname(path), include);
    return files.includes(from) ? '' : `${assembled(from, files).text}// line ${i + 2} of ${name}`;
  });
  return { text: `// line 1 of ${name}\n${text.join('\n')}\n`, files };
}

/** The text of a shader without comments, but for those that say where a line comes from; each line stays where it is. */
const uncommented = (text) =>
  text.replace(/^(?!\s*\/\/ line \d+ of )(.*?)[ \t]*\/\/.*$/gm, '$1').replace(/^[ \t]+/gm, '');

const plugin = (textOf) => ({
  name: 'wgsl',
  setup(build) {
    build.onLoad({ filter: /\.wgsl$/ }, ({ path }) => {
      const { text, files } = assembled(path);
      return { contents: textOf(text), loader: 'text', watchFiles: files };
    });
  },
});

/** The same for esbuild: what imports a shader gets its text. */
export const wgsl = plugin((text) => text);

/** And for a page that is loaded over a network: a fifth of its shaders is comments, which it has elsewhere to read. */
export const shortWgsl = plugin(uncommented);
