"""Layers whose output is added to their input, which torch.nn has no module for."""
from torch import nn


class Residual(nn.Module):
    """layers(x) + shortcut(x), and without a shortcut layers(x) + x."""

    def __init__(self, layers, shortcut=()):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.shortcut = nn.Sequential(*shortcut)

    def forward(self, x):
        return self.layers(x) + self.shortcut(x)
