// Makes the tour's chapters of docs/book/: Markdown becomes HTML, and formulas MathML, when the page is built. Nothing is
// sanitised, since every word of it is this project's own.
//
// A file has one `# Title`, and screens under `## Headings`, the last two of which are `## Try it` and `## Question`. What
// stands under a `### Heading` of a screen goes deeper: the page folds it into <details>. Right below a heading, comments
// that GitHub does not show say what the page does: `<!-- page: {…} -->`, as explorer/tour/action.ts has it, and for the
// question `<!-- question: {…} -->`, as explorer/tour/chapter.ts has it. Others, `<!-- numbers: … -->` and
// `<!-- given: … -->`, are for the test of what the text says. A list below the question is what to choose from; its
// answer is folded into <details>, and what comes after that is for readers of the file alone.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Marked } from 'marked';
import temml from 'temml';

const BOOK = 'docs/book';
const comment = /^<!-- (page|question): (\{.*\}) -->\s*$/;
/** What the test reads, and neither the page nor GitHub shows. */
const ofTheTest = /^<!-- (numbers|given): .* -->\s*$/;

/** MathML. Styles of single elements, which a strict content security policy refuses, are left to the page's by class. */
const typeset = (tex, displayMode) =>
  temml.renderToString(tex.trim(), { displayMode, throwOnError: true }).replaceAll(/ style="[^"]*"/g, '');

/** `$$…$$` on lines of its own, and `$…$` in a line: what GitHub takes for a formula. */
const formulas = {
  extensions: [
    {
      name: 'displayFormula',
      level: 'block',
      start: (text) => text.match(/^\$\$/m)?.index,
      tokenizer(text) {
        const match = text.match(/^\$\$\n([\s\S]+?)\n\$\$(?:\n|$)/);
        return match ? { type: 'displayFormula', raw: match[0], tex: match[1] } : undefined;
      },
      renderer: ({ tex }) => `<p class="formula" tabindex="0">${typeset(tex, true)}</p>\n`,
    },
    {
      name: 'formula',
      level: 'inline',
      start: (text) => text.indexOf('$'),
      tokenizer(text) {
        const match = text.match(/^\$(?![\s$])([^$\n]*[^$\s])\$(?!\d)([.,;:!?)]*)/);
        return match ? { type: 'formula', raw: match[0], tex: match[1], mark: match[2] } : undefined;
      },
      // A comma does not begin a line.
      renderer: ({ tex, mark }) =>
        mark === '' ? typeset(tex, false) : `<span class="tied">${typeset(tex, false)}${mark}</span>`,
    },
  ],
};

/** What is wider than its column scrolls, by the keyboard too. */
const code = {
  renderer: {
    code({ text, lang }) {
      const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      return `<pre tabindex="0"><code class="language-${lang.split(' ')[0]}">${escaped}\n</code></pre>\n`;
    },
  },
};

/** A link to another file becomes one that the page knows, or its text alone. */
const links = (hrefOf) => ({
  renderer: {
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens);
      const target = href.includes(':') ? href : hrefOf(posix.join(BOOK, href));
      return target === null ? text : `<a href="${target}">${text}</a>`;
    },
  },
});

/** A figure becomes part of the page, whose colours it takes then; as a file it brings its own. */
const figures = (folder) => ({
  renderer: {
    image({ href, text }) {
      const path = join(folder, href);
      if (!existsSync(path)) throw new Error(`${href} is not there; draw it: node scripts/figures.mjs`);
      const file = readFileSync(path, 'utf8');
      const svg = file.replace(/ xmlns="[^"]*"/, '').replace(/<style>.*?<\/style>/s, '');
      if (!svg.startsWith('<svg')) throw new Error(`${href}: a figure that is no SVG`);
      if (!svg.includes(`<title>${text}</title>`))
        throw new Error(`${href}: its title is not "${text}", as it is called here`);
      return `<span class="figure">${svg.trim()}</span>`;
    },
  },
});

/** What stands between headings of the two upper kinds: the heading, the comments below it by their names, and the rest. */
function sectionsOf(tokens) {
  const sections = [];
  for (const token of tokens) {
    if (token.type === 'heading' && token.depth < 3)
      sections.push({ heading: token, comments: {}, body: [] });
    else if (sections.length === 0) throw new Error('text before the title');
    else if (token.type === 'html' && token.raw.startsWith('<!--')) note(sections.at(-1), token.raw);
    else sections.at(-1).body.push(token);
  }
  return sections;
}

/** Keeps what the comments of a section say; several may stand in one piece of HTML, a line each. */
function note({ heading, comments, body }, raw) {
  for (const line of raw.trim().split('\n')) {
    if (ofTheTest.test(line)) continue;
    const match = line.match(comment);
    const at = `"${heading.text}": ${line}`;
    if (match === null)
      throw new Error(`${at}; expected <!-- page: {…} -->, <!-- question: {…} --> and what the test reads`);
    if (body.some(({ type }) => type !== 'space'))
      throw new Error(`${at} below text; it belongs under the heading`);
    comments[match[1]] = JSON.parse(match[2]);
  }
}

/** A screen's text, and what goes deeper folded below it, each part under its heading. */
function folded(body, html) {
  const starts = body.flatMap(({ type }, i) => (type === 'heading' ? [i] : []));
  const parts = starts.map((start, i) => {
    const inner = html(body.slice(start + 1, starts[i + 1]));
    return `<details><summary>${html([{ ...body[start], type: 'text' }])}</summary>\n${inner}\n</details>`;
  });
  return [html(body.slice(0, starts[0])), ...parts].join('\n');
}

const isDetails = ({ type, raw }) => type === 'html' && /^<details>/.test(raw);
const isEndOfDetails = ({ type, raw }) => type === 'html' && /^<\/details>/.test(raw);

function questionOf({ comments, body }, html) {
  const [from, to] = [body.findIndex(isDetails), body.findIndex(isEndOfDetails)];
  if (comments.question === undefined || from < 0 || to < from)
    throw new Error('a question without its comment, or without an answer in <details>');
  const asked = body.slice(0, from);
  const list = asked.find(({ type }) => type === 'list');
  return {
    ...comments.question,
    text: html(asked.filter((token) => token !== list)),
    choices: (list?.items ?? []).map(({ tokens }) => html(tokens)),
    why: html(body.slice(from + 1, to)),
    action: comments.page ?? {},
  };
}

const root = fileURLToPath(new URL('..', import.meta.url));

export function chapterOf(name, markdown, { hrefOf = () => null, folder = join(root, BOOK) } = {}) {
  const marked = new Marked(formulas, code, figures(folder), links(hrefOf));
  const html = (tokens) => marked.parser(tokens).trim();
  try {
    const [title, ...sections] = sectionsOf(marked.lexer(markdown));
    const [attempt, question] = sections.slice(-2);
    const names = [attempt, question].map((section) => section?.heading.text);
    if (title?.heading.depth !== 1 || sections.some(({ heading }) => heading.depth !== 2))
      throw new Error('headings; expected one # and then ## alone');
    if (names[0] !== 'Try it' || names[1] !== 'Question')
      throw new Error(`ends with "${names.join('" and "')}"; expected "Try it" and "Question"`);
    const screenOf = ({ heading, comments, body }) => ({
      title: heading.text,
      html: folded(body, html),
      action: comments.page ?? {},
    });
    return {
      name,
      title: title.heading.text,
      screens: sections.slice(0, -2).map(screenOf),
      try: screenOf(attempt),
      question: questionOf(question, html),
    };
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
}

export const buildChapters = (folder = join(root, BOOK), options = {}) =>
  readdirSync(folder)
    .filter((file) => /^\d\d-.*\.md$/.test(file))
    .sort()
    .map((file) => {
      const markdown = readFileSync(join(folder, file), 'utf8');
      return chapterOf(file.replace(/\.md$/, ''), markdown, { ...options, folder });
    });
