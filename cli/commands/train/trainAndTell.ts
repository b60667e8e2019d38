import { join } from 'node:path';
import { InkgradError } from '../../../engine/errors.ts';
import type { DetailedEvaluation } from '../../../pipeline/evaluate/evaluate.ts';
import { mergeCase } from '../../../pipeline/evaluate/mergeCase.ts';
import { systemFault } from '../../../pipeline/node/files/systemFault.ts';
import { writeMetricsCsv } from '../../../pipeline/node/runs/metricsCsv.ts';
import { readRun } from '../../../pipeline/node/runs/readRun.ts';
import type { WriteFault } from '../../../pipeline/node/runs/runDirectory.ts';
import { type RunInput, type RunResult, runTraining } from '../../../pipeline/node/runs/runTraining.ts';
import { grouped } from '../../../pipeline/text/grouped.ts';
import { courseLines } from '../../../report/courseLines.ts';
import { listBroken } from '../../brokenList.ts';
import { interruptible } from '../../interrupt.ts';
import { note, percent, print, printJson } from '../../output.ts';
import { imageCount, syntheticNote } from '../../synthetic.ts';
import { classTable } from '../../table.ts';
import { lineWidth } from '../../terminal/liveLine.ts';
import { mergedLine } from '../evaluate/evaluationReport.ts';
import { writeExamples } from './examples.ts';
import { courseOf } from './timeLeft.ts';
import { TrainingDisplay } from './trainingDisplay.ts';

/** What is told of a run, and how. */
export interface Telling {
  /** One JSON document on stdout. */
  readonly json: boolean;
  /** The time of every launch of one step. */
  readonly profile?: boolean;
  /** metrics.csv beside metrics.jsonl. */
  readonly csv?: boolean;
}

/**
 * Trains, or goes on with a run, with a live view; tells at the end how the test images were read, or where the run
 * was stopped. The device is closed afterwards.
 */
export async function trainAndTell(input: Omit<RunInput, 'signal'>, telling: Telling): Promise<void> {
  const { device } = input;
  const out = pathOf(input);
  const last = join(out, 'checkpoints/last.safetensors');
  const { signal, exitCode } = interruptible('stopping after this step; once more to stop at once');
  const display = new TrainingDisplay(courseOf(input), telling.profile, telling.json);
  let result: RunResult;
  try {
    result = await runTraining({ ...input, signal }, display);
  } catch (error) {
    display.stop();
    if (!(error instanceof InkgradError) || !('step' in error)) throw error;
    throw new InkgradError(`${error.message}; ${last} is the last good state`);
  } finally {
    device.close();
  }
  display.stop();
  if (telling.csv) writeMetricsCsv(out);
  listBroken(input.data.broken);
  if (result.test !== null) return await tellTest(input, telling, result, result.test);
  const unsaved = result.faults.find(({ path, isMended }) => !isMended && path.endsWith('.safetensors'));
  if (unsaved) throw new InkgradError(faultLine(unsaved));
  if (telling.json) printJson({ ...reportOf(input, result), test: null });
  note(`stopped at step ${result.steps}; npx inkgrad resume ${quoted(out)} goes on from there`);
  process.exitCode = exitCode();
}

const pathOf = ({ out }: Pick<RunInput, 'out'>): string => (typeof out === 'string' ? out : out.path);

/** What a person should know of a file that could not be written. */
const faultLine = ({ path, reason, isMended }: WriteFault): string =>
  isMended
    ? `${path}: could not be written for a while (${reason}), and is whole by now; look after the disk`
    : `${path}: could not be written (${reason}) and lacks the latest; make room, and train again if you need it`;

const reportOf = ({ device, settings, ...input }: RunInput, { steps, samplesPerSecond }: RunResult) => ({
  ...{ run: pathOf(input), device: device.kind, adapter: device.adapter },
  ...{ epochs: settings.epochs, steps, samplesPerSecond },
});

async function tellTest(
  input: RunInput,
  { json }: Telling,
  result: RunResult,
  test: DetailedEvaluation,
): Promise<void> {
  const { data, device, settings } = input;
  const out = pathOf(input);
  const { classes } = data.train;
  const merged = mergeCase(classes, test.confusion);
  const cased = mergedLine(merged);
  if (json) {
    const { loss, accuracy } = test;
    const mergedCase = cased && { mergedCase: { accuracy: merged.confusion.accuracy } };
    const synthetic = syntheticNote(data) !== undefined && { synthetic: true };
    printJson({ ...reportOf(input, result), test: { loss, accuracy, ...mergedCase, ...synthetic } });
  } else {
    const { steps, samplesPerSecond } = result;
    note('');
    print(classTable(classes, test.confusion.perClass()));
    print(
      `\ntest on ${imageCount(data.test)}: loss ${test.loss.toFixed(4)}, accuracy ${percent(test.accuracy)}`,
    );
    if (cased !== undefined) print(cased);
    print(`trained ${grouped(steps)} steps at ${grouped(samplesPerSecond)} samples/s on ${device.kind}`);
    print(`run in ${out}`);
  }
  // The result is told before anything else can fail.
  const faults = result.faults.map(faultLine);
  const enduring = async (write: () => void | Promise<void>) => {
    try {
      await write();
    } catch (error) {
      const fault = error instanceof InkgradError ? error : systemFault(error);
      if (fault === undefined) throw error;
      faults.push(fault.message);
    }
  };
  await enduring(async () => {
    const lines = courseLines(readRun(out), lineWidth());
    if (lines.length > 0) note(`\n${lines.join('\n')}`);
    const { writeRunReport } = await import('../../../report/run/writeRunReport.ts');
    const page = writeRunReport(out, { data: data.test, scores: test });
    note(`\npage in ${page}`);
  });
  await enduring(() => {
    const examples = writeExamples(out, data.test, settings.seed);
    note(`next: npx inkgrad predict ${quoted(out)} ${quoted(examples)}`);
  });
  if (faults.length > 0) throw new InkgradError(faults.join('; '));
}

/** Shell quotes around what needs them. */
const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
