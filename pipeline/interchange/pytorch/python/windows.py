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
    """The mean of each window; without count_include_pad that of the pixels inside the image."""

    def __init__(self, kernel_size, stride, sides, dilation, count_include_pad):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = stride
        self.sides = sides
        self.dilation = dilation
        self.count_include_pad = count_include_pad

    def sums(self, x):
        channels = x.shape[1]
        ones = x.new_ones(channels, 1, *self.kernel_size)
        padded = F.pad(x, self.sides)
        return F.conv2d(padded, ones, stride=self.stride, dilation=self.dilation, groups=channels)

    def forward(self, x):
        if self.count_include_pad:
            return self.sums(x) / (self.kernel_size[0] * self.kernel_size[1])
        return self.sums(x) / self.sums(torch.ones_like(x[:1])).clamp(min=1)
