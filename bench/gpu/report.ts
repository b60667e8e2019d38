/** A report of a GPU as Markdown, and the lines of it that matter most. */
import { profileNames } from '../../pipeline/node/devices/deviceNames.ts';
import { share, three } from '../../report/format.ts';
import { machineLine } from '../../report/machine.ts';
import { markdownTable } from '../../report/markdown.ts';
import { median } from '../timing.ts';
import { timeOverSeeds } from '../train/report.ts';
import type { AccuracyRun } from './accuracy.ts';
import type { KernelTimes } from './kernels.ts';
import { fastest } from './kernels.ts';
import type { ConvTime } from './python.ts';
import type { GpuReport } from './run.ts';
import type { PartName } from './settings.ts';
import { partNames } from './settings.ts';
import type { TrainingRow } from './training.ts';

const NONE = '–';
const titles: Record<PartName, string> = {
  adapter: 'Adapter',
  products: 'Products',
  convs: 'Convolutions',
  training: 'Training steps',
  accuracy: 'Time to an accuracy',
  profile: 'Profile of a step',
};

export function markdown(report: GpuReport): string {
  const sections: Record<PartName, string[]> = {
    adapter: adapterSection(report),
    products: productsSection(report),
    convs: convsSection(report),
    training: trainingSection(report),
    accuracy: accuracySection(report),
    profile: profileSection(report),
  };
  return [
    `# ${report.adapter}`,
    `${machineLine(report.machine)}; ${Math.round(report.seconds)} s`,
    ...(report.software
      ? ['A software adapter, and tiny sizes: these numbers only show that all of it runs.']
      : []),
    markdownTable(summaryHead, summaryCells(report)),
    ...partNames.flatMap((name) => {
      const { status, seconds, reasons } = report.parts[name];
      const took = status === 'done' ? '' : `**${status}**, `;
      const body = status === 'waiting' ? [] : sections[name];
      return [`## ${titles[name]}`, ...body, ...list(reasons), `${took}${Math.round(seconds)} s`];
    }),
  ].join('\n\n');
}

const list = (lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [lines.map((text) => `- ${text}`).join('\n')];

// ---- the summary -----------------------------------------------------------------------------------------

export const summaryHead = ['<what', 'inkgrad', 'beside it', '<which is'];

/** The best number of each measurement, and what it is to be held to. */
export function summaryCells(report: GpuReport): string[][] {
  const { products, convs, training, accuracy } = report.parts;
  return [
    ...products.data.products.flatMap((times) => {
      const best = fastest(times.tilings);
      if (best === undefined) return [];
      const peak = report.peakTflops;
      const parts = [ofCeiling(report, best.tflops), peak === null ? NONE : share(best.tflops / peak)];
      return [
        [`product ${times.name}`, `${three(best.tflops)} TFLOP/s`, parts.join(', '), 'of ceiling, of peak'],
      ];
    }),
    ...convs.data.convs.flatMap((times) => {
      const best = fastest(times.tilings);
      if (best === undefined) return [];
      const peer = torchOf(convs.data.torch, times.name);
      const ratio = peer === null ? NONE : `${three(peer / best.ms)}×`;
      return [
        [`${report.settings.deep} ${times.name}`, `${three(best.ms)} ms`, ratio, 'the speed of PyTorch'],
      ];
    }),
    ...groups(training.data.rows, placeOf).flatMap((rows) => {
      const ours = rows.filter(isOurs).sort((a, b) => a.ms - b.ms)[0];
      if (ours === undefined) return [];
      const speed = `${three(ours.samplesPerSecond)} images/s`;
      return [[`training ${placeOf(ours)}`, speed, ratioTo(rows, ours), 'the speed of PyTorch']];
    }),
    ...groups(accuracy.data.runs, recipeOf).map((runs) => [
      `${targetOf(report)} by ${recipeOf(runs[0])}`,
      timeOverSeeds(runs.map((run) => run.trainSeconds)),
      timeOverSeeds(runs.map((run) => run.wallSeconds)),
      'with evaluations and copies',
    ]),
    ...partNames.flatMap((name) => {
      const { status, reasons } = report.parts[name];
      const lacking = status !== 'done' || reasons.length > 0;
      return lacking ? [[titles[name].toLowerCase(), status, '', reasons[0] ?? '']] : [];
    }),
  ];
}

const ofCeiling = ({ ceiling }: GpuReport, tflops: number): string =>
  ceiling === null ? NONE : share(tflops / ceiling.tflops);

const targetOf = ({ settings: { target } }: GpuReport): string => `${Number((100 * target).toFixed(2))} %`;

/** Those with the same name together, in the order of the first of each. */
function groups<T>(all: readonly T[], nameOf: (one: T) => string): [T, ...T[]][] {
  const found = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const group = found.get(nameOf(one));
    if (group === undefined) found.set(nameOf(one), [one]);
    else group.push(one);
  }
  return [...found.values()];
}

/** Those that bound tensors and kernels; gpu.json has them all. */
const LIMITS = /Buffer(Size|BindingSize|s)|Compute/;

// ---- the parts -------------------------------------------------------------------------------------------

function adapterSection({ adapter, software, peakTflops, ceiling, parts }: GpuReport): string[] {
  const { features, limits, lanes, exactTimestamps, torch, choices, tuning } = parts.adapter.data;
  const stamps = {
    true: 'exact',
    false: 'rounded to 65.5 µs: the tuner does not see short kernels',
    null: NONE,
  };
  const known: [string, string][] = [
    ['adapter', `${adapter}, ${software ? 'software' : 'hardware'}`],
    ['threads of a subgroup', lanes === 0 ? 'not one number, or no subgroups' : String(lanes)],
    ['timestamps', stamps[`${exactTimestamps}`]],
    ['ceiling of multiply-adds', ceiling === null ? NONE : `${three(ceiling.tflops)} TFLOP/s`],
    ['ceiling of copies', ceiling === null ? NONE : `${three(ceiling.gbs)} GB/s`],
    ['peak of the data sheet', peakTflops === null ? 'unknown; --peak-tflops' : `${peakTflops} TFLOP/s`],
    [
      'PyTorch',
      torch === null ? NONE : typeof torch === 'string' ? torch : `${torch.version} on ${torch.name}`,
    ],
  ];
  return [
    markdownTable(['<', '<'], known),
    `Features: ${[...features].join(', ') || NONE}`,
    `Limits: ${
      Object.entries(limits)
        .filter(([name]) => LIMITS.test(name))
        .map(([name, limit]) => `${name} ${limit}`)
        .join(', ') || NONE
    }`,
    'What the tuner took for the training steps:',
    markdownTable(
      ['<step', '<op', '<shapes', ...profileNames.map((name) => `<${name}`)],
      choices.map((choice) => [
        placeOf(choice),
        choice.op,
        choice.shapes,
        ...profileNames.map((name) => choice.notes[name] ?? NONE),
      ]),
    ),
    'How long that took, with compiling:',
    markdownTable(
      ['<step', '<device', 'contractions', 's'],
      tuning.map((one) => [placeOf(one), one.profile, String(one.found), three(one.seconds)]),
    ),
  ];
}

function productsSection(report: GpuReport): string[] {
  const { products } = report.parts.products.data;
  const peak = report.peakTflops;
  return [
    'One launch by the clock, among many back to back, float32, on the fast device. Tuned is what the tuner takes; ' +
      'checked is that tiling on a device with all checks.',
    markdownTable(
      ['<product', '<best', 'ms', 'TFLOP/s', 'of ceiling', 'of peak', '<tuned', 'TFLOP/s', 'checked'],
      products.map((times) => {
        const { name, flops, tuned, checkedMs } = times;
        const best = fastest(times.tilings);
        return [
          ...[name, best?.tiling ?? NONE, best ? three(best.ms) : NONE, best ? three(best.tflops) : NONE],
          best ? ofCeiling(report, best.tflops) : NONE,
          best && peak !== null ? share(best.tflops / peak) : NONE,
          ...[tuned?.tiling ?? NONE, tuned ? three(tuned.tflops) : NONE],
          checkedMs === null ? NONE : three(flops / checkedMs / 1e9),
        ];
      }),
    ),
    'TFLOP/s by tiling:',
    ...tilingTable(products, ({ tflops }) => three(tflops)),
  ];
}

/** A row for each tiling, a column for each kernel. */
function tilingTable(
  kernels: readonly KernelTimes[],
  cell: (time: { readonly ms: number; readonly tflops: number }) => string,
): string[] {
  const names = [...new Set(kernels.flatMap(({ tilings }) => tilings.map(({ tiling }) => tiling)))];
  const rows = names.map((name) => [
    name,
    ...kernels.map(({ tilings }) => {
      const time = tilings.find(({ tiling }) => tiling === name);
      return time === undefined ? '' : 'ms' in time ? cell(time) : 'skipped';
    }),
  ]);
  const skipped = kernels.flatMap(({ name, tilings }) =>
    tilings.flatMap((time) => ('skipped' in time ? [`${name}, ${time.tiling}: ${time.skipped}`] : [])),
  );
  return [markdownTable(['<tiling', ...kernels.map(({ name }) => name)], rows), ...list(skipped)];
}

const torchOf = (times: readonly ConvTime[], name: string): number | null => {
  const time = times.find((one) => one.name === name);
  return time === undefined || 'error' in time ? null : time.ms;
};

function convsSection(report: GpuReport): string[] {
  const { convs, torch } = report.parts.convs.data;
  const { deep, largeBatch } = report.settings;
  return [
    `The convolutions of ${deep} at batch ${largeBatch}. inkgrad/PyTorch is the speed of the best tiling over that of ` +
      'PyTorch (cuDNN, float32 without TF32, benchmark on; launches in a CUDA graph where that is faster): above 1 ' +
      'inkgrad is faster. A relu or a pooling in a name is in the time of both.',
    markdownTable(
      [
        ...['<kernel', '<best', 'ms', 'TFLOP/s', 'of ceiling', '<tuned', 'ms', 'checked ms'],
        ...['PyTorch ms', 'TFLOP/s', 'one by one ms', 'inkgrad/PyTorch'],
      ],
      convs.map((times) => {
        const { name, flops, tuned, checkedMs } = times;
        const best = fastest(times.tilings);
        const peer = torch.find((one) => one.name === name);
        const peerMs = torchOf(torch, name);
        return [
          ...[name, best?.tiling ?? NONE, best ? three(best.ms) : NONE, best ? three(best.tflops) : NONE],
          best ? ofCeiling(report, best.tflops) : NONE,
          ...[tuned?.tiling ?? NONE, tuned ? three(tuned.ms) : NONE],
          checkedMs === null ? NONE : three(checkedMs),
          ...(peerMs === null ? [NONE, NONE] : [three(peerMs), three(flops / peerMs / 1e9)]),
          peer !== undefined && 'eagerMs' in peer ? three(peer.eagerMs) : NONE,
          best && peerMs !== null ? three(peerMs / best.ms) : NONE,
        ];
      }),
    ),
    'Milliseconds by tiling:',
    ...tilingTable(convs, ({ ms }) => three(ms)),
  ];
}

const placeOf = ({ model, batch }: { readonly model: string; readonly batch: number }): string =>
  `${model}, batch ${batch}`;

const isOurs = ({ engine }: TrainingRow): boolean => profileNames.some((name) => name === engine);

const ratioTo = (rows: readonly TrainingRow[], { ms }: TrainingRow): string => {
  const peer = rows.find((row) => !isOurs(row));
  return peer === undefined ? NONE : `${three(peer.ms / ms)}×`;
};

function trainingSection(report: GpuReport): string[] {
  const { rows } = report.parts.training.data;
  return [
    'Forward, cross-entropy, backward and Adam on one fixed batch, in turns; the median over turns. inkgrad runs ' +
      'captured steps with the tilings of the tuner, PyTorch is eager, float32 without TF32.',
    markdownTable(
      ['<step', '<engine', 'images/s', 'ms/step', 'least … most', 'to PyTorch'],
      groups(rows, placeOf).flatMap((group) =>
        group.map((row) => [
          placeOf(row),
          isOurs(row) ? `inkgrad ${row.engine}` : row.engine,
          three(row.samplesPerSecond),
          three(row.ms),
          `${three(Math.min(...row.samples))} … ${three(Math.max(...row.samples))}`,
          isOurs(row) ? ratioTo(group, row) : '',
        ]),
      ),
    ),
  ];
}

const recipeOf = ({ model, batch, lr, epochs }: AccuracyRun): string =>
  `${model}, batch ${batch}, rate ${lr}, epochs ${epochs}`;

function accuracySection(report: GpuReport): string[] {
  const { runs, warmUps } = report.parts.accuracy.data;
  const target = targetOf(report);
  return [
    `Adam with a one-cycle rate on MNIST until ${target} of the test images are recognised, evaluated ` +
      `${report.settings.evaluations} times an epoch; on the fast device, warm (see below). Medians over seeds; where ` +
      'not all of them got there, how many did. Training is the time of training alone; wall has the copies, ' +
      'captures and evaluations of the run too.',
    markdownTable(
      [
        '<recipe',
        'seeds',
        `training to ${target}`,
        `wall to ${target}`,
        'training, all epochs',
        'accuracy at the end',
      ],
      groups(runs, recipeOf).map((same) => {
        const ends = same.map(({ accuracy }) => 100 * accuracy);
        return [
          recipeOf(same[0]),
          String(same.length),
          timeOverSeeds(same.map(({ trainSeconds }) => trainSeconds)),
          timeOverSeeds(same.map(({ wallSeconds }) => wallSeconds)),
          `${three(median(same.map(({ allTrainSeconds }) => allTrainSeconds)))} s`,
          `${median(ends).toFixed(2)} % (${Math.min(...ends).toFixed(2)} … ${Math.max(...ends).toFixed(2)})`,
        ];
      }),
    ),
    'Choosing tilings, compiling and warming up, once:',
    markdownTable(
      ['<step', 's'],
      warmUps.map((one) => [placeOf(one), three(one.seconds)]),
    ),
  ];
}

function profileSection(report: GpuReport): string[] {
  return report.parts.profile.data.profiles.flatMap(({ profile, model, batch, stepMs, runs, rows }) => {
    const sum = rows.reduce((total, { milliseconds }) => total + milliseconds, 0);
    const byTime = rows.toSorted((a, b) => b.milliseconds - a.milliseconds);
    return [
      `${placeOf({ model, batch })}, ${profile}: ${rows.length} launches of ${three(sum)} ms together, the mean of ` +
        `${runs} steps; ${three(stepMs)} ms for a step by the clock.`,
      markdownTable(
        ['<op', '<shapes', '<tiling', 'ms', 'share', 'TFLOP/s', 'GB/s'],
        byTime.map(({ op, shapes, note, milliseconds, flops, bytes }) => [
          ...[op, shapes, note, three(milliseconds), share(milliseconds / sum)],
          ...[three(flops / milliseconds / 1e9), three(bytes / milliseconds / 1e6)],
        ]),
      ),
    ];
  });
}
