import { share } from '../../../report/format.ts';
import type { Judged, Shown } from '../../lab/train/judge.ts';
import { showImage } from '../draw/sources.ts';
import { NumberMap } from '../parts/map.tsx';

interface GalleryProps {
  readonly title: string;
  /** positions of the images among those that were read */
  readonly indices: readonly number[];
  readonly images: Shown;
  readonly classes: readonly string[];
  readonly scores: Judged;
}

/** Pictures with what is read in each; one that is chosen is put on the desk. */
export const Gallery = ({ title, indices, images, classes, scores }: GalleryProps) => (
  <div class="train-gallery">
    <h3>{title}</h3>
    <ul class="train-thumbs">
      {indices.map((index, i) => {
        const pixels = images.size ** 2;
        const image = images.images.subarray(i * pixels, (i + 1) * pixels);
        const label = images.labels[i];
        const is = classes[label];
        const predicted = classes[scores.predicted[index]];
        const sure = share(scores.certainties[index]);
        const said = `${is}, read as ${predicted}`;
        return (
          <li key={index}>
            <button
              type="button"
              class="train-thumb"
              title={`${said}: put it on the desk`}
              onClick={() => void showImage(image.slice(), label, `an image of ${is}`)}
            >
              <NumberMap
                data={image}
                width={images.size}
                height={images.size}
                side={48}
                scale={255}
                tone="grey"
                name={`${said}: put it on the desk`}
              />
              <span>
                {is}
                {is !== predicted && (
                  <>
                    <span class="sr">, read as</span>
                    <span aria-hidden="true"> →</span> {predicted}
                  </>
                )}
              </span>
              <small>
                {sure}
                <span class="sr"> sure</span>
              </small>
            </button>
          </li>
        );
      })}
    </ul>
  </div>
);
