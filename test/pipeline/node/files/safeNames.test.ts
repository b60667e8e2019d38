// Whatever pictures and classes are called, what is written for them stays in its folder and is told from the others.
import { basename, join, normalize, win32 } from 'node:path';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SafeNames } from '../../../../pipeline/node/files/safeNames.ts';
import { caseFold } from '../../../../pipeline/text/caseFold.ts';

const CASES: readonly (readonly [wanted: string, name: string])[] = [
  ['seven', 'seven'],
  ['Größe 7 (neu)', 'Größe 7 (neu)'],
  ['7%2F', '7%2F'],
  ['..', 'unnamed'],
  ['.', 'unnamed'],
  ['', 'unnamed'],
  ['. .', 'unnamed'],
  ['../x', '_x'],
  ['..\\x', '_x'],
  ['/etc/passwd', '_etc_passwd'],
  ['C:\\x', 'C__x'],
  ['a\0b\nc', 'a_b_c'],
  ['a\u202eb', 'a_b'],
  ['.hidden', 'hidden'],
  ['end. ', 'end'],
  ['con', '_con'],
  ['NUL.tar', '_NUL.tar'],
  ['COM¹', '_COM¹'],
  ['console', 'console'],
  ['x'.repeat(300), 'x'.repeat(150)],
  ['é'.repeat(300), 'é'.repeat(75)],
  ['😀'.repeat(50), '😀'.repeat(37)],
];

for (const [wanted, name] of CASES) {
  test(`${JSON.stringify(wanted).slice(0, 20)} is called ${name.slice(0, 20)}`, () => {
    assert.is(new SafeNames().next(wanted), name);
  });
}

test('a name that is taken gets a number, in any case and after any change', () => {
  const names = new SafeNames(['contact-sheet.png']);
  assert.equal(
    ['a', 'A', 'a', 'a-2', '..', '', 'Contact-Sheet.png', 'e\u0301', '\u00e9', 'a/b', 'a\\b'].map((wanted) =>
      names.next(wanted),
    ),
    ['a', 'A-2', 'a-3', 'a-2-2', 'unnamed', 'unnamed-2', 'Contact-Sheet.png-2', 'é', 'é-2', 'a_b', 'a_b-2'],
  );
});

test('any names: one folder down on every system, none twice', () => {
  const parts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('..', '/', '\\', '.', ' ', 'con', 'a', 'A', '\0', ':'))
      .map((all) => all.join('')),
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), (wanted) => {
      const names = new SafeNames();
      const given = wanted.map((each) => names.next(each));
      assert.is(new Set(given.map(caseFold)).size, given.length);
      for (const name of given) {
        assert.is(normalize(join('out', name)), `out/${name}`);
        assert.is(win32.normalize(win32.join('out', name)), `out\\${name}`);
        assert.is(basename(name), name);
        assert.ok(Buffer.byteLength(name) < 170 && encodeURIComponent(name), name);
      }
    }),
    { numRuns: 300 },
  );
});

test.run();
