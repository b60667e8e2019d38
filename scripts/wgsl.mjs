// Resolves what shaders include. A line `// include quotient.wgsl` stands for the text of that file, once in a program, and
// `// insert products.wgsl` does in each place. So that errors can name a file and its line, `// line 7 of sum.wgsl` says
// where the line after it comes from.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const including = /^\s*\/\/ (include|insert) (\S+)$/;

/** @returns a shader with all that it includes, and the files that it is made of */
export function assembled(path, files = []) {
  files.push(path);
  const name = basename(path);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const text = lines.map((line, i) => {
    const [, how, file] = including.exec(line) ?? [];
    if (file === undefined) return line;
    const from = join(dirname(path), file);
    return how === 'include' && files.includes(from)
      ? ''
      : `${assembled(from, files).text}// line ${i + 2} of ${name}`;
  });
  return { text: `// line 1 of ${name}\n${text.join('\n')}\n`, files };
}

/** Line for line the same without comments and indentation, but for what says where a line comes from. */
const bare = (text) =>
  text
    .split('\n')
    .map((line) => (/^\/\/ line \d+ of /.test(line) ? line : line.replace(/\s*\/\/.*$/, '').trimStart()))
    .join('\n');

const plugin = (change) => ({
  name: 'wgsl',
  setup(build) {
    build.onLoad({ filter: /\.wgsl$/ }, ({ path }) => {
      const { text, files } = assembled(path);
      return { contents: change(text), loader: 'text', watchFiles: files };
    });
  },
});

/** The same for esbuild: what imports a shader gets its text. */
export const wgsl = plugin((text) => text);

/** For a page that loads them over a network: two fifths less when compressed. */
export const bareWgsl = plugin(bare);
