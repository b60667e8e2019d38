"""Reads and writes safetensors files with NumPy alone.

With the package safetensors, `safetensors.torch.load_file` and `save_file` read and write the same files.
"""
import json
import os
import struct

import numpy as np
import torch

TYPES = {'F32': '<f4', 'I64': '<i8'}


def _read(path):
    with open(path, 'rb') as file:
        (length,) = struct.unpack('<Q', file.read(8))
        header = json.loads(file.read(length))
        return header.pop('__metadata__', {}), header, file.read()


def read_weights(path):
    """The tensors of a file, by their names."""
    _, header, data = _read(path)
    weights = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        numbers = np.frombuffer(data[begin:end], TYPES[entry['dtype']])
        weights[name] = torch.from_numpy(numbers.reshape(entry['shape']).copy())
    return weights


def read_metadata(path):
    """The texts of a file: what inkgrad says of the network, for a file that is to be imported again."""
    return _read(path)[0]


def write_weights(path, weights, metadata):
    """Writes tensors of float32 and int64, whole or not at all."""
    codes = {np.dtype(kind): code for code, kind in TYPES.items()}
    arrays = {name: tensor.detach().cpu().contiguous().numpy() for name, tensor in weights.items()}
    header, end = {'__metadata__': dict(metadata)}, 0
    for name, array in arrays.items():
        begin, end = end, end + array.nbytes
        header[name] = {
            'dtype': codes[array.dtype],
            'shape': list(array.shape),
            'data_offsets': [begin, end],
        }
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    unfinished = f'{path}.part'
    with open(unfinished, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        for array in arrays.values():
            file.write(array.tobytes())
    os.replace(unfinished, path)
