// Finds the formulas in what ops say of themselves.

const LEFT = String.raw`(?:[\p{L}][\p{L}\d₀-₉ᵢⱼₖₙ/]*|dL\/d\([\p{L}]+\))(?:\[[^\]]*\]|\([^)]*\))?`;
const statement = new RegExp(`^${LEFT} (?:=|←) `, 'u');
const labelled = /^(\w+)(?::|, )\s*/;

/** The formulas in the head of an op's file: lines that begin with a name and an equals sign, some after a label. */
export function formulasIn(head, name, ops) {
  const found = [];
  for (const paragraph of head.split(/\n\s*\n/)) {
    let owner = null;
    let open = false;
    for (const line of paragraph.split('\n')) {
      const label = labelled.exec(line)?.[1];
      if (Object.hasOwn(ops, label ?? '')) owner = label;
      const text = Object.hasOwn(ops, label ?? '') ? line.slice(labelled.exec(line)[0].length) : line;
      if (owner !== null && owner !== name) continue;
      const pieces = text.trim().split(/\s{2,}|;\s+/);
      if (open && !pieces.some((piece) => statement.test(piece)) && found.length > 0) {
        found.push(`${found.pop()} ${text.trim()}`);
        continue;
      }
      const prose = pieces.findIndex((piece) => !statement.test(piece));
      const formulas = prose < 0 ? pieces : pieces.slice(0, prose);
      found.push(...formulas.flatMap((piece) => piece.split(/(?:, | and )(?=dL\/d)/)));
      open = formulas.length === pieces.length && paragraph.startsWith(line);
    }
  }
  // Who found it, the shapes and further sentences stand in the head.
  return found.map((formula) =>
    formula
      .replace(/ \([^()]*\d{4}[^()]*\):?/g, '')
      .replace(/ \(\w+: [^()]*\)/, '')
      .replace(/\. [A-Z].*/s, '')
      .replace(/[.:;,]$/, ''),
  );
}

/** `√x, derivative 1/(2√x)`: what a row of a table says. */
export function formulasOfRow(comment) {
  const text = comment.replace(/\s+/g, ' ').replace(/ \([^()]*\d{4}[^()]*\)/g, '');
  const [value, slopes] = text.split(/[,:] derivatives? /);
  const formulas = [`y = ${value}`];
  if (slopes === undefined) return formulas;
  const both = slopes.split(' and ');
  if (!/derivatives /.test(text)) return [...formulas, `dy/dx = ${slopes}`];
  return [...formulas, `dy/da = ${both[0]}`, `dy/db = ${both[1]}`];
}
