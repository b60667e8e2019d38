// How wide a text is on a terminal. string-width, of which yargs and what it lays help out with have a copy each, cuts every
// text into graphemes and asks of each by a regular expression of 10 KB whether it is an emoji: 0.04 of the 0.1 s of processor
// time that `--help` took. What is of letters and signs that are each one column wide is as wide as it is long.
import { readFileSync } from 'node:fs';

const BEGINNING = 'export default function stringWidth(';

/** ICU's rules for graphemes take 0.01 s to load. */
const SEGMENTER = 'const segmenter = new Intl.Segmenter();';
const LATER = `
let made;
const segmenter = { segment: (text) => (made ??= new Intl.Segmenter()).segment(text) };
`;

const FAST = `
const PLAIN = /^[ -~À-ɏΑ-ω–…]*$/;
export default function width(string, options) {
  return typeof string === 'string' && PLAIN.test(string) ? string.length : stringWidth(string, options);
}
function stringWidth(`;

/** Puts the fast way before the usual one in each copy; an error where a copy has another form. */
export const plainWidth = {
  name: 'plainWidth',
  setup(build) {
    build.onLoad({ filter: /[\\/]string-width[\\/]index\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const changes = [
        [BEGINNING, FAST],
        [SEGMENTER, LATER],
      ];
      const missing = changes.find(([text]) => !source.includes(text));
      if (missing) throw new Error(`${path}: no ${missing[0]}; see scripts/plainWidth.mjs`);
      return { contents: changes.reduce((text, [from, to]) => text.replace(from, to), source) };
    });
  },
};
