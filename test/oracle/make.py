"""Writes the fixtures of the PyTorch oracle: what torch computes for each op and for ten training steps.

Run by hand from the root of the project, with Debian's packages python3-torch (1.13) and
libopenblas0-pthread:

    python3 test/oracle/make.py

The tests read the files in test/oracle/fixtures and need no Python. Inputs are float32; torch computes in
float64 and on one thread, and each case is seeded by its own name: the same files come out each time, and a
case that is added after all others of its kind changes none of them.

A file holds one group of ops. Its metadata entry `cases` is a JSON list of {name, kind, params}; the tensors
of a case are `name:x0`, `name:x1`, … (inputs), `name:y0`, … (outputs), `name:c` (the random weights of the
scalar L = sum(c * y0)) and `name:d0`, … (dL/dx of the inputs that have a gradient). Names of kinds and
parameters are those of engine/functional.ts, which the tests call.
"""
import itertools
import json
import math
import os
import struct
import zlib

import numpy as np
import torch
import torch.nn.functional as F

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'fixtures')
MODELS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../pipeline/model')
CODES = {'float32': 'F32', 'float64': 'F64', 'int32': 'I32'}

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


def write_safetensors(name, tensors, metadata):
    """Header length, JSON header, numbers: https://github.com/huggingface/safetensors"""
    compact = lambda value: json.dumps(value, separators=(',', ':'))
    header = {'__metadata__': {key: compact(value) for key, value in metadata.items()}}
    end = 0
    for key, array in tensors.items():
        begin, end = end, end + array.nbytes
        dtype = CODES[str(array.dtype)]
        header[key] = {'dtype': dtype, 'shape': list(array.shape), 'data_offsets': [begin, end]}
    text = compact(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(os.path.join(FOLDER, name + '.safetensors'), 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text)
        for array in tensors.values():
            file.write(np.ascontiguousarray(array).tobytes())


# ---- inputs ------------------------------------------------------------------------------------------------

def normal(*shape, scale=1.0):
    return (torch.randn(shape, dtype=torch.float32) * scale).double()


def positive(*shape):
    """In (0.1, 2.1)."""
    return (torch.rand(shape, dtype=torch.float32) * 2 + 0.1).double()


def integers(*shape, low=-2, high=2):
    """Whole numbers: ties for maxima, and values exactly on the kinks of relu, abs and clamp."""
    return torch.randint(low, high + 1, shape).double()


def labels(*shape, classes):
    return torch.randint(0, classes, shape)


class Group:
    """The cases of one file."""

    def __init__(self, file):
        self.file = file
        self.cases = []
        self.tensors = {}

    def case(self, kind, function, inputs, params=None, trained=None):
        """`inputs` makes the inputs after the seed is set; those in `trained` (all floats) get gradients."""
        params = params or {}
        name = f'{kind}{sum(case["kind"] == kind for case in self.cases)}'
        torch.manual_seed(zlib.crc32(name.encode()))
        xs = [x.float().double() if x.is_floating_point() else x for x in inputs()]
        floats = [i for i, x in enumerate(xs) if x.is_floating_point() and (trained is None or i in trained)]
        for i, x in enumerate(xs):
            self.put(f'{name}:x{i}', x.numpy().astype('float32' if x.is_floating_point() else 'int32'))
        for i in floats:
            xs[i].requires_grad_()
        out = function(*xs)
        ys = out if isinstance(out, tuple) else (out,)
        c = normal(*ys[0].shape)
        gradients = torch.autograd.grad((c * ys[0]).sum(), [xs[i] for i in floats])
        self.put(f'{name}:c', c.numpy().astype('float32'))
        for i, y in enumerate(ys):
            self.put(f'{name}:y{i}', y.detach().numpy())
        for i, gradient in zip(floats, gradients):
            self.put(f'{name}:d{i}', gradient.numpy())
        self.cases.append({'name': name, 'kind': kind, 'params': params})

    def put(self, name, array):
        self.tensors[name] = array

    def write(self):
        write_safetensors(self.file, self.tensors, {'cases': self.cases})
        print(f'{self.file}: {len(self.cases)} cases')


# ---- ops ---------------------------------------------------------------------------------------------------

def elementwise():
    group = Group('elementwise')
    shapes = [(3, 5), (131,), (), (0, 4), (2, 1, 3, 7)]
    unary = {
        'neg': torch.neg, 'exp': torch.exp, 'abs': torch.abs, 'relu': torch.relu, 'sigmoid': torch.sigmoid,
        'tanh': torch.tanh, 'gelu': F.gelu,
        'selu': F.selu, 'softplus': F.softplus, 'hardSwish': F.hardswish, 'silu': F.silu,
    }
    for name, function in unary.items():
        for shape in shapes:
            group.case(name, function, lambda: [normal(*shape)])
        group.case(name, function, lambda: [integers(5, 9)])
        group.case(name, function, lambda: [normal(67, scale=6.0)])
    for name, function in {'log': torch.log, 'sqrt': torch.sqrt}.items():
        for shape in shapes:
            group.case(name, function, lambda: [positive(*shape)])
        group.case(name, function, lambda: [positive(67) * 1000])
    for slope in (0.01, 0.25):
        for shape in shapes:
            group.case('leakyRelu', lambda x: F.leaky_relu(x, slope), lambda: [normal(*shape)],
                       {'negativeSlope': slope})
        group.case('leakyRelu', lambda x: F.leaky_relu(x, slope), lambda: [integers(5, 9)],
                   {'negativeSlope': slope})
    for alpha in (1.0, 0.3):
        for make in (lambda: [normal(131)], lambda: [normal(2, 1, 5, scale=6.0)], lambda: [integers(5, 9)]):
            group.case('elu', lambda x: F.elu(x, alpha), make, {'alpha': alpha})
    for low, high in ((-0.71, 0.93), (-1.0, 1.0), (0.0, 6.0)):
        for make in (lambda: [normal(131)], lambda: [normal(2, 1, 5)], lambda: [integers(5, 9)],
                     lambda: [normal(0, 3)], lambda: [normal()]):
            group.case('clamp', lambda x: torch.clamp(x, low, high), make, {'min': low, 'max': high})
    for exponent in (2, 3, -1, 0.5, 1, 0, -1.5):
        group.case('power', lambda x: torch.pow(x, exponent), lambda: [positive(7, 9)],
                   {'exponent': exponent})
    for exponent in (2, 3, -1):
        group.case('power', lambda x: torch.pow(x, exponent), lambda: [normal(7, 9).sign() * positive(7, 9)],
                   {'exponent': exponent})
    for exponent in (1, 2, 3):
        group.case('power', lambda x: torch.pow(x, exponent), lambda: [integers(5, 9)],
                   {'exponent': exponent})

    pairs = [((3, 5), (3, 5)), ((131,), (131,)), ((2, 3, 5), ()), ((), (3,)), ((), ()), ((4, 3), (3,)),
             ((4, 1), (1, 7)), ((2, 3, 1, 5), (3, 4, 1)), ((1, 1, 1), (2, 3)), ((0, 3), (3,)),
             ((2, 0), (2, 1)), ((67, 3), (67, 1)), ((2, 3, 4, 5, 2), (4, 1, 2))]
    binary = {'add': torch.add, 'sub': torch.sub, 'mul': torch.mul, 'div': torch.div, 'pow': torch.pow}
    for name, function in binary.items():
        for a, b in pairs:
            group.case(name, function, lambda: [
                positive(*a) if name == 'pow' else normal(*a),
                normal(*b).sign() * positive(*b) if name == 'div' else normal(*b)])
    # 0 to the power of 1, 2 and 3, and then of 0: torch calls both derivatives of 0**0 zero.
    group.case('pow', torch.pow, lambda: [integers(5, 9, low=0), integers(5, 9, low=1, high=3)])
    group.case('pow', torch.pow, lambda: [integers(5, 9, low=0), integers(5, 9, low=0, high=3)])
    for name, function in {'add': torch.add, 'sub': torch.sub, 'mul': torch.mul, 'div': torch.div}.items():
        group.case(name + 'Number', lambda x: function(x, -1.75), lambda: [normal(5, 7)], {'number': -1.75})
    group.write()


def products():
    group = Group('products')
    sides = [((3, 4), (4, 5)), ((1, 1), (1, 1)), ((17, 33), (33, 19)), ((65, 3), (3, 67)), ((1, 70), (70, 1)),
             ((2, 3, 4), (2, 4, 5)), ((2, 3, 4), (4, 5)), ((3, 4), (2, 4, 5)), ((2, 1, 3, 4), (3, 4, 2)),
             ((1, 5, 7), (6, 7, 3)), ((0, 3), (3, 4)), ((2, 0, 3), (3, 4)), ((3, 0), (0, 2)),
             ((5, 129), (129, 2)), ((5,), (5, 3)), ((3, 5), (5,)), ((5,), (5,)), ((2, 3, 4), (4,)),
             ((4,), (2, 4, 3))]
    for a, b in sides:
        group.case('matmul', torch.matmul, lambda: [normal(*a), normal(*b)])
    turned = lambda shape, on: shape[:-2] + (shape[-1], shape[-2]) if on else shape
    sides = [((5, 7), (7, 3)), ((2, 18, 9), (2, 9, 21)), ((3, 1, 4, 6), (2, 6, 5))]
    for (a, b), ta, tb in itertools.product(sides, (False, True), (False, True)):
        if ta or tb:
            group.case('matmul',
                       lambda x, y: (x.transpose(-1, -2) if ta else x) @ (y.transpose(-1, -2) if tb else y),
                       lambda: [normal(*turned(a, ta)), normal(*turned(b, tb))],
                       {'transposeA': ta, 'transposeB': tb})
    for n, i, o in ((3, 5, 4), (1, 1, 1), (7, 33, 10), (0, 5, 3), (19, 65, 17), (2, 130, 1)):
        group.case('linear', F.linear, lambda: [normal(n, i), normal(o, i), normal(o)])
    group.case('linear', F.linear, lambda: [normal(3, 9), normal(4, 9)])
    group.case('linear', F.linear, lambda: [normal(2, 3, 9), normal(4, 9), normal(4)])
    for c, alpha, beta, ta, tb in (((5, 4), 1, 1, False, False), ((4,), 0.5, 2, False, True),
                                   ((5, 1), -1.25, 0.75, True, False), ((), 2, -1, True, True)):
        group.case('gemm', lambda a, b, c: alpha * (a.T if ta else a) @ (b.T if tb else b) + beta * c,
                   lambda: [normal(*turned((5, 7), ta)), normal(*turned((7, 4), tb)), normal(*c)],
                   {'alpha': alpha, 'beta': beta, 'transposeA': ta, 'transposeB': tb})
    group.write()


def padded(x, low, high, value):
    """Our order of padding, low and high per axis, is the reverse of torch's."""
    return F.pad(x, [n for pair in zip(reversed(low), reversed(high)) for n in pair], value=value)


def torch_window(params):
    """torch's names; padding on four sides becomes a pad before the window."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in params.items()}


def four_sides(function, value):
    """torch knows padding per axis only; on four sides it is a pad of its own."""
    def run(x, *rest, padding=0, **options):
        if isinstance(padding, tuple) and len(padding) == 4:
            top, left, bottom, right = padding
            return function(F.pad(x, (left, right, top, bottom), value=value), *rest, **options)
        return function(x, *rest, padding=padding, **options)
    return run


def convolutions():
    group = Group('conv2d')
    conv = four_sides(F.conv2d, 0.0)
    # x, weight, options; a bias wherever it is not said that there is none
    grid = [
        ((1, 1, 3, 3), (1, 1, 3, 3), {}),
        ((2, 3, 7, 9), (4, 3, 3, 3), {}),
        ((2, 3, 7, 9), (4, 3, 3, 3), {'bias': False}),
        ((1, 1, 1, 1), (1, 1, 1, 1), {}),
        ((2, 5, 4, 6), (7, 5, 1, 1), {}),
        ((1, 2, 8, 8), (3, 2, 2, 2), {'stride': 2}),
        ((1, 2, 9, 8), (3, 2, 3, 2), {'stride': 2}),
        ((2, 2, 9, 11), (3, 2, 3, 3), {'stride': [2, 3]}),
        ((1, 2, 6, 7), (3, 2, 3, 3), {'padding': 1}),
        ((1, 2, 6, 7), (3, 2, 3, 5), {'padding': [1, 2]}),
        ((1, 2, 5, 5), (2, 2, 3, 3), {'padding': 4}),
        ((1, 2, 6, 7), (3, 2, 3, 3), {'padding': [1, 0, 2, 3]}),
        ((2, 1, 6, 7), (3, 1, 4, 3), {'padding': [2, 1, 0, 1], 'stride': [2, 1], 'bias': False}),
        ((1, 2, 9, 10), (3, 2, 3, 3), {'dilation': 2}),
        ((1, 2, 9, 10), (3, 2, 2, 3), {'dilation': [3, 2], 'padding': 1}),
        ((2, 3, 11, 9), (2, 3, 3, 3), {'dilation': 2, 'padding': 2, 'stride': 2}),
        ((1, 2, 10, 7), (2, 2, 3, 2), {'stride': [3, 2], 'padding': [2, 1], 'dilation': [2, 3]}),
        ((2, 4, 5, 6), (6, 2, 3, 3), {'groups': 2}),
        ((2, 6, 5, 6), (6, 1, 3, 3), {'groups': 6, 'padding': 1}),
        ((1, 3, 7, 5), (6, 1, 3, 3), {'groups': 3, 'stride': 2, 'bias': False}),
        ((2, 6, 8, 7), (9, 2, 2, 3), {'groups': 3, 'stride': [1, 2], 'padding': [1, 2], 'dilation': [2, 1]}),
        ((1, 2, 6, 7), (3, 2, 3, 3), {'padding': 'same'}),
        ((1, 2, 6, 7), (3, 2, 4, 2), {'padding': 'same'}),
        ((1, 2, 7, 7), (2, 2, 2, 4), {'padding': 'same', 'dilation': [2, 1]}),
        ((0, 3, 5, 5), (2, 3, 3, 3), {}),
        ((0, 2, 5, 5), (4, 1, 3, 3), {'groups': 2, 'padding': 1, 'stride': 2}),
        ((3, 1, 1, 13), (5, 1, 1, 4), {'stride': [1, 3]}),
        ((3, 2, 13, 1), (5, 2, 4, 1), {'padding': [2, 0]}),
        ((1, 17, 6, 5), (19, 17, 3, 3), {'padding': 1}),
        ((2, 3, 19, 18), (5, 3, 5, 5), {}),
        ((1, 1, 28, 28), (8, 1, 5, 5), {'padding': 'same'}),
        ((1, 33, 3, 3), (2, 33, 3, 3), {}),
        ((5, 2, 4, 4), (3, 2, 4, 4), {}),
        ((2, 2, 7, 7), (2, 2, 1, 1), {'stride': 3, 'padding': 1}),
        ((1, 2, 8, 5), (2, 2, 2, 2), {'stride': 4}),
    ]
    for x, w, params in grid:
        with_bias = params.get('bias', True)
        options = torch_window({key: value for key, value in params.items() if key != 'bias'})
        group.case('conv2d', lambda *t: conv(*t, **options),
                   lambda: [normal(*x), normal(*w)] + ([normal(w[0])] if with_bias else []),
                   {key: value for key, value in params.items() if key != 'bias'})

    # x, weight [C,O/groups,kh,kw], filters, options
    grid = [
        ((1, 1, 1, 1), (1, 1, 1, 1), 1, {}),
        ((2, 3, 4, 5), (3, 4, 3, 3), 4, {}),
        ((2, 3, 4, 5), (3, 4, 2, 3), 4, {'stride': 2}),
        ((1, 2, 5, 4), (2, 3, 3, 2), 3, {'stride': [3, 2], 'padding': 1}),
        ((1, 2, 5, 4), (2, 3, 3, 3), 3, {'stride': 2, 'padding': [0, 2], 'outputPadding': 1}),
        ((1, 2, 4, 5), (2, 2, 3, 2), 2, {'dilation': [2, 3]}),
        ((2, 2, 4, 3), (2, 3, 2, 3), 3,
         {'stride': [2, 3], 'dilation': 2, 'padding': 1, 'outputPadding': [1, 2]}),
        ((2, 4, 3, 5), (4, 3, 3, 3), 6, {'groups': 2, 'padding': 1}),
        ((1, 6, 3, 3), (6, 1, 2, 2), 6, {'groups': 6, 'stride': 2}),
        ((0, 2, 3, 3), (2, 4, 2, 2), 4, {'stride': 2}),
        ((1, 17, 5, 6), (17, 5, 3, 3), 5, {'stride': 2, 'padding': 1, 'outputPadding': [0, 1]}),
    ]
    torch_names = {'outputPadding': 'output_padding'}
    for k, (x, w, filters, params) in enumerate(grid):
        options = {torch_names.get(key, key): value for key, value in torch_window(params).items()}
        group.case('convTranspose2d', lambda *t: F.conv_transpose2d(*t, **options),
                   lambda: [normal(*x), normal(*w)] + ([normal(filters)] if k % 3 != 1 else []), params)
    for x, w, params in (((2, 3, 9), (4, 3, 3), {}), ((1, 2, 13), (3, 2, 4), {'stride': 3, 'padding': 2}),
                         ((2, 4, 11), (6, 2, 3), {'groups': 2, 'dilation': 2}),
                         ((1, 2, 7), (2, 2, 4), {'padding': 'same'}), ((0, 2, 7), (2, 2, 3), {}),
                         ((3, 1, 67), (2, 1, 5), {'stride': 2})):
        group.case('conv1d', lambda *t: F.conv1d(*t, **params),
                   lambda: [normal(*x), normal(*w), normal(w[0])], params)
    group.write()


def pools():
    group = Group('pooling')
    peak = four_sides(F.max_pool2d, -math.inf)
    grid = [
        ((2, 3, 6, 8), {'kernelSize': 2}),
        ((1, 2, 7, 9), {'kernelSize': 2}),
        ((1, 2, 7, 9), {'kernelSize': 3}),
        ((2, 2, 7, 9), {'kernelSize': 3, 'stride': 2}),
        ((1, 2, 8, 7), {'kernelSize': 3, 'stride': 1}),
        ((1, 2, 7, 9), {'kernelSize': [2, 3], 'stride': [1, 2]}),
        ((1, 2, 6, 6), {'kernelSize': 3, 'stride': 2, 'padding': 1}),
        ((1, 2, 6, 7), {'kernelSize': [4, 3], 'stride': [3, 1], 'padding': [2, 1]}),
        ((1, 1, 9, 11), {'kernelSize': 2, 'stride': 5}),
        ((0, 2, 6, 6), {'kernelSize': 2}),
        ((0, 2, 6, 6), {'kernelSize': 3, 'stride': 1, 'padding': 1}),
        ((3, 1, 1, 1), {'kernelSize': 1}),
        ((2, 1, 1, 13), {'kernelSize': [1, 3], 'stride': [1, 2]}),
        ((1, 5, 13, 17), {'kernelSize': [3, 2]}),
        ((1, 3, 5, 5), {'kernelSize': 5}),
    ]
    only_max = [
        ((1, 2, 9, 9), {'kernelSize': 3, 'stride': 1, 'dilation': 2}),
        ((2, 2, 9, 10), {'kernelSize': [2, 3], 'stride': 2, 'padding': 1, 'dilation': [3, 2]}),
        ((1, 2, 8, 9), {'kernelSize': 2, 'dilation': [1, 4], 'padding': [0, 1]}),
        ((1, 2, 6, 7), {'kernelSize': 3, 'stride': 2, 'padding': [1, 0, 0, 1]}),
    ]
    for shape, params in grid + only_max:
        options = torch_window(params)
        kernel = options.pop('kernelSize')
        # Whole numbers tie: the gradient goes to the first of the largest.
        for make in (normal, integers):
            group.case('maxPool2d', lambda x: peak(x, kernel, **options), lambda: [make(*shape)], params)
    for shape, params in grid:
        options = torch_window(params)
        kernel = options.pop('kernelSize')
        for counted in ([True, False] if 'padding' in params else [True]):
            group.case('avgPool2d', lambda x: F.avg_pool2d(x, kernel, **options, count_include_pad=counted),
                       lambda: [normal(*shape)], {**params, 'countPadding': counted})
    ceil = [
        ((1, 2, 7, 9), {'kernelSize': 2}),
        ((2, 2, 6, 8), {'kernelSize': 3, 'stride': 2}),
        ((1, 2, 6, 7), {'kernelSize': 3, 'stride': 2, 'padding': 1}),
        ((1, 2, 8, 7), {'kernelSize': [2, 3], 'stride': [3, 2], 'padding': [1, 1]}),
        ((1, 1, 5, 5), {'kernelSize': 2, 'stride': 3, 'padding': 1}),
        ((1, 1, 9, 11), {'kernelSize': 2, 'stride': 5}),
        ((0, 2, 5, 5), {'kernelSize': 2}),
        ((2, 1, 13, 17), {'kernelSize': [5, 4]}),
    ]
    for shape, params in ceil:
        options = {**torch_window(params), 'ceil_mode': True}
        kernel = options.pop('kernelSize')
        group.case('maxPool2d', lambda x: F.max_pool2d(x, kernel, **options), lambda: [normal(*shape)],
                   {**params, 'ceilMode': True})
        for counted in (True, False):
            group.case('avgPool2d', lambda x: F.avg_pool2d(x, kernel, **options, count_include_pad=counted),
                       lambda: [normal(*shape)], {**params, 'ceilMode': True, 'countPadding': counted})
    options = {'stride': 2, 'padding': 1, 'dilation': [2, 3]}
    group.case('maxPool2d', lambda x: F.max_pool2d(x, (3, 2), **options, ceil_mode=True),
               lambda: [normal(1, 2, 10, 9)], {'kernelSize': [3, 2], **options, 'ceilMode': True})
    for shape, kernel, options in (((2, 3, 8), 2, {}), ((1, 2, 9), 3, {'stride': 2, 'padding': 1}),
                                   ((1, 2, 10), 4, {'stride': 3, 'ceil_mode': True}), ((0, 2, 8), 2, {})):
        renamed = {'ceilMode' if key == 'ceil_mode' else key: value for key, value in options.items()}
        params = {'kernelSize': kernel, **renamed}
        group.case('maxPool1d', lambda x: F.max_pool1d(x, kernel, **options), lambda: [normal(*shape)],
                   params)
        for counted in (True, False):
            group.case('avgPool1d', lambda x: F.avg_pool1d(x, kernel, **options, count_include_pad=counted),
                       lambda: [normal(*shape)], {**params, 'countPadding': counted})
    for shape in ((2, 3, 5, 7), (1, 1, 1, 1), (0, 3, 4, 4)):
        group.case('globalMaxPool', lambda x: x.amax(dim=(2, 3), keepdim=True), lambda: [normal(*shape)])
    # An adaptive pool whose output divides the image is a pool with windows of that size.
    for shape, out in (((2, 3, 8, 9), (2, 3)), ((1, 2, 15, 7), (5, 1)), ((1, 1, 6, 6), (6, 6))):
        group.case('avgPool2d', lambda x: F.adaptive_avg_pool2d(x, out), lambda: [normal(*shape)],
                   {'kernelSize': [shape[2] // out[0], shape[3] // out[1]], 'countPadding': True})
    for shape in ((2, 3, 5, 7), (1, 1, 1, 1), (0, 3, 4, 4), (3, 67, 2, 3)):
        group.case('globalAvgPool', lambda x: F.adaptive_avg_pool2d(x, 1), lambda: [normal(*shape)])
    group.write()


def reductions():
    group = Group('reductions')
    grid = [((3, 5), None), ((3, 5), [0]), ((3, 5), [1]), ((2, 3, 5, 7), [0, 2, 3]), ((2, 3, 5, 7), [1, 3]),
            ((2, 131), [-1]), ((131, 3), [0]), ((4, 1, 3), [1]), ((1, 1), [0, 1]), ((), None), ((0, 3), [1]),
            ((7,), [0]), ((2, 3, 2, 3, 2), [1, -1]), ((2, 1000), [1]), ((5, 0, 2), [0])]
    functions = {'sum': torch.sum, 'mean': torch.mean, 'max': torch.amax}
    for name, function in functions.items():
        for k, (shape, axes) in enumerate(grid):
            keep = k % 2 == 1
            if axes is None:
                run = lambda x: function(x) if not keep else function(x).reshape([1] * x.dim())
            else:
                run = lambda x: function(x, dim=axes, keepdim=keep)
            params = {'keepDims': keep} if axes is None else {'axes': axes, 'keepDims': keep}
            for make in ((normal, integers) if name == 'max' else (normal,)):
                group.case(name, run, lambda: [make(*shape)], params)
    group.case('sum', lambda x: x.sum(dim=0), lambda: [normal(0, 3)], {'axes': [0], 'keepDims': False})

    for name, function in {'softmax': F.softmax, 'logSoftmax': F.log_softmax}.items():
        for shape, axis, scale in (((3, 5), -1, 1), ((3, 5), 0, 1), ((2, 3, 5, 7), 1, 1),
                                   ((2, 3, 5, 7), 2, 1), ((4, 1), -1, 1), ((131,), 0, 1), ((2, 300), 1, 1),
                                   ((0, 5), 1, 1),
                                   ((2, 3, 4), -3, 3), ((67, 3), 0, 1)):
            group.case(name, lambda x: function(x, dim=axis), lambda: [normal(*shape, scale=scale)],
                       {'axis': axis})
        # Logits whose exponential leaves every float type.
        for offset in (1000, -1000):
            group.case(name, lambda x: function(x, dim=-1), lambda: [normal(5, 10) + offset], {'axis': -1})
    group.case('logSoftmax', lambda x: F.log_softmax(x, dim=-1), lambda: [normal(5, 10, scale=40)],
               {'axis': -1})
    for n, classes, scale in ((3, 5, 1), (1, 1, 1), (7, 10, 1), (67, 47, 1), (4, 300, 1), (5, 10, 40),
                              (2, 2, 1)):
        for reduction in ('mean', 'sum', 'none'):
            group.case('crossEntropy', lambda x, t: F.cross_entropy(x, t, reduction=reduction),
                       lambda: [normal(n, classes, scale=scale), labels(n, classes=classes)],
                       {'reduction': reduction})
    for reduction in ('sum', 'none'):
        group.case('crossEntropy', lambda x, t: F.cross_entropy(x, t, reduction=reduction),
                   lambda: [normal(0, 4), labels(0, classes=4)], {'reduction': reduction})
    # Weighted classes, places that do not count, and images of labels.
    for name, function in {'crossEntropy': F.cross_entropy, 'nllLoss': F.nll_loss}.items():
        for shape, weighted, ignore in (((7, 5), True, None), ((7, 5), False, 2), ((7, 5), True, -100),
                                        ((2, 4, 3, 5), False, None), ((2, 4, 3, 5), True, 1),
                                        ((3, 10, 67), True, None), ((67, 47), True, 0)):
            for reduction in ('mean', 'sum', 'none'):
                def run(x, target, weight=None):
                    more = {} if ignore is None else {'ignore_index': ignore}
                    return function(x, target, weight, reduction=reduction, **more)

                def inputs():
                    x = normal(*shape)
                    target = labels(shape[0], *shape[2:], classes=shape[1])
                    if ignore is not None:
                        target[torch.rand(target.shape) < 0.3] = ignore
                    return [x if name == 'crossEntropy' else F.log_softmax(x, 1), target] + (
                        [positive(shape[1])] if weighted else [])

                ignored = {} if ignore is None else {'ignoreIndex': ignore}
                group.case(name, run, inputs, {'reduction': reduction, **ignored}, trained=(0,))
        group.case(name, lambda x, t, w: function(x, t, w, reduction='sum'),
                   lambda: [normal(0, 4, 3), labels(0, 3, classes=4), positive(4)], {'reduction': 'sum'},
                   trained=(0,))
    group.write()


def shapes():
    group = Group('shapes')
    for shape, to in (((3, 4), [2, 6]), ((2, 3, 4), [-1]), ((6,), [1, 2, -1]), ((), [1, 1]), ((1,), []),
                      ((0, 3), [3, 0]), ((2, 3, 5), [5, 6])):
        group.case('reshape', lambda x: x.reshape(to), lambda: [normal(*shape)], {'shape': to})
    for shape, axes in (((3, 4), [1, 0]), ((7,), [0]), ((2, 3, 5), [2, 0, 1]), ((2, 3, 5), [1, 2, 0]),
                        ((2, 3, 4, 5), [0, 2, 3, 1]), ((2, 3, 4, 5), [3, 1, 0, 2]),
                        ((1, 3, 1, 2), [2, 1, 3, 0]), ((0, 3, 2), [2, 0, 1]), ((67, 33), [1, 0]),
                        ((2, 3, 1, 2, 3, 2), [5, 0, 3, 1, 4, 2]),
                        ((), [])):
        group.case('permute', lambda x: x.permute(axes), lambda: [normal(*shape)], {'axes': axes})
    for shape, start, size in (((5,), [1], [3]), ((5,), [0], [5]), ((5,), [4], [1]), ((3, 4), [1, 0], [2, 4]),
                               ((3, 4), [0, 2], [3, 1]), ((4, 5, 6), [1, 2, 3], [2, 3, 3]),
                               ((2, 3, 4, 5), [1, 0, 1, 2], [1, 3, 2, 2]), ((0, 4), [0, 1], [0, 2]),
                               ((3, 4), [2, 1], [0, 2]), ((131, 2), [63, 1], [67, 1])):
        def narrow(x):
            for axis, (first, length) in enumerate(zip(start, size)):
                x = x.narrow(axis, first, length)
            return x
        group.case('slice', narrow, lambda: [normal(*shape)], {'start': start, 'size': size})
    for parts, axis in (([(2, 3), (4, 3)], 0), ([(2, 3), (2, 1), (2, 5)], 1), ([(3,), (1,), (67,)], -1),
                        ([(2, 3, 4, 5), (2, 2, 4, 5)], 1), ([(2, 3, 4, 5), (2, 3, 4, 1)], -1), ([(2, 3)], 0),
                        ([(0, 3), (2, 3)], 0), ([(2, 0), (2, 3), (2, 0)], 1), ([(0, 3), (0, 2)], 1),
                        ([(1, 2), (3, 2), (2, 2), (5, 2), (1, 2)], 0)):
        group.case('concat', lambda *xs: torch.cat(xs, dim=axis), lambda: [normal(*p) for p in parts],
                   {'axis': axis})
    for shape, low, high, value in (((5,), [2], [1], 0), ((5,), [0], [0], 3), ((3, 4), [0, 1], [2, 0], -1.5),
                                    ((2, 1, 3), [1, 1, 1], [1, 1, 1], 0),
                                    ((2, 3, 4, 5), [0, 0, 1, 2], [0, 0, 2, 1], 0.5),
                                    ((2, 0), [0, 1], [0, 1], 3), ((0, 2), [1, 0], [1, 1], 3),
                                    ((67, 3), [1, 0], [0, 5], 0)):
        group.case('pad', lambda x: padded(x, low, high, value), lambda: [normal(*shape)],
                   {'low': low, 'high': high, 'value': value})
    for shape, to in (((3,), [2, 3]), ((), [2, 5]), ((2, 1, 3), [2, 4, 3]), ((1, 1), [67, 3]),
                      ((1, 3), [0, 3]), ((4, 1, 5, 1), [3, 4, 2, 5, 6]), ((2, 3), [2, 3])):
        group.case('broadcastTo', lambda x: x.expand(to), lambda: [normal(*shape)], {'shape': to})
    for shape, start in (((2, 3, 4), 1), ((2, 3, 4), 0), ((0, 3, 4), 1), ((2, 3, 4, 5), 2)):
        group.case('flatten', lambda x: x.flatten(start), lambda: [normal(*shape)], {'start': start})
    group.write()


def resizing():
    group = Group('resizing')
    for shape, size in (((2, 3, 4, 5), [8, 10]), ((1, 2, 3, 3), [9, 6]), ((2, 1, 8, 6), [4, 3]), ((1, 2, 9, 6), [3, 2]),
                        ((1, 2, 5, 7), [7, 5]), ((2, 1, 7, 3), [3, 11]), ((1, 1, 1, 1), [3, 5]), ((1, 3, 7, 6), [1, 1]),
                        ((3, 2, 1, 13), [1, 131]), ((2, 1, 67, 5), [10, 5]), ((0, 2, 3, 4), [6, 2])):
        # A pixel is where its centre is: what torch calls nearest looks at corners.
        group.case('resize2d', lambda x: F.interpolate(x, size=size, mode='nearest-exact'), lambda: [normal(*shape)],
                   {'size': size, 'mode': 'nearest'})
        for corners in (False, True):
            group.case('resize2d', lambda x: F.interpolate(x, size=size, mode='bilinear', align_corners=corners),
                       lambda: [normal(*shape)], {'size': size, 'mode': 'bilinear', 'alignCorners': corners})
    group.write()


def smoothing():
    """Labels that go to all classes in part; weights count in both parts, and places that do not count in neither."""
    group = Group('smoothing')
    for shape, weighted, ignore, smooth in (((7, 5), False, None, 0.1), ((7, 5), True, None, 0.1), ((67, 10), False, 2, 0.3),
                                            ((2, 4, 3, 5), True, 1, 0.05), ((5, 47), True, None, 1.0),
                                            ((1, 2), False, None, 0.5)):
        for reduction in ('mean', 'sum', 'none'):
            def run(x, target, weight=None):
                more = {} if ignore is None else {'ignore_index': ignore}
                return F.cross_entropy(x, target, weight, reduction=reduction, label_smoothing=smooth, **more)

            def inputs():
                target = labels(shape[0], *shape[2:], classes=shape[1])
                if ignore is not None:
                    target[torch.rand(target.shape) < 0.3] = ignore
                return [normal(*shape), target] + ([positive(shape[1])] if weighted else [])

            ignored = {} if ignore is None else {'ignoreIndex': ignore}
            group.case('crossEntropy', run, inputs, {'reduction': reduction, 'labelSmoothing': smooth, **ignored},
                       trained=(0,))
    # Rows of loops and of several threads, and logits far from 0.
    for n, classes, smooth, offset in ((5, 19, 0.1, 0), (4, 300, 0.2, 0), (3, 131, 1.0, 0), (67, 10, 0.1, 1e4)):
        group.case('crossEntropy',
                   lambda x, t: F.cross_entropy(x, t, reduction='none', label_smoothing=smooth),
                   lambda: [normal(n, classes) + offset, labels(n, classes=classes)],
                   {'reduction': 'none', 'labelSmoothing': smooth}, trained=(0,))
    group.write()


def normalisation():
    group = Group('batchNorm2d')
    for shape, momentum, eps in (((2, 3, 4, 5), 0.1, 1e-5), ((1, 1, 1, 2), 0.1, 0.5),
                                 ((5, 2, 1, 1), 0.3, 1e-5), ((2, 7, 3, 3), 0.1, 1e-3),
                                 ((3, 1, 13, 11), 0.01, 1e-5), ((4, 67, 1, 2), 0.5, 1e-2)):
        features = shape[1]
        for training in (True, False):
            def run(x, weight, bias, mean, variance):
                y = F.batch_norm(x, mean, variance, weight, bias, training, momentum, eps)
                return y, mean, variance
            group.case('batchNorm2d', run,
                       lambda: [normal(*shape) * 2 + 0.5, positive(features), normal(features),
                                normal(features), positive(features)],
                       {'training': training, 'momentum': momentum, 'eps': eps}, trained=(0, 1, 2))
    group.case('batchNorm2d', lambda x, w, b, m, v: (F.batch_norm(x, m, v, w, b, False), m, v),
               lambda: [normal(0, 3, 2, 2), positive(3), normal(3), normal(3), positive(3)],
               {'training': False, 'momentum': 0.1, 'eps': 1e-5}, trained=(0, 1, 2))
    group.write()


# ---- training ----------------------------------------------------------------------------------------------

def philox(seed, stream, substream, count):
    """`count` uint32 of Philox4x32-10 (Salmon et al., 2011), as Random of engine/random.ts draws them."""
    low = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    blocks = -(-count // 4)
    c = [np.arange(blocks, dtype=np.uint64)] + [np.full(blocks, n, np.uint64) for n in (stream, substream, 0)]
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0 = c[0] * np.uint64(0xD2511F53)
        p1 = c[2] * np.uint64(0xCD9E8D57)
        c = [(p1 >> shift) ^ c[1] ^ np.uint64(k0), p1 & low, (p0 >> shift) ^ c[3] ^ np.uint64(k1), p0 & low]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack(c, axis=1).reshape(-1)[:count]


def uniform(seed, stream, substream, shape, low=0.0, high=1.0):
    """Random.uniform, rounded to float32 at the end."""
    unit = (philox(seed, stream, substream, math.prod(shape)) >> np.uint64(8)).astype('float64') * 2.0**-24
    return torch.from_numpy((low + (high - low) * unit).astype('float32').reshape(shape)).double()


INIT = 0x696E6974  # engine/nn/module.ts
ORACLE = 0x0ACE
SEED = 20231 + 5 * 2**32
CLASSES = 10
STEPS = 10


class Residual(torch.nn.Module):
    def __init__(self, layers, shortcut):
        super().__init__()
        self.layers = layers
        self.shortcut = shortcut

    def forward(self, x):
        return self.layers(x) + self.shortcut(x)


def build(model):
    """torch's layers for a model file, with the initial weights of our Context.parameter; dropout is off."""
    streams = itertools.count()

    def parameters(layer, fan_in):
        bound = 1 / math.sqrt(fan_in)
        for tensor in (layer.weight, layer.bias):
            if tensor is not None:
                tensor.data = uniform(SEED, next(streams), INIT, tuple(tensor.shape), -bound, bound)

    def sequence(specs, shape):
        """Layers for images of a shape, [channels, height, width] or [features], and the shape of what they make."""
        layers = []
        for spec in specs:
            kind = spec['type']
            if kind == 'conv2d':
                size = spec['kernelSize']
                layer = torch.nn.Conv2d(shape[0], spec['outChannels'], size, stride=spec.get('stride', 1),
                                        padding=spec.get('padding', 0), bias=spec.get('bias', True))
                parameters(layer, shape[0] * size * size)
            elif kind == 'linear':
                features = CLASSES if spec['outFeatures'] == 'classes' else spec['outFeatures']
                layer = torch.nn.Linear(shape[0], features)
                parameters(layer, shape[0])
            elif kind == 'maxPool2d':
                layer = torch.nn.MaxPool2d(spec['kernelSize'])
            elif kind == 'globalAvgPool':
                layer = torch.nn.AdaptiveAvgPool2d(1)
            elif kind == 'batchNorm2d':
                layer = torch.nn.BatchNorm2d(shape[0]).double()
            elif kind == 'flatten':
                layer = torch.nn.Flatten()
            elif kind == 'relu':
                layer = torch.nn.ReLU()
            elif kind == 'dropout':
                next(streams)  # the layer takes a stream, whether or not it draws from it
                layer = torch.nn.Dropout(0)
            elif kind == 'residual':
                inner, _ = sequence(spec['layers'], shape)
                layer = Residual(inner, sequence(spec.get('shortcut', []), shape)[0])
            # Two images, since batch norm refuses one value per channel.
            shape = tuple(layer.double()(torch.zeros(2, *shape, dtype=torch.float64)).shape[1:])
            layers.append(layer)
        return torch.nn.Sequential(*layers), shape

    built, _ = sequence(model['layers'], tuple(model['input']))
    for layer in built.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.reset_running_stats()
    return built


# Small, for the sake of software adapters; two images would be learned to a loss of 0 in ten steps.
MODEL_BATCHES = {'lenet': 5, 'cnn': 3, 'resnet': 3}
# Decays are larger than anyone would choose, so that their place in the formula shows after ten steps.
RUNS = [
    ('lenet', 'SGD', {'lr': 0.01, 'momentum': 0.9}),
    ('lenet', 'SGD', {'lr': 0.01, 'momentum': 0.9, 'nesterov': True, 'weightDecay': 0.3}),
    ('lenet', 'Adam', {'lr': 0.001}),
    ('lenet', 'Adam', {'lr': 0.001, 'betas': [0.8, 0.99], 'eps': 1e-6, 'weightDecay': 0.3}),
    ('lenet', 'AdamW', {'lr': 0.001, 'weightDecay': 0.5}),
    ('cnn', 'SGD', {'lr': 0.01, 'momentum': 0.9}),
    ('cnn', 'Adam', {'lr': 0.001}),
    ('cnn', 'AdamW', {'lr': 0.001, 'weightDecay': 0.5}),
    ('resnet', 'SGD', {'lr': 0.01, 'momentum': 0.9}),
]
TORCH_NAMES = {'weightDecay': 'weight_decay'}


def training():
    tensors = {}
    for name, batch in MODEL_BATCHES.items():
        with open(os.path.join(MODELS, name + '.json')) as file:
            model = json.load(file)
        images = uniform(SEED, 0, ORACLE, (batch, *model['input']))
        # Random.integer is Lemire's multiplication.
        words = philox(SEED, 1, ORACLE, batch)
        targets = torch.from_numpy(((words * np.uint64(CLASSES)) >> np.uint64(32)).astype('int64'))
        tensors[f'{name}:images'] = images[0, 0, 0, :8].numpy().astype('float32')
        tensors[f'{name}:labels'] = targets.numpy().astype('int32')
        first = {path: p.detach().reshape(-1) for path, p in build(model).named_parameters()}
        places = {}
        for k, (path, p) in enumerate(first.items()):
            # All of a small parameter, and up to 64 places of a large one.
            drawn = (philox(SEED, 2 + k, ORACLE, 64) * np.uint64(len(p))) >> np.uint64(32)
            places[path] = np.arange(len(p)) if len(p) <= 64 else np.unique(drawn).astype('int64')
            tensors[f'{name}:places:{path}'] = places[path].astype('int32')
            tensors[f'{name}:step0:{path}'] = p[places[path]].numpy()
        for key, (run_model, optimizer, options) in enumerate(RUNS):
            if run_model != name:
                continue
            network = build(model)
            make = getattr(torch.optim, optimizer)
            step = make(network.parameters(), **{TORCH_NAMES.get(k, k): v for k, v in options.items()})
            losses = []
            for t in range(1, STEPS + 1):
                step.zero_grad()
                loss = F.cross_entropy(network(images), targets)
                loss.backward()
                step.step()
                losses.append(loss.item())
                if t not in (1, STEPS):
                    continue
                for path, p in network.named_parameters():
                    values = p.detach().reshape(-1)
                    moved = values - first[path]
                    tensors[f'{key}:step{t}:{path}'] = values[places[path]].numpy()
                    # Sums of p and p², and those of p − p₀ and its square, in which the steps alone show.
                    sums = (values.sum(), values.square().sum(), moved.sum(), moved.square().sum())
                    tensors[f'{key}:sums{t}:{path}'] = np.array([s.item() for s in sums])
            tensors[f'{key}:losses'] = np.array(losses)
            print(name, optimizer, options, ' '.join(f'{loss:.5f}' for loss in losses))
    runs = [{'model': name, 'optimizer': optimizer, 'options': options, 'batch': MODEL_BATCHES[name]}
            for name, optimizer, options in RUNS]
    setup = {'seed': SEED, 'classes': CLASSES, 'steps': STEPS}
    write_safetensors('training', tensors, {'runs': runs, 'setup': setup})


# What pipeline/train/blend.ts draws for images of 6×6 and this seed: a share for the whole image, or the rectangle (top,
# bottom, left, right) that is the other's. lesson.test.ts holds it to these.
BLEND_SEED = 7
BLENDS = [
    {'mixup': 0.4, 'cutmix': 0, 'step': 1, 'share': 0.07133836759797982},
    {'mixup': 0, 'cutmix': 1, 'step': 2, 'box': [0, 3, 3, 6]},
    {'mixup': 1, 'cutmix': 1, 'step': 3, 'box': [1, 3, 1, 3]},
    {'mixup': 1, 'cutmix': 1, 'step': 4, 'share': 0.10498141383392305},
    {'mixup': 0, 'cutmix': 1, 'step': 5, 'box': [3, 6, 2, 6]},
]
DECAYS = [0.6, 0.999]
AVERAGED = 12


def blended(tensors):
    """Images and labels blended with the next ones: cross_entropy of probabilities, a linear model's gradients."""
    torch.manual_seed(zlib.crc32(b'blended'))
    images, target = normal(5, 1, 6, 6), labels(5, classes=3)
    weight, bias = normal(3, 36, scale=0.2), normal(3)
    for name, tensor in {'images': images, 'labels': target, 'weight': weight, 'bias': bias}.items():
        tensors[f'blend:{name}'] = tensor.numpy().astype('float32' if tensor.is_floating_point() else 'int32')
    for i, blend in enumerate(BLENDS):
        if 'box' in blend:
            top, bottom, left, right = blend['box']
            mask = torch.ones(6, 6, dtype=torch.float64)
            mask[top:bottom, left:right] = 0
        else:
            mask = torch.full((6, 6), blend['share'], dtype=torch.float64)
        share = mask.mean()
        one_hot = F.one_hot(target, 3).double()
        mixed = images * mask + images.roll(-1, 0) * (1 - mask)
        probabilities = one_hot * share + one_hot.roll(-1, 0) * (1 - share)
        inner = [weight.clone().requires_grad_(), bias.clone().requires_grad_()]
        loss = F.cross_entropy(F.linear(mixed.flatten(1), *inner), probabilities)
        tensors[f'blend{i}:images'] = mixed.numpy()
        tensors[f'blend{i}:loss'] = np.array(loss.item())
        for name, gradient in zip(('weight', 'bias'), torch.autograd.grad(loss, inner)):
            tensors[f'blend{i}:d{name}'] = gradient.numpy()


def averaged(tensors):
    """torch's AveragedModel with its buffers, whose first update copies: that is the start of a training."""
    for d, decay in enumerate(DECAYS):
        torch.manual_seed(zlib.crc32(b'averaged'))
        network = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Flatten(),
                                      torch.nn.Linear(32, 3)).double()

        def follow(average, value, steps):
            share = min(decay, (1 + int(steps)) / (10 + int(steps)))
            return share * average + (1 - share) * value

        average = torch.optim.swa_utils.AveragedModel(network, avg_fn=follow, use_buffers=True)
        for step in range(AVERAGED + 1):
            for name, tensor in network.state_dict().items():
                if name.endswith('num_batches_tracked'):
                    continue
                if step > 0:
                    tensor.copy_(tensor + normal(*tensor.shape).float().double())
                tensor.copy_(tensor.float().double())
                tensors[f'step{step}:{name}'] = tensor.numpy().astype('float32')
            average.update_parameters(network)
            for name, tensor in average.module.state_dict().items():
                if not name.endswith('num_batches_tracked'):
                    tensors[f'average{d}:step{step}:{name}'] = tensor.numpy().copy()


def lesson():
    tensors = {}
    blended(tensors)
    averaged(tensors)
    write_safetensors('lesson', tensors, {'blends': BLENDS, 'seed': BLEND_SEED, 'decays': DECAYS, 'steps': AVERAGED})
    print(f'lesson: {len(BLENDS)} blends, {len(DECAYS)} averages of {AVERAGED} steps')


if __name__ == '__main__':
    os.makedirs(FOLDER, exist_ok=True)
    elementwise()
    products()
    convolutions()
    pools()
    reductions()
    shapes()
    resizing()
    smoothing()
    normalisation()
    lesson()
    training()
