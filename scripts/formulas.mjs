// Typesets formulas as the heads of ops have them, `y[n,o] = bias[o] + Σ_{c} x[n,c]·w[o,c]`, through LaTeX to MathML.
import temml from 'temml';

const SUPERSCRIPTS = 'ᵀ⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᵗˣⁿ';
const RAISED = 'T0123456789+-()abtxn';
const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙₘₚₐₓ';
const LOWERED = '0123456789ijknmpax';

const SIGNS = {
  '·': '\\cdot ',
  '∘': '\\circ ',
  '−': '-',
  '←': '\\leftarrow ',
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
  '→': '\\to ',
  ',': ',\\,',
  ';': ';\\quad ',
  ':': '{:}\\;',
  '′': "'",
};
const LETTERS = { π: '\\pi ', σ: '\\sigma ', Φ: '\\Phi ', φ: '\\varphi ', β: '\\beta ', ε: '\\varepsilon ' };
const FUNCTIONS = ['max', 'min', 'ln', 'exp', 'tanh', 'sin', 'cos', 'tan'];
/** Words of English that some code has as a name too. */
const PROSE = [
  'if',
  'else',
  'of',
  'for',
  'with',
  'in',
  'at',
  'where',
  'one',
  'of',
  'all',
  'first',
  'number',
  'is',
  'as',
  'to',
  'from',
];

const escaped = (text) => text.replace(/[_#%&{}$]/g, '\\$&');

/** What is in the parentheses or brackets that open at a place, and where they end. */
function enclosed(text, at) {
  const pairs = { '(': ')', '[': ']', '{': '}' };
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    if (text[i] === text[at]) depth++;
    if (text[i] === pairs[text[at]] && --depth === 0) return { inner: text.slice(at + 1, i), end: i + 1 };
  }
  return { inner: text.slice(at + 1), end: text.length };
}

/** A name or a number with its index and what stands above and below it: what a root or a power takes. */
const atom = new RegExp(`^[\\p{L}\\d]+(\\[[^\\]]*\\])?[${SUPERSCRIPTS}${SUBSCRIPTS}]*`, 'u');
const word = /^[A-Za-zα-ωΑ-Ω][A-Za-z\d]*/;

/**
 * @param names the words that are names in the code; others are English
 */
function latexOf(text, names) {
  let latex = '';
  for (let i = 0; i < text.length; ) {
    const rest = text.slice(i);
    const taken = (length, as) => {
      latex += as;
      i += length;
    };
    const slope = /^(d|∂)([A-Za-z])\/(?:d|∂)(\([^)]*\)|[A-Za-z]+)/.exec(rest);
    if (slope) {
      const of = slope[3].replace(/[()]/g, '');
      taken(slope[0].length, `\\frac{\\partial ${slope[2]}}{\\partial ${named(of)}}`);
      continue;
    }
    const raised = new RegExp(`^[${SUPERSCRIPTS}]+`, 'u').exec(rest)?.[0];
    if (raised) {
      taken(raised.length, `^{${[...raised].map((c) => RAISED[[...SUPERSCRIPTS].indexOf(c)]).join('')}}`);
      continue;
    }
    const lowered = new RegExp(`^[${SUBSCRIPTS}]+`, 'u').exec(rest)?.[0];
    if (lowered) {
      taken(lowered.length, `_{${[...lowered].map((c) => LOWERED[[...SUBSCRIPTS].indexOf(c)]).join('')}}`);
      continue;
    }
    if (rest[0] === 'Σ') {
      taken(1, '\\sum ');
      continue;
    }
    if (/^[_^][{(]/.test(rest)) {
      const { inner, end } = enclosed(text, i + 1);
      taken(end - i, `${rest[0]}{${latexOf(inner, names)}}`);
      continue;
    }
    if (/^[_^]/.test(rest)) {
      const of = atom.exec(rest.slice(1))?.[0] ?? rest[1];
      taken(1 + of.length, `${rest[0]}{${latexOf(of, names)}}`);
      continue;
    }
    if (rest[0] === '√') {
      const { inner, end } = rest[1] === '(' ? enclosed(text, i + 1) : { inner: '', end: 0 };
      const of = inner || atom.exec(rest.slice(1))[0];
      taken(end > 0 ? end - i : 1 + of.length, `\\sqrt{${latexOf(of, names)}}`);
      continue;
    }
    const letters = word.exec(rest)?.[0];
    if (letters) {
      taken(letters.length, wordOf(letters, names));
      continue;
    }
    taken(1, SIGNS[rest[0]] ?? escaped(rest[0]));
  }
  // Words of English next to each other are one piece of text.
  return latex
    .replace(/\}( *)\\text\{/g, '}$1\\text{')
    .replace(/\\text\{([^}]*)\} +(?=\\text\{)/g, '\\text{$1 }');
}

const named = (name) => (name.length === 1 ? (LETTERS[name] ?? name) : `\\mathit{${escaped(name)}}`);

function wordOf(letters, names) {
  if (letters.length === 1) return LETTERS[letters] ?? letters;
  if (FUNCTIONS.includes(letters)) return `\\${letters} `;
  if (names.has(letters) && !PROSE.includes(letters)) return `\\mathit{${letters}}`;
  return `\\text{ ${letters} }`;
}

/** @returns the formula and its MathML, or null in its stead where it cannot be typeset */
export function typeset(plain, names) {
  try {
    const latex = latexOf(plain.replaceAll('`', ''), names);
    const mathml = temml.renderToString(latex, { displayMode: true, throwOnError: true });
    return { plain, mathml };
  } catch (error) {
    if (process.env.DEBUG_FORMULAS) console.error(plain, error.message);
    return { plain, mathml: null };
  }
}
