import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { RgbaImage } from '../../../pipeline/image/image.ts';
import type { OwnPicture } from '../../lab/data/own.ts';
import { readPicture } from '../draw/sources.ts';
import { Fault } from '../parts/fault.tsx';
import { NumberMap } from '../parts/map.tsx';
import { attempt, picture } from '../state/session.ts';
import { training } from '../state/training.ts';

/** The pictures of the learner's own. */
export const ownPictures = signal<readonly OwnPicture[]>([]);

const keep = async (image: RgbaImage, label: string, name?: string): Promise<void> => {
  const kept = await training.keep(image, label, name);
  ownPictures.value = [...ownPictures.value, kept];
};

const discard = async ({ id }: OwnPicture): Promise<void> => {
  await training.discard(id);
  ownPictures.value = ownPictures.value.filter((own) => own.id !== id);
};

/** A file with the folder that it lies in, whose name is its class. */
interface Found {
  readonly file: File;
  readonly label: string;
}

const keyOf = ({ file, label }: Found): string => `${label}/${file.name}`;

/** Keeps pictures of a folder; those that cannot be read are told of together. */
const keepAll = (found: readonly Found[]) =>
  attempt('own', async () => {
    const refused: string[] = [];
    // The same folder gives the same data, whatever order the system has its files in.
    const placed = [...found].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    for (const { file, label } of placed) {
      try {
        await keep(await readPicture(file, file.name), label, file.name);
      } catch (error) {
        refused.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (found.length === 0)
      throw new Error('No picture is in there; take a folder with one sub-folder for each class.');
    if (refused.length > 0)
      throw new Error(`${refused.length} of ${found.length} are left out. ${refused[0]}`);
  });

/** Drawings that are kept, and folders of pictures. */
export function OwnPictures() {
  const [label, setLabel] = useState('');
  const all = ownPictures.value;
  const classes = [...new Set(all.map((own) => own.label))].sort();
  return (
    <fieldset
      class="train-own"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry());
        void Promise.all(entries.map((entry) => filesOf(entry, ''))).then((lists) => keepAll(lists.flat()));
      }}
    >
      <legend>Your pictures</legend>
      <form
        class="train-keep"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt('own', async () => {
            if (picture.value === null) throw new Error('The paper is empty; draw something first.');
            await keep(picture.value, label);
          });
        }}
      >
        <label>
          Class{' '}
          <input
            value={label}
            size={8}
            list="own-classes"
            onInput={({ currentTarget }) => setLabel(currentTarget.value)}
          />
        </label>
        <datalist id="own-classes">
          {classes.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>{' '}
        <button type="submit">Keep the drawing</button>
      </form>
      <p>
        <label class="button">
          Open a folder…
          <input
            type="file"
            class="train-hidden"
            multiple
            ref={(input) => input?.setAttribute('webkitdirectory', '')}
            onChange={({ currentTarget }) => {
              const files = [...(currentTarget.files ?? [])];
              currentTarget.value = '';
              void keepAll(
                files.filter(isPicture).map((file) => ({ file, label: folderOf(file.webkitRelativePath) })),
              );
            }}
          />
        </label>{' '}
        <small>or drop it here: one sub-folder for each class</small>
      </p>
      <Fault where="own" />
      {classes.map((name) => (
        <section key={name} aria-label={`Pictures of ${name}`}>
          <h3>
            {name} <small>{all.filter((own) => own.label === name).length}</small>
          </h3>
          <ul class="train-thumbs">
            {all
              .filter((own) => own.label === name)
              .map((own) => (
                <li key={own.id}>
                  <Thumb own={own} />
                </li>
              ))}
          </ul>
        </section>
      ))}
    </fieldset>
  );
}

function Thumb({ own }: { own: OwnPicture }) {
  const size = Math.sqrt(own.image.length);
  const name = own.name || 'a drawing';
  return (
    <button
      type="button"
      class="train-thumb"
      title={`${name}: remove it`}
      aria-label={`Remove ${name} of ${own.label}`}
      onClick={() => void discard(own)}
    >
      <NumberMap data={own.image} width={size} height={size} side={36} scale={255} tone="grey" name={name} />
    </button>
  );
}

const isPicture = ({ type }: File): boolean => type.startsWith('image/');

/** The folder that a file lies in. */
const folderOf = (path: string): string => path.split('/').at(-2) ?? '';

/** The pictures below what was dropped. */
async function filesOf(entry: FileSystemEntry | null, folder: string): Promise<Found[]> {
  if (entry === null) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return isPicture(file) ? [{ file, label: folder }] : [];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Found[] = [];
  // It gives some at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    for (const inner of some) found.push(...(await filesOf(inner, entry.name)));
  }
}
