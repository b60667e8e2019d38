// Typesets formulas as the heads of ops have them, `y[n,o] = bias[o] + Σ_{c} x[n,c]·w[o,c]`, through LaTeX to MathML.
import temml from 'temml';

/** Letters that stand higher and lower, and what they are on the line. */
const HIGH = Object.fromEntries(
  [...'ᵀ⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᵗˣⁿ'].map((sign, i) => [sign, 'T0123456789+-()abtxn'[i]]),
);
const LOW = Object.fromEntries([...'₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₘₚₐₓ'].map((sign, i) => [sign, '0123456789ijknmpax'[i]]));
const [high, low] = [HIGH, LOW].map((table) => Object.keys(table).join(''));

const SIGNS = {
  '·': '\\cdot ',
  '∘': '\\circ ',
  '−': '-',
  '←': '\\leftarrow ',
  '→': '\\to ',
  '⌊': '\\lfloor ',
  '⌋': '\\rfloor ',
  '⌈': '\\lceil ',
  '⌉': '\\rceil ',
  '½': '\\tfrac12 ',
  '∞': '\\infty ',
  '≤': '\\le ',
  '≥': '\\ge ',
  '∫': '\\int ',
  '…': '\\ldots ',
  Σ: '\\sum ',
  π: '\\pi ',
  σ: '\\sigma ',
  Φ: '\\Phi ',
  φ: '\\varphi ',
  β: '\\beta ',
  ε: '\\varepsilon ',
  ',': ',\\,',
  ';': ';\\quad ',
  ':': '{:}\\;',
  '`': '',
};
/** Words of English that are names in some code too. */
const ENGLISH = ['from', 'to', 'of', 'at', 'in', 'is'];
const FUNCTIONS = ['max', 'min', 'ln', 'exp', 'tanh', 'sin', 'cos', 'tan'];

/** What is in the bracket that opens at a place, and where it ends. */
function enclosed(text, at) {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    if ('([{'.includes(text[i])) depth++;
    if (')]}'.includes(text[i]) && --depth === 0) return { inner: text.slice(at + 1, i), end: i + 1 };
  }
  return { inner: text.slice(at + 1), end: text.length };
}

const isSlope = /(?:^|[^\p{L}])d\p{L}$/u;

/** The first quotient that stands in no bracket: what is over and under its line, and what is around it. */
function quotientIn(text) {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if ('([{'.includes(text[i])) depth++;
    if (')]}'.includes(text[i])) depth--;
    if (text[i] !== '/' || depth > 0 || isSlope.test(text.slice(0, i))) continue;
    const over = overIn(text.slice(0, i));
    const under = underIn(text.slice(i + 1));
    if (over && under) return { over: over.of, under: under.of, before: over.rest, after: under.rest };
  }
  return null;
}

/** All of a product before ` / `, and one factor before `/`. */
function overIn(text) {
  if (text.endsWith(' ')) {
    const start = Math.max(...[' = ', ' ← ', ' + ', ' − '].map((sign) => text.lastIndexOf(sign)));
    const rest = start < 0 ? '' : text.slice(0, start + 3);
    return { rest, of: text.slice(rest.length).trim() };
  }
  const factor = /(\(([^()]*)\)|[\p{L}\d]+(\[[^\]]*\])?['₀-₉]*)$/u.exec(text);
  return factor && { rest: text.slice(0, factor.index), of: factor[2] ?? factor[0] };
}

const factorUnder = new RegExp(
  `^(Σ[${low}]* )?√?(e\\^)?[\\p{L}\\d]+(\\[[^\\]]*\\]|\\([^)]*\\))?['${high}${low}]*`,
  'u',
);

function underIn(text) {
  const space = text.startsWith(' ') ? 1 : 0;
  if (text[space] === '(') {
    const { inner, end } = enclosed(text, space);
    return { of: inner, rest: text.slice(end) };
  }
  const factor = factorUnder.exec(text.slice(space));
  return factor && { of: factor[0], rest: text.slice(space + factor[0].length) };
}

const mapped = (signs, table) => [...signs].map((sign) => table[sign]).join('');

/** What a piece of a formula looks like, and its LaTeX; `latex` turns what is in it. The first that fits is taken. */
const RULES = [
  // dL/dx, dL/d(dx)
  [
    /^d([A-Za-z])\/d(\([^)]*\)|[A-Za-z]+ₖ?)/,
    ([, of, by], latex) => `\\frac{\\partial ${of}}{\\partial ${latex(by.replace(/[()]/g, ''))}}`,
  ],
  [
    /^Σ(?:_\{([^}]*)\}|_(\w)|(?=(ₖ|ⱼ|ₙ)))/,
    ([, several, one], latex) => `\\sum\\limits${several || one ? `_{${latex(several ?? one)}}` : ''}`,
  ],
  [new RegExp(`^[${high}]+`, 'u'), ([signs]) => `^{${mapped(signs, HIGH)}}`],
  [new RegExp(`^[${low}]+`, 'u'), ([signs]) => `_{${mapped(signs, LOW)}}`],
  // A root and a power take a parenthesis, or a name with its index.
  [/^√\(([^()]*)\)/, ([, inner], latex) => `\\sqrt{${latex(inner)}}`],
  [/^√([\p{L}\d]+)/u, ([, inner], latex) => `\\sqrt{${latex(inner)}}`],
  [/^\^\(([^()]*)\)/, ([, inner], latex) => `^{${latex(inner)}}`],
  [
    new RegExp(`^\\^([\\p{L}\\d]+(\\[[^\\]]*\\])?[${high}${low}]*)`, 'u'),
    ([, inner], latex) => `^{${latex(inner)}}`,
  ],
  // A space counts where it parts text from what follows.
  [/^ (?=[([])/, () => '\\ '],
];

const word = /^[A-Za-z][A-Za-z\d]*(?:['-][a-z]+)*/;

/**
 * A word between others is English, and so is one that no code has as a name; a letter is a variable, but for the
 * article.
 */
function wordOf(letters, before, after, names) {
  const follows = /[a-z]{2,} $/.test(before);
  const leads = /^ [a-z]{2,}/.test(after);
  if (letters.length === 1) return letters === 'a' && follows && leads ? '\\text{ a }' : letters;
  if (FUNCTIONS.includes(letters)) return `\\${letters} `;
  const isName =
    /^[([`₀-₉ₖ]/.test(after) || (names.has(letters) && !ENGLISH.includes(letters) && !follows && !leads);
  return isName ? `\\operatorname{${letters}}` : `\\text{ ${letters} }`;
}

/** @param names the words that are names in the code */
function latexOf(text, names) {
  const latex = (part) => latexOf(part, names);
  const quotient = quotientIn(text);
  if (quotient) {
    const { before, over, under, after } = quotient;
    return `${latex(before)}\\frac{${latex(over)}}{${latex(under)}}${latex(after)}`;
  }
  let made = '';
  for (let i = 0; i < text.length; ) {
    const rest = text.slice(i);
    const rule = RULES.find(([looks]) => looks.test(rest));
    const letters = word.exec(rest)?.[0];
    if (rule) {
      const match = rule[0].exec(rest);
      made += rule[1](match, latex);
      i += match[0].length;
    } else if (letters) {
      made += wordOf(letters, text.slice(0, i), rest.slice(letters.length), names);
      i += letters.length;
    } else {
      made += SIGNS[rest[0]] ?? rest[0].replace(/[_#%&{}$]/, '\\$&');
      i++;
    }
  }
  return made;
}

/** @returns the formula and its MathML, or null in its stead where it cannot be typeset */
export function typeset(plain, names) {
  try {
    // Such lines may be broken after a sign, as those of text are; they are set at full height by `math-style: normal`.
    const mathml = temml.renderToString(latexOf(plain, names), { wrap: 'tex', throwOnError: true });
    // The page allows no style but that of its own files.
    return { plain, mathml: mathml.replaceAll(/ style="[^"]*"/g, '') };
  } catch {
    return { plain, mathml: null };
  }
}
