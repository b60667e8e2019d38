/** The numbers that a chapter of the book says, and what each of them is held to. */

/** A number as a text writes it, `1,290` or `−0.5`. */
const numeral = /(?<![\w.,/])[−-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w]|\.\d)/g;

const words = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven'],
  ...['twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty'],
];

/** From four on: smaller ones are mostly no numbers, "one after the other". Hundreds and thousands of something are round. */
const numberWord = new RegExp(
  `(?<!-)\\b(?:${words.slice(4).join('|')})\\b(?! (?:hundred|thousand|million))`,
  'gi',
);

const plain = (written: string): string => written.replaceAll(',', '').replace('−', '-');

/** What a text writes in digits or as a word; not a number for anything else. */
export function amountOf(written: string): number {
  const word = words.indexOf(written.toLowerCase());
  return word >= 0 ? word : Number(plain(written));
}

/** Whether a number is what is written, rounded to as many digits as stand there. */
export function isSaidBy(written: string, value: number): boolean {
  const digits = plain(written).split('.')[1]?.length ?? 0;
  return Math.abs(value - amountOf(written)) <= 0.5 * 10 ** -digits * (1 + 1e-9);
}

/** `<!-- numbers: written = expression; … -->`: what stands in the text, and what the chapter's program makes of it. */
export interface Claim {
  readonly written: string;
  readonly expression: string;
}

export const numbersComment = /^<!-- numbers: (.*) -->$/gm;
const givenComment = /^<!-- given: (.*) -->$/gm;

export const claimsIn = (comment: string): Claim[] =>
  comment.split('; ').map((part) => {
    const at = part.indexOf(' = ');
    if (at < 0) throw new Error(`"${part}"; expected what is written, =, and an expression`);
    return { written: part.slice(0, at).trim(), expression: part.slice(at + 3).trim() };
  });

/** The sides of an equation in a line between numbers alone, `8 \\cdot 5 = 40`. */
const equation = /\$([-+\d. ()/]|\\cdot )+(=([-+\d. ()/]|\\cdot )+)+\$/g;
const reckoned = (side: string): number => Number(new Function(`return ${side.replaceAll('\\cdot', '*')}`)());

/** Equations of a text whose sides differ. */
export const wrongEquations = (markdown: string): string[] =>
  [...markdown.matchAll(equation)]
    .map(([text]) => text)
    .filter((text) => {
      const [first, ...others] = text.slice(1, -1).split('=').map(reckoned);
      return others.some((value) => !(Math.abs(value - first) < 1e-9));
    });

const codeBlock = /^```[^\n]*\n([\s\S]*?)^```$/gm;
const formula = /\$\$\n([\s\S]+?)\n\$\$|\$([^$\n]+)\$/g;

const numeralsIn = (text: string): string[] => [...text.matchAll(numeral)].map(([written]) => written);

/** In a formula a digit alone is a part of it, `2x` or `k - 1`, unless it is what comes out. */
function numeralsOfFormula(tex: string): string[] {
  const bare = tex
    .replaceAll(/\\text\{[^}]*\}/g, ' ')
    .replaceAll(/\\[a-zA-Z]+/g, ' ')
    .replaceAll(/[{}_^&]/g, ' ')
    .replaceAll(/(?<=\d)(?=[a-zA-Z])/g, ' ');
  const result = bare.match(/=\s*([-−]?[\d.,]+)\s*$/)?.[1];
  return [...numeralsIn(bare).filter((written) => !/^[-−]?\d$/.test(written)), ...(result ? [result] : [])];
}

/** A screen of a chapter, from one `##` to the next. */
export interface Said {
  readonly heading: string;
  /** numbers in the text that nothing in the screen computes, prints or gives */
  readonly unheld: readonly string[];
  /** claims about what does not stand in the text */
  readonly stale: readonly string[];
}

export function numbersOf(markdown: string): Said[] {
  return markdown.split(/^(?=## )/m).map((section) => {
    const code = [...section.matchAll(codeBlock)].map(([, text]) => text).join('\n');
    const claimed = [...section.matchAll(numbersComment)].flatMap(([, text]) => claimsIn(text));
    const given = [...section.matchAll(givenComment)].flatMap(([, text]) => numeralsIn(text));
    const text = section
      .replaceAll(codeBlock, '')
      // A figure is drawn anew by its own test.
      .replaceAll(/^!\[.*$/gm, '')
      .replaceAll(/^<!--.*-->$/gm, '')
      .replaceAll(equation, '');
    const formulas = [...text.matchAll(formula)].map(([, display, inline]) => display ?? inline);
    const prose = text
      .replaceAll(formula, ' ')
      .replaceAll(/`[^`\n]+`/g, ' ')
      .replaceAll(/\]\([^)]*\)/g, ']')
      .replaceAll(/^\d+\. /gm, '');
    const inWords = [...prose.matchAll(numberWord)].map(([word]) => word);
    const said = [...numeralsIn(prose), ...inWords, ...formulas.flatMap(numeralsOfFormula)];
    const held = new Set(
      [...numeralsIn(code), ...claimed.map(({ written }) => written), ...given].map((written) =>
        Math.abs(amountOf(written)),
      ),
    );
    const all = `${prose} ${formulas.join(' ')}`.toLowerCase();
    return {
      heading: section.split('\n')[0],
      unheld: said.filter((written) => !held.has(Math.abs(amountOf(written)))),
      stale: claimed.map(({ written }) => written).filter((written) => !all.includes(written.toLowerCase())),
    };
  });
}
