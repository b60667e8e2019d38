/** A table in Markdown, padded so that it can be read as text too. A leading `<` marks a column of text. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const isText = head.map((name) => name.startsWith('<'));
  const lines = [head.map((name) => name.replace('<', '')), ...rows].map((row) => row.map(cell));
  const widths = head.map((_, i) => Math.max(3, ...lines.map((line) => [...line[i]].length)));
  const pad = (text: string, i: number) => {
    const spaces = ' '.repeat(widths[i] - [...text].length);
    return isText[i] ? text + spaces : spaces + text;
  };
  const line = (cells: readonly string[]) => `| ${cells.map(pad).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (isText[i] ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(lines[0]), rule, ...lines.slice(1).map(line)].join('\n');
}
