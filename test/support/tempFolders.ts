import { tempFolder } from './images.ts';

/** Folders for the tests of a file, all of which go at its end, whether or not a test failed. */
export function tempFolders() {
  const made: ReturnType<typeof tempFolder>[] = [];
  return {
    make(files: Record<string, string | Uint8Array> = {}) {
      const folder = tempFolder(files);
      made.push(folder);
      return folder;
    },
    remove() {
      for (const folder of made.splice(0)) folder.remove();
    },
  };
}
