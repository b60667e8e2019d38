import { existsSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { globSync, isDynamicPattern } from 'tinyglobby';
import type { InkgradError } from '../../../engine/errors.ts';
import { sortedClasses } from '../../data/dataset.ts';
import { type Fault, PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { adviceOnPictures, remarksOnPictures, sortFiles } from './sortFiles.ts';

/** What stands for an image on standard input. */
export const STDIN = '-';

type OnError = (path: string, error: InkgradError) => void;

/**
 * The image files that paths name, in order: files as they are, folders with all PNG and JPEG files below them,
 * and patterns like `scans/*.png`, which not every shell expands. Hidden files are left out. A missing file is
 * found when it is read.
 *
 * @param onError told of each folder without images, and of each pattern that nothing matches
 * @param onRemark told of pictures in folders that are not read
 */
export function imagePaths(
  paths: readonly string[],
  onError: OnError,
  onRemark: (remark: string) => void = () => {},
): string[] {
  return paths.flatMap((path) => {
    // A file may have brackets in its name, so what is there is never a pattern.
    if (path === STDIN || existsSync(path) || !isDynamicPattern(path))
      return imagesAt(path, onError, onRemark);
    const matches = matchesOf(path);
    if (matches.length === 0) {
      onError(path, new PipelineError(`${path}: matches no file; correct the pattern`, 'missing'));
    }
    return matches.flatMap((match) => imagesAt(match, onError, onRemark));
  });
}

function matchesOf(pattern: string): string[] {
  // A backslash escapes in patterns, but parts folders on Windows.
  const slashed = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern;
  const found = globSync(slashed, {
    onlyFiles: false,
    expandDirectories: false,
    absolute: isAbsolute(pattern),
  });
  return sortedClasses(found.map((name) => name.replace(/\/$/, '')));
}

function imagesAt(path: string, onError: OnError, onRemark: (remark: string) => void): string[] {
  const refuse = (what: string, code: Fault): string[] => {
    onError(path, new PipelineError(`${path}: ${what}`, code));
    return [];
  };
  if (path === STDIN || !isFolder(path)) return [path];
  let names: string[];
  try {
    names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === undefined) throw error;
    return refuse(
      `the folder, or one in it, cannot be read (${code}); give images or another folder`,
      'unreadable',
    );
  }
  const files = names.filter((name) => !/(^|[/\\])\./.test(name) && !isFolder(join(path, name)));
  const { images, pictures } = sortFiles(path, files);
  if (images.length === 0) {
    const advice = adviceOnPictures(pictures) ?? 'give images or another folder';
    return refuse(`holds no PNG or JPEG files; ${advice}`, 'too-few-images');
  }
  for (const remark of remarksOnPictures(pictures.map((name) => visible(join(path, name))))) onRemark(remark);
  return sortedClasses(images).map((name) => join(path, name));
}

/** Whether a folder is there; what cannot be looked at is none, and its error comes when it is read. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
