"""Reads prepared images, and makes of them what the network takes.

An image is prepared when it is as the recipe in recipe.json leaves it, before the last step: of the recipe's size, grey
with bright ink on black, or RGB where the recipe has three channels. MNIST's own files are; `inkgrad preprocess` makes
such images of any picture. What is done here is that last step, (pixel / 255 - mean) / std, and nothing else.
"""
import gzip
import json
import sys
from pathlib import Path

import numpy as np
import torch

RECIPE = json.loads(Path(__file__).with_name('recipe.json').read_text(encoding='utf-8'))
CHANNELS = RECIPE.get('channels', 1)


def _read_idx(path):
    opened = gzip.open if str(path).endswith('.gz') else open
    with opened(path, 'rb') as file:
        data = file.read()
    if data[:3] != b'\0\0\x08':
        sys.exit(f'{path}: not an IDX file of bytes')
    shape = np.frombuffer(data, '>i4', data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def _read(path):
    if str(path).endswith('.npy'):
        return np.load(path)
    if 'idx' in Path(path).name:
        return _read_idx(path)
    try:
        from PIL import Image
    except ImportError:
        sys.exit(f'{path}: pictures take Pillow, which is not installed; give an IDX or .npy file, or install it')
    if CHANNELS == 1:
        return np.asarray(Image.open(path).convert('L'))
    # Clear parts show white paper, as in the recipe.
    picture = Image.open(path).convert('RGBA')
    paper = Image.new('RGBA', picture.size, 'white')
    return np.asarray(Image.alpha_composite(paper, picture).convert('RGB'))


def _opened(path):
    try:
        return _read(path)
    except (OSError, ValueError) as error:
        sys.exit(f'{path}: cannot be read ({error})')


def read_images(path):
    """[n, channels, size, size] bytes of an IDX file, a .npy file, or a picture of one image.

    In files the channels of colours come first or last, and there are none in grey.
    """
    images = _opened(path)
    one = 2 if CHANNELS == 1 else 3
    images = images[None] if images.ndim == one else images
    size = RECIPE['size']
    expected = [size, size] if CHANNELS == 1 else [CHANNELS, size, size]
    if CHANNELS > 1 and images.shape[1:] == (size, size, CHANNELS):
        images = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    if images.dtype != np.uint8 or list(images.shape[1:]) != expected:
        sys.exit(
            f'{path}: holds {images.dtype} of {list(images.shape)}; expected prepared images, bytes of '
            f'[n, {", ".join(map(str, expected))}], as inkgrad preprocess writes them'
        )
    return images.reshape(-1, CHANNELS, size, size)


def read_labels(path):
    """[n] places in the list of classes, of an IDX or .npy file."""
    labels = _opened(path).astype(np.int64)
    count = len(RECIPE['classes'])
    if labels.ndim != 1 or labels.min(initial=0) < 0 or labels.max(initial=0) >= count:
        sys.exit(f'{path}: expected a list of whole numbers from 0 to {count - 1}')
    return torch.from_numpy(labels)


def normalise(images):
    """[n, channels, size, size] bytes -> the same shape, as the network takes them."""
    mean, std = (torch.tensor(RECIPE[name]).reshape(-1, 1, 1) for name in ('mean', 'std'))
    return (torch.tensor(images).float() / 255 - mean) / std
