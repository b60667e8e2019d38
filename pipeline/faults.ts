import { InkgradError } from '../engine/errors.ts';

/** The kinds of faults that the pipeline tells apart: what a program could act on. */
export const faults = {
  missing: 'there is no such file or folder, or nothing of that name',
  unreadable:
    'something is there and cannot be read: its rights, or it is a folder, a pipe or a link in a circle',
  unwritable: 'a file or folder cannot be written or made',
  'folder-in-use': 'a new or empty folder is wanted, and this one holds something or is a file',
  'not-an-image': 'no picture, or one of a format or a kind that is not read; convert it',
  damaged: 'a file is cut, changed or lacks a part; have it once more',
  'too-large': 'a file, or the picture in it, is larger than what is read',
  'wrong-size': 'images have another size than the recipe, the model or the other part of their set',
  'not-json': 'a file that should be JSON is none',
  'invalid-model': 'a model that cannot be, or does not fit its input or classes',
  'not-expressible': 'a network of another program does what no layer here does',
  'invalid-recipe': 'a recipe that cannot be',
  'invalid-setting': 'the value of a setting that cannot be, or not together with the others',
  'invalid-table': 'a table, a mapping or a list of names has a row, column or entry that is wrong',
  'not-a-dataset': 'a file or folder that is no data set, or could be several',
  'broken-images': 'several images of a data set are broken',
  'unknown-class': 'a label or class that the model, the mapping or the other part does not have',
  'too-few-images': 'images, or classes of them, are too few for what is asked',
  'not-a-checkpoint': 'a file that is no whole checkpoint, or a folder that holds none',
  'not-resumable': 'a run that cannot go on exactly: only weights were kept of it',
  'data-changed': 'a data set is no longer what a run was trained on',
  'no-writing': 'a picture in which no page of writing can be found',
  'not-installed': 'an npm package is not there, or does not load',
  'no-adapter': 'there is no GPU, nor software for one',
  'no-address':
    'an address or a port that cannot be listened on: it is taken, not allowed, or none of this machine',
  exhausted: 'the system has no memory, threads or open files left',
  'thread-ended': 'a thread ended before its work was done',
  diverged: 'the loss became NaN or infinite',
  'device-lost': 'a device went away, as the engine says it, and no other took its place',
} as const;

export type Fault = keyof typeof faults;

/** What the pipeline refuses: a line for a person, and the kind of fault for a program. */
export class PipelineError extends InkgradError {
  constructor(
    message: string,
    override readonly code: Fault,
  ) {
    super(message, code);
  }
}

/**
 * What is thrown in the place of an error, to say where that was; its kind stays.
 *
 * @param otherwise the kind of what the engine refuses, which knows none
 * @returns anything but an `InkgradError` as it is, for that is a bug
 */
export function faultAt(where: string, error: unknown, otherwise: Fault): unknown {
  if (!(error instanceof InkgradError)) return error;
  return new PipelineError(`${where}: ${error.message}`, faultOf(error, otherwise));
}

/** The kind of an error, or `otherwise` where the engine refuses, which knows none. */
export const faultOf = (error: InkgradError, otherwise: Fault): Fault =>
  error instanceof PipelineError ? error.code : otherwise;
