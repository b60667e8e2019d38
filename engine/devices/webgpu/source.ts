/** A line of a file in shaders/. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

/** Says where the next line of a program comes from, as scripts/wgsl.mjs does. */
export const marker = ({ file, line }: SourcePlace): string => `// line ${line} of ${file}`;

/**
 * Where line `lineNum` of a program, counted from 1, comes from. What stands in front of all files was made for the launch: that
 * is a line of the `shader` itself.
 */
export function placeOf(code: string, lineNum: number): SourcePlace {
  const lines = code.split('\n');
  for (let at = Math.min(lineNum, lines.length) - 1; at >= 0; at--) {
    const [, line, file] = /^\/\/ line (\d+) of (\S+)$/.exec(lines[at]) ?? [];
    if (file !== undefined) return { file, line: Number(line) + lineNum - 2 - at };
  }
  return { file: 'shader', line: lineNum };
}
