import type { PeerFailure, PeerReport, PeerRow } from './run.ts';

/** A report as Markdown: a table for each model and work, fastest first, and who could not run. */
export function markdown(report: PeerReport): string {
  const { cpu, cores, system, node } = report.machine;
  const groups = new Map<string, { rows: PeerRow[]; failures: PeerFailure[] }>();
  const group = ({ model, batch, work }: PeerRow | PeerFailure) => {
    const title = `${model}, ${work === 'train' ? 'training' : 'inference'}, batches of ${batch}`;
    if (!groups.has(title)) groups.set(title, { rows: [], failures: [] });
    return groups.get(title)!;
  };
  for (const row of report.rows) group(row).rows.push(row);
  for (const failure of report.failures) group(failure).failures.push(failure);
  const sections = [...groups].map(([title, { rows, failures }]) =>
    [`**${title}**`, '', ...table(rows), ...missing(failures)].join('\n'),
  );
  const place = report.adapter === null ? '' : `; WebGPU on ${report.adapter}`;
  const head =
    `${cpu}, ${cores} cores${place}; ${system}, Node.js ${node}; ${report.date.slice(0, 10)}. ` +
    `Each may use ${report.threads} threads. The last column says how many times as fast inkgrad is in the same ` +
    'place; on the processor that is inkgrad-wasm, where it ran.';
  return `${[head, ...sections].join('\n\n')}\n`;
}

function table(rows: readonly PeerRow[]): string[] {
  const fastestFirst = rows.toSorted((a, b) => b.samplesPerSecond - a.samplesPerSecond);
  return [
    '| engine | computes on | images/s | ms/step | least … most | inkgrad |',
    '|---|---|---:|---:|---:|---:|',
    ...fastestFirst.map(({ name, version, adapter, rounds, ms, samplesPerSecond, ratio }) => {
      const spread =
        rounds.length > 1 ? `${short(Math.min(...rounds))} … ${short(Math.max(...rounds))}` : 'one step';
      const times = ratio === null ? '' : `${ratio.toPrecision(3)}×`;
      const place = adapter.startsWith('cpu') ? adapter : adapter.startsWith('cuda') ? 'CUDA' : 'WebGPU';
      return `| ${name} ${version} | ${place} | ${short(samplesPerSecond)} | ${short(ms)} | ${spread} | ${times} |`;
    }),
  ];
}

const missing = (failures: readonly PeerFailure[]): string[] =>
  failures.length === 0
    ? []
    : ['', ...failures.map(({ name, reason }) => `- ${name} did not run: ${reason}`)];

/** Three digits, or all in front of the point. */
const short = (value: number): string =>
  value.toLocaleString(
    'en-US',
    value < 1000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 },
  );
