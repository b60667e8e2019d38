/** Characters that cannot be told apart, or hardly, where one stands alone on a page: each group is one shape. */
const SHAPES = [
  '0OoDQθΘФф',
  "1lIiLjJ|!/\\()[]{}'`,;:-_.ιІ",
  '2Zz',
  '3ЗзЭэ',
  '4чЧ',
  '5Ss$',
  '6bGбδ',
  'Bβв',
  '9gqр',
  't+τт',
  'xX*χ',
  'cC(<',
  'vV^ν',
  'AΛЛл',
  'EΞξ',
  'HнΗ',
  'KкκЖ',
  'MмΜm',
  'NИиηn',
  'PрρΡ',
  'RЯя',
  'UuЦцμ',
  'WwШшωщЩ',
  'YуΨψУ',
  'aαд',
  'eеε',
  'hћ',
  'rгΓ',
  'yγу',
];

/** What fonts draw of other scripts: Fira Mono has Greek and Cyrillic. */
const OTHER_SCRIPTS = 'αγεζηκλμνξπτχψωΓΔΛΞΠΣΦΨΩДЖИЛПФЦЧШЩЪЫЮЯбвджиклмнптфцшщъыьюя';

const LATIN = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%&*+<=>?@~^{}"';

/** Whether each class is called by one character, so that its images can be taken to show that. */
export const areCharacters = (classes: readonly string[]): boolean =>
  classes.every((name) => [...name].length === 1);

/**
 * The characters that a model must not take for one of its own: those that are no class, and look like none.
 *
 * @returns no latin ones and no others where a class is not called by one character: what its images show is not known
 */
export function strangers(classes: readonly string[]): { latin: string[]; others: string[] } {
  if (!areCharacters(classes)) return { latin: [], others: [] };
  const taken = new Set(classes.flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()]));
  for (const shape of SHAPES) {
    const isTaken = [...shape].some((each) => classes.includes(each));
    if (isTaken) for (const each of shape) taken.add(each);
  }
  const free = (characters: string) => [...characters].filter((each) => !taken.has(each));
  return { latin: free(LATIN), others: free(OTHER_SCRIPTS) };
}

/** What characters look like when they are turned by a right angle; those that look like much else are left out. */
const TURNED: Readonly<Record<string, string>> = {
  ...{ 2: 'NZnz', 3: 'mMwWEω', 4: '', 5: '', 6: '', 7: 'LVv<', 9: '' },
  ...{ A: '', F: '', G: '', K: '', R: '', a: '', e: '', f: '', g: '', k: '', y: '' },
};

/** … and in a mirror. */
const MIRRORED: Readonly<Record<string, string>> = {
  ...{ 3: 'Eeε', 4: '', 7: 'rFΓ', 9: 'Pp' },
  ...{ F: '7', G: '', K: '', N: '', R: '', a: '', e: '', f: '', h: '', k: '', y: '' },
};

const strangeWhen = (table: Readonly<Record<string, string>>) => (classes: readonly string[]) =>
  classes.map((name) => name in table && ![...table[name]].some((each) => classes.includes(each)));

/** For each class whether its images, turned by a right angle to either side, are of no class. */
export const strangeTurned = strangeWhen(TURNED);

/** For each class whether its mirrored images are of no class. */
export const strangeMirrored = strangeWhen(MIRRORED);
