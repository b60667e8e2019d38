/** HTML that is whole as it is; text becomes so by being escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in a template: text is escaped, markup is not, lists are joined, null is left out. */
export type Content = string | number | Markup | null | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const written = (content: Content): string => {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(written).join('');
  return String(content).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]);
};

/** A template of HTML: html`<b>${name}</b>` escapes the name, in text and between the quotes of an attribute. */
export const html = (parts: TemplateStringsArray, ...contents: readonly Content[]): Markup =>
  new Markup(parts.map((part, i) => (i === 0 ? part : written(contents[i - 1]) + part)).join(''));
