"""Runs exported networks in PyTorch, trains one on with two processes, and writes what it found for interchange.test.ts.

Run by hand from the root of the project, with Debian's packages python3-torch (1.13) and libopenblas0-pthread, whenever
an exported Python file changes; the test writes the folders that this reads:

    npm run build && INTERCHANGE_OUT=/tmp/interchange node scripts/test.mjs oracle/interchange
    python3 test/oracle/interchange.py /tmp/interchange

The tests read test/oracle/fixtures/interchange.safetensors and need no Python: for each network the logits that torch
computed, [4, 10], and the digests of the Python that computed them.
"""
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np

# What an exported network must agree to, for float32 in another order.
LIMIT = 1e-5


def logits_of(folder, images):
    """In a process of its own, as a user would: each folder has a module named model."""
    code = (
        'import sys, numpy, torch; from model import load; '
        'images = torch.from_numpy(numpy.load(sys.argv[1])); torch.set_grad_enabled(False); '
        'numpy.save(sys.argv[2], load(*sys.argv[3:])(images).numpy())'
    )

    def run(*weights):
        out = folder / 'torch-logits.npy'
        subprocess.run([sys.executable, '-c', code, images, out, *weights], cwd=folder, check=True)
        return np.load(out)

    return run


def python_of(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.glob('*.py'))}


def check(name, actual, expected):
    off = np.abs(actual - expected).max()
    print(f'{name}: logits {list(actual.shape)} off by {off:.2e}')
    assert off <= LIMIT, f'{name}: more than {LIMIT}'


def stripes(folder, size, channels, classes, count=512):
    """Images that are learnt fast: noise, with a bright row for each class; colours come last, as pictures have them."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, classes, count)
    images = rng.integers(0, 128, (count, size, size, channels)).astype(np.uint8)
    for image, label in zip(images, labels):
        image[size // classes * label] = 255
    images = images[..., 0] if channels == 1 else images
    np.save(folder / 'stripes.npy', images)
    np.save(folder / 'labels.npy', labels.astype(np.uint8))


def train(folder, size, channels):
    """Two gloo processes on 127.0.0.1 from the exported weights: the loss falls, and the file that comes out loads."""
    stripes(folder, size, channels, 10)
    command = [
        sys.executable, '-m', 'torch.distributed.run', '--nproc_per_node', '2', '--master_addr', '127.0.0.1',
        # torch 1.13 under Python 3.11 fails where these have their default, 0 (torch/distributed/elastic, Std.from_str).
        '--master_port', '29541', '--redirects', '1', '--tee', '1', 'train_ddp.py', '--images', 'stripes.npy', '--labels', 'labels.npy',
        '--epochs', '4', '--lr', '1e-3', '--batch', '32', '--out', 'trained.safetensors',
    ]
    environment = {**os.environ, 'OMP_NUM_THREADS': '1'}
    said = subprocess.run(command, cwd=folder, check=True, env=environment, stdout=subprocess.PIPE, text=True).stdout
    print(said, end='')
    losses = [float(loss) for loss in re.findall(r'loss ([\d.]+)', said)]
    assert len(losses) == 4 and losses == sorted(losses, reverse=True), f'losses {losses}'
    assert losses[-1] < losses[0] / 2, f'losses {losses}'
    predicted = subprocess.run(
        [sys.executable, 'predict.py', 'stripes.npy', '--top', '1'],
        cwd=folder, check=True, stdout=subprocess.PIPE, text=True,
    ).stdout
    assert len(predicted.splitlines()) == 512, predicted[:200]
    with open(folder / 'trained.safetensors', 'rb') as file:
        (length,) = struct.unpack('<Q', file.read(8))
        said = json.loads(file.read(length))['__metadata__']
    assert 'inkgrad.model' in said and 'inkgrad.temperature' not in said, said


def main(root):
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from make import write_safetensors

    tensors, python = {}, {}
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        run = logits_of(folder, folder / 'images.npy')
        made = run()
        check(folder.name, made, np.load(folder / 'logits.npy'))
        tensors[folder.name] = made
        python[folder.name] = python_of(folder)
    lenet = root / 'lenet'
    train(lenet, 28, 1)
    train(root / 'colour', 12, 3)
    again = logits_of(lenet, lenet / 'images.npy')('trained.safetensors')
    moved = np.abs(again - tensors['lenet']).max()
    print(f'after training the logits differ by {moved:.3f}')
    assert moved > 0.01
    write_safetensors('interchange', tensors, {'python': python})


if __name__ == '__main__':
    main(Path(sys.argv[1]).absolute())
