"""Names what prepared images show: images.py says what those are.

    python3 predict.py 9-prepared.png t10k-images-idx3-ubyte.gz --top 3

Every image is taken for a character of the model: what inkgrad predict refuses is not refused here.
"""
import argparse

import torch

from images import RECIPE, normalise, read_images
from model import load


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('paths', nargs='+', help='pictures, IDX or .npy files of prepared images')
    parser.add_argument('--top', type=int, default=3, help='how many guesses of each')
    args = parser.parse_args()
    model = load()
    classes = RECIPE['classes']
    for path in args.paths:
        images = read_images(path)
        for start in range(0, len(images), 256):
            with torch.no_grad():
                logits = model(normalise(images[start:start + 256]))
            probabilities = torch.softmax(logits / RECIPE['temperature'], 1)
            tops = probabilities.topk(min(args.top, len(classes)))
            for i, (values, places) in enumerate(zip(tops.values.tolist(), tops.indices.tolist())):
                name = path if len(images) == 1 else f'{path}[{start + i}]'
                guesses = (f'{classes[place]} {100 * value:.1f} %' for value, place in zip(values, places))
                print(f'{name}  ' + '   '.join(guesses))


if __name__ == '__main__':
    main()
