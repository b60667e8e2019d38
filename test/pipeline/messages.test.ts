// What the pipeline says, it says to programs as well: it names options, never flags. The command line makes flags of
// them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withFlags } from '../../report/flags.ts';

/** A comment, which begins with a slash, or a text. */
const TOKEN = /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

const textsOf = (code: string): string[] =>
  (code.match(TOKEN) ?? [])
    .filter((token) => !token.startsWith('/'))
    .map((token) => token.slice(1, -1).replaceAll('\\`', '`'));

const texts = readdirSync('pipeline', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) =>
    textsOf(readFileSync(join('pipeline', name), 'utf8')).map((text) => [name, text] as const),
  );

test('texts and comments are told apart', () => {
  const code = "/* it's '--no' */ f('--a'); // don't --b\n g(`c --e \\`f\\``, \"it's\");";
  assert.equal(textsOf(code), ['--a', 'c --e `f`', "it's"]);
  assert.ok(texts.length > 1000);
});

test('no text of the pipeline names a flag', () => {
  const flags = texts.filter(([, text]) => /(?:^|[\s(`'"])--(?:[a-z]|\$\{)/.test(text));
  assert.equal(flags, []);
});

test('what it names in backticks is an option that the command line has a flag for', () => {
  const named = texts.flatMap(([name, text]) => (text.match(/`[\w.]+`/g) ?? []).map((each) => [name, each]));
  assert.ok(named.length > 10);
  assert.equal(
    named.filter(([, each]) => withFlags(each) === each),
    [],
  );
});

test.run();
