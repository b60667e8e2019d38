import type { MissingPeer } from './commands.ts';
import type { PeerFailure, PeerReport, PeerRow, Task } from './run.ts';

/** A report as Markdown: a table for each model and work, fastest first, and who could not run or is not there. */
export function markdown(report: PeerReport): string {
  const groups = new Map<string, { rows: PeerRow[]; failures: PeerFailure[] }>();
  const group = (task: PeerRow | PeerFailure) => {
    const title = titleOf(task);
    if (!groups.has(title)) groups.set(title, { rows: [], failures: [] });
    return groups.get(title)!;
  };
  for (const row of report.rows) group(row).rows.push(row);
  for (const failure of report.failures) group(failure).failures.push(failure);
  const sections = [...groups].map(([title, { rows, failures }]) =>
    [`**${title}**`, '', ...table(rows), ...failed(failures)].join('\n'),
  );
  const head =
    `${machineOf(report)} The last column says how many times as fast inkgrad is in the same ` +
    'place; on the processor that is inkgrad-wasm, where it ran.';
  const absent = report.missing.map(missingLine);
  return `${[head, ...sections, ...(absent.length > 0 ? [absent.join('\n')] : [])].join('\n\n')}\n`;
}

/** The name of a task, as in `lenet, training, batches of 64`; of a kernel its own. */
export const titleOf = ({ model, batch, work }: Task): string =>
  work === 'kernel' ? model : `${model}, ${work === 'train' ? 'training' : 'inference'}, batches of ${batch}`;

export const machineOf = ({ machine, adapter, date, threads }: PeerReport): string => {
  const { cpu, cores, system, node } = machine;
  const place = adapter === null ? '' : `; WebGPU on ${adapter}`;
  return (
    `${cpu}, ${cores} cores${place}; ${system}, Node.js ${node}; ${date.slice(0, 10)}. ` +
    `Each may use ${threads} threads.`
  );
};

export const missingLine = ({ name, reason }: MissingPeer): string => `- ${name} is missing: ${reason}`;

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

const failed = (failures: readonly PeerFailure[]): string[] =>
  failures.length === 0 ? [] : ['', ...failures.map(failureLine)];

export const failureLine = ({ name, reason }: PeerFailure): string => `- ${name} did not run: ${reason}`;

/** Three digits, or all in front of the point. */
const short = (value: number): string =>
  value.toLocaleString(
    'en-US',
    value < 1000 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 },
  );
