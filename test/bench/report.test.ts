// The documents of a report: Markdown, and charts that are XML with a mark for each row.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allCases } from '../../bench/kernels/cases.ts';
import { chart as kernelChart } from '../../bench/kernels/chart.ts';
import { markdown as kernelMarkdown } from '../../bench/kernels/report.ts';
import type { KernelReport } from '../../bench/kernels/run.ts';
import { isMeasured, rowsOf } from '../../bench/kernels/run.ts';
import { chart as trainChart } from '../../bench/train/chart.ts';
import { markdown as trainMarkdown } from '../../bench/train/report.ts';
import type { TrainReport } from '../../bench/train/run.ts';
import { describeMachine } from '../../report/machine.ts';

interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
}

/** Reads XML as strictly as this needs: every tag closed, every attribute quoted, no bare < or &. */
function parseXml(text: string): Node {
  const root: Node = { name: '', attributes: {}, children: [] };
  const open = [root];
  const rest = text.replace(
    /<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g,
    (_, end, name, list, empty) => {
      if (end !== '') {
        assert.is(open.pop()?.name, name, 'the tag that is closed is the one that is open');
        return '';
      }
      const attributes = Object.fromEntries(
        [...list.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
      );
      const node: Node = { name, attributes, children: [] };
      open[open.length - 1].children.push(node);
      if (empty === '') open.push(node);
      return '';
    },
  );
  assert.equal(open, [root], 'every tag is closed');
  assert.not.match(text, /&(?!amp;|lt;|gt;|quot;)/);
  assert.not.match(rest, /[<>]/);
  assert.is(root.children.length, 1);
  return root.children[0];
}

const all = (node: Node): Node[] => [node, ...node.children.flatMap(all)];
const called = (node: Node, name: string) => all(node).filter((one) => one.name === name);
/** What stands in the groups of a class, or of a kind of mark as Plot calls it. */
const marked = (node: Node, kind: string) =>
  all(node)
    .filter(({ attributes }) => attributes.class === kind || attributes['aria-label'] === kind)
    .flatMap(({ children }) => children);

/** Every number of a shape is one, and lies inside of the picture; so do the places of texts. */
function assertInside(picture: Node): void {
  const { width, height } = picture.attributes;
  const assertWithin = (at: string, most: string) =>
    assert.ok(Number(at) >= 0 && Number(at) <= Number(most), `${at} of ${most}`);
  for (const { name, attributes } of all(picture).slice(1)) {
    if (name === 'text') {
      const [, x, y] = attributes.transform.match(/^translate\(([^,]+),([^,]+)\)$/)!;
      assertWithin(x, width);
      assertWithin(y, height);
      continue;
    }
    for (const key of ['x', 'x1', 'x2', 'cx', 'width'])
      if (key in attributes) assertWithin(attributes[key], width);
    for (const key of ['y', 'y1', 'y2', 'cy', 'height'])
      if (key in attributes) assertWithin(attributes[key], height);
  }
}

const machine = { ...describeMachine(), cpu: 'A & B <quick>' };

/** A report in which the second device skips every third case. */
function kernelReport(): KernelReport {
  const cases = allCases([64, 512]);
  const ceilings = [1, 2].map((n) => ({ flops: n * 1e10, bytes: n * 1e10 }));
  return {
    machine,
    settings: { limitMs: 2000, seconds: 600 },
    devices: [
      { device: 'cpu', adapter: 'typed arrays', ceiling: { gflops: 10, gbs: 10 } },
      { device: 'webgpu', adapter: 'some "adapter"', ceiling: { gflops: 20, gbs: 20 } },
    ],
    missing: [],
    rows: cases.flatMap((kase, i) => {
      const ms = kase.flops / 1e6 + 0.001;
      const measured = { ms, samples: [ms], launches: 1 };
      const second = i % 3 === 0 ? { skipped: `reason ${i}` } : measured;
      return rowsOf(
        kase,
        [
          { device: 'cpu', ...measured },
          { device: 'webgpu', ...second },
        ],
        ceilings,
      );
    }),
    seconds: 1,
  };
}

test('the chart of kernels is XML with a bar for each measured row and a word for each other', () => {
  const report = kernelReport();
  const picture = parseXml(kernelChart(report));
  assertInside(picture);
  const measured = report.rows.filter(isMeasured);
  assert.is(marked(picture, 'rect').length, measured.length);
  assert.is(marked(picture, 'skipped').length, report.rows.length - measured.length);
  assert.is(marked(picture, 'key').length, report.devices.length);
  // A longer time is a longer bar.
  const byTime = measured.map(
    ({ ms }, i) => [ms, Number(marked(picture, 'rect')[i].attributes.width)] as const,
  );
  byTime.sort(([a], [b]) => a - b);
  for (let i = 1; i < byTime.length; i++) assert.ok(byTime[i][1] >= byTime[i - 1][1]);
});

test('the chart of kernels of which none was measured is still a picture', () => {
  const report = kernelReport();
  const rows = report.rows.filter((row) => !isMeasured(row));
  const picture = parseXml(kernelChart({ ...report, rows }));
  assertInside(picture);
  assert.is(marked(picture, 'skipped').length, rows.length);
});

test('the Markdown of kernels has a line for each row, and the reason of each that was skipped', () => {
  const report = kernelReport();
  const text = `${kernelMarkdown({ ...report, missing: [{ name: 'webgpu', reason: 'no adapter' }] })}\n`;
  for (const { case: name, device, ...row } of report.rows) {
    assert.ok(
      text.split('\n').some((line) => line.startsWith(`| ${name} `)),
      name,
    );
    if ('skipped' in row) assert.ok(text.includes(`- ${name} on ${device}: ${row.skipped}\n`), name);
  }
  assert.match(text, /webgpu is not here: no adapter/);
  assert.match(text, /A & B/);
});

const trained = (accuracies: readonly number[]): TrainReport => ({
  machine,
  model: 'lenet',
  data: { source: 'mnist', train: 60_000, test: 10_000 },
  settings: { epochs: 2, batch: 32, lr: 0.003, every: 469, seeds: [1, 2] },
  devices: [
    { device: 'cpu', adapter: 'typed arrays' },
    { device: 'webgpu', adapter: 'an adapter whose name is longer than there is room for in a legend' },
  ],
  runs: [1, 2].flatMap((seed) =>
    (['cpu', 'webgpu'] as const).map((device) => ({
      ...{ device, seed, steps: 3750, seconds: 90, samplesPerSecond: 1333.3 },
      stepMs: { median: 24, p95: 30.123 },
      curve: accuracies.map((accuracy, i) => ({
        step: i + 1,
        seconds: 10 * (i + 1),
        accuracy,
        loss: 1 - accuracy,
      })),
      reached: [0.97, 0.98, 0.99].map((target) => ({
        target,
        seconds: seed === 1 && target < 0.985 ? 20 : null,
      })),
    })),
  ),
});

test('the chart of training is XML with a curve for each run and a dot for each evaluation', () => {
  for (const accuracies of [[0.93, 0.975, 0.991], [0.1], [1, 1], [0, 0.5]]) {
    const report = trained(accuracies);
    const picture = parseXml(trainChart(report));
    assertInside(picture);
    const curves = marked(picture, 'line');
    assert.is(curves.length, 4);
    for (const { attributes } of curves) assert.match(attributes.d, /^M(\d+(\.\d+)?,\d+(\.\d+)?[LZ]?)+$/);
    assert.is(called(picture, 'circle').length, 4 * accuracies.length);
  }
});

test('the Markdown of training says how many seeds got there where not all did', () => {
  const text = trainMarkdown(trained([0.93, 0.975]));
  assert.match(text, /\| cpu +\| typed arrays +\| +1,330 \| +24\.0 \| +30\.1 \| +1 of 2 \| +1 of 2 \| +– \|/);
  assert.match(text, /\| webgpu \| +2 \|/);
  assert.match(text, /evaluations stop the clock/);
  assert.match(text, /60,000 training images, 2 epochs of batches of 32/);
});

test.run();
