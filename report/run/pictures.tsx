import type { Dataset } from '../../pipeline/data/dataset.ts';
import { imageAt } from '../../pipeline/data/imageAt.ts';
import type { Answers } from '../../pipeline/evaluate/answers.ts';
import { visible } from '../../pipeline/text/visible.ts';
import { percent } from '../format.ts';
import { Picture } from '../page/page.tsx';

/** A data set with what was read in it. */
export interface Read {
  readonly data: Dataset;
  readonly answers: Answers;
}

/** What was read in an image and how surely, in one line. */
function said({ data: { classes, labels, paths }, answers }: Read, i: number): string {
  const [truth, read] = [labels[i], answers.predicted[i]].map((label) => visible(classes[label]));
  const path = paths === undefined ? '' : `, ${visible(paths[i])}`;
  return `${truth}, read as ${read} with ${sure(answers, i)}, image ${i + 1}${path}`;
}

const sure = ({ certainties }: Answers, i: number): string => percent(certainties[i], 1);

/** Pixels of the side of a picture. */
const SIDE = 48;

/** Images with how sure the model was of what it read, and what that was where `named`. */
export const ReadPictures = ({
  read,
  images,
  named = false,
}: {
  read: Read;
  images: readonly number[];
  named?: boolean;
}) => {
  const { data, answers } = read;
  return (
    <ul class="pictures">
      {images.map((i) => (
        <li>
          <Picture image={imageAt(data, i)} alt={said(read, i)} side={SIDE} />
          {named && (
            <span>
              {visible(data.classes[data.labels[i]])} → {visible(data.classes[answers.predicted[i]])}
            </span>
          )}
          <span>{sure(answers, i)}</span>
        </li>
      ))}
    </ul>
  );
};
