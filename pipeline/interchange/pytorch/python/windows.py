"""Windows that torch.nn has no module for: padding of its own on each side, and means whose taps lie apart.

`sides` are left, right, top and bottom, in the order of torch.nn.functional.pad.
"""
import torch
import torch.nn.functional as F
from torch import nn


class PaddedConv2d(nn.Conv2d):
    def __init__(self, *args, sides, **options):
        super().__init__(*args, **options)
        self.sides = sides

    def forward(self, x):
        return super().forward(F.pad(x, self.sides))


class PaddedMaxPool2d(nn.MaxPool2d):
    """Padding never wins."""

    def __init__(self, *args, sides, **options):
        super().__init__(*args, **options)
        self.sides = sides

    def forward(self, x):
        return super().forward(F.pad(x, self.sides, value=float('-inf')))


class WindowMeans(nn.Module):
    """The mean of each window; without count_include_pad that of the pixels inside the image.

    `overhang` are rows and columns past the padding that a last window reaches into; they never count.
    """

    def __init__(self, kernel_size, stride, sides, dilation, count_include_pad, overhang=(0, 0)):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride
        self.sides = sides
        self.dilation = dilation
        self.count_include_pad = count_include_pad
        self.overhang = overhang

    def sums(self, padded):
        channels = padded.shape[1]
        ones = padded.new_ones(channels, 1, *self.kernel_size)
        whole = F.pad(padded, (0, self.overhang[1], 0, self.overhang[0]))
        return F.conv2d(whole, ones, stride=self.stride, dilation=self.dilation, groups=channels)

    def forward(self, x):
        counted = F.pad(torch.ones_like(x[:1]), self.sides, value=float(self.count_include_pad))
        return self.sums(F.pad(x, self.sides)) / self.sums(counted).clamp(min=1)
