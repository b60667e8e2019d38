"""Times convolutions and their gradients in PyTorch: cuDNN, float32 without TF32, the fastest algorithm it finds.

Reads a JSON list of cases on stdin (see ConvCase in python.ts), prints a line of JSON for each as it is measured.
"""

import argparse
import json
import sys
import time

READINGS = 5
READING_S = 0.03


def work_of(torch, case, device):
    """A function that does one case."""
    functional = torch.nn.functional
    x, w, g = (torch.rand(case[name], device=device) * 2 - 1 for name in "xwy")
    bias = torch.rand(case["w"][0], device=device)
    kernel = case["w"][2:]
    # Pooling comes after: the image that the convolution makes is twice as large.
    made = [size * (2 if case["pool"] else 1) for size in case["y"][2:]]
    padding = [(out - size + k - 1) // 2 for out, size, k in zip(made, case["x"][2:], kernel)]

    def forward():
        y = functional.conv2d(x, w, bias, padding=padding)
        if case["relu"]:
            y = functional.relu_(y)
        return functional.max_pool2d(y, 2) if case["pool"] else y

    def backward():
        mask = [case["kind"] == "inputGrad", case["kind"] == "weightGrad", False]
        ones, zeros = [1, 1], [0, 0]
        return torch.ops.aten.convolution_backward(g, x, w, None, ones, padding, ones, False, zeros, 1, mask)

    return forward if case["kind"] == "forward" else backward


def median_ms(run, finish):
    """Milliseconds of one `run`: the median over readings of many of them."""

    def reading(times):
        finish()
        start = time.perf_counter()
        for _ in range(times):
            run()
        finish()
        return time.perf_counter() - start

    times, taken = 1, reading(1)
    while taken < READING_S / 2:
        times = max(times + 1, int(times * min(8, READING_S / max(taken, 1e-6))))
        taken = reading(times)
    return sorted(reading(times) for _ in range(READINGS))[READINGS // 2] / times * 1000


def measure(torch, case, device):
    work = work_of(torch, case, device)
    cuda = device == "cuda"
    finish = torch.cuda.synchronize if cuda else lambda: None
    for _ in range(3):
        work()
    eager = median_ms(work, finish)
    if not cuda:
        return {"name": case["name"], "ms": eager, "graph": False, "eagerMs": eager}
    # As inkgrad's captured steps: several launches that are submitted together.
    repeats = max(1, min(50, round(2 / eager)))
    try:
        graph = torch.cuda.CUDAGraph()
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            work()
        torch.cuda.current_stream().wait_stream(stream)
        with torch.cuda.graph(graph):
            for _ in range(repeats):
                work()
        captured = median_ms(graph.replay, finish) / repeats
    except RuntimeError:
        return {"name": case["name"], "ms": eager, "graph": False, "eagerMs": eager}
    return {"name": case["name"], "ms": min(captured, eager), "graph": captured <= eager, "eagerMs": eager}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--device", default="cuda")
    device = parser.parse_args().device
    import torch

    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(1)
    torch.zeros(1, device=device)
    with torch.no_grad():
        for case in json.loads(sys.stdin.read()):
            try:
                result = measure(torch, case, device)
            except Exception as error:  # the others can still be measured
                result = {"name": case["name"], "error": str(error).split("\n")[0]}
            print(json.dumps(result), flush=True)


main()
