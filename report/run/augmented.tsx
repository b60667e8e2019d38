import { changesNothing, distortImages } from '../../pipeline/data/augment.ts';
import type { Dataset } from '../../pipeline/data/dataset.ts';
import { count, subset } from '../../pipeline/data/dataset.ts';
import { imageAt } from '../../pipeline/data/imageAt.ts';
import { visible } from '../../pipeline/text/visible.ts';
import type { Settings } from '../../pipeline/train/settings.ts';
import { Picture } from '../page/page.tsx';

/** Images that are shown, and how many changed copies of each. */
const [IMAGES, COPIES] = [4, 7];

const SIDE = 48;

/** Some images as they are, and as they would come in the first epochs of the run. */
export function Augmented({ data, settings: { augment, seed } }: { data: Dataset; settings: Settings }) {
  if (changesNothing(augment) || count(data) === 0) return null;
  const shown = subset(data, firstOfEach(data));
  const copies = Array.from({ length: COPIES }, (_, i) => ({
    ...shown,
    images: distortImages(
      shown.images,
      shown.size,
      { augmentation: augment, seed },
      i + 1,
      0,
      shown.channels,
    ),
  }));
  return (
    <>
      <h2>Augmented images</h2>
      <p class="faint">Test images, and beside each what augmentation makes of it for training.</p>
      {[...shown.labels].map((label, i) => (
        <ul class="pictures shown">
          {[shown, ...copies].map((each, copy) => (
            <li>
              <Picture
                image={imageAt(each, i)}
                alt={`${visible(data.classes[label])}, ${copy === 0 ? 'as it is' : `changed, ${copy}`}`}
                side={SIDE}
              />
            </li>
          ))}
        </ul>
      ))}
    </>
  );
}

/** The first image of each of the first classes that have one. */
const firstOfEach = ({ classes, labels }: Dataset): Int32Array =>
  Int32Array.from(
    [...classes.keys()]
      .map((label) => labels.indexOf(label))
      .filter((at) => at >= 0)
      .slice(0, IMAGES),
  );
