"""The PyTorch worker: see protocol.mjs for the protocol."""

import argparse
import json
import math
import os
import sys
import time

PARAMETERS = {"lenet": 105_194, "cnn": 1_199_882}
SIZE, CLASSES, WARM_UP = 28, 10, 3


def say(message):
    print(json.dumps(message), flush=True)


def build(torch, name):
    """inkgrad's own model file as PyTorch layers; both have the same names for sizes and the same layouts."""
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "../../pipeline/model", name + ".json"), encoding="utf-8") as file:
        layers = json.load(file)["layers"]
    nn = torch.nn
    makers = {
        "conv2d": lambda o: nn.LazyConv2d(o["outChannels"], o["kernelSize"], padding=o.get("padding", 0)),
        "relu": lambda o: nn.ReLU(),
        "maxPool2d": lambda o: nn.MaxPool2d(o["kernelSize"]),
        "dropout": lambda o: nn.Dropout(o["p"]),
        "flatten": lambda o: nn.Flatten(),
        "linear": lambda o: nn.LazyLinear(CLASSES if o["outFeatures"] == "classes" else o["outFeatures"]),
    }
    return nn.Sequential(*(makers[layer["type"]](layer) for layer in layers))


def make(options):
    """Returns what to say of this worker, and a function that does some steps and returns the loss."""
    if options.threads is not None:
        # OpenBLAS, where PyTorch is built on it, has threads of its own and asks when it is loaded.
        os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)
    if options.backend == "cpu-passive":
        # Threads that sleep while they wait: spinning, on a busy machine, takes the core from the thread waited for.
        os.environ["OMP_WAIT_POLICY"] = "passive"
    import torch

    if options.threads is not None:
        torch.set_num_threads(options.threads)

    device = options.backend.split("-")[0]
    if device == "cuda":
        if not torch.cuda.is_available():
            raise RuntimeError(f"PyTorch {torch.__version__} finds no CUDA device")
        tf32 = options.backend == "cuda-tf32"
        torch.backends.cuda.matmul.allow_tf32 = tf32
        torch.backends.cudnn.allow_tf32 = tf32
        torch.backends.cudnn.benchmark = True

    torch.manual_seed(1)
    images = torch.rand(options.batch, 1, SIZE, SIZE).to(device)
    labels = torch.randint(CLASSES, (options.batch,)).to(device)
    model = build(torch, options.model).to(device)
    model(images)  # gives the lazy layers their shapes
    count = sum(p.numel() for p in model.parameters())
    if count != PARAMETERS[options.model]:
        raise RuntimeError(f"{count} parameters; expected {PARAMETERS[options.model]}")

    entropy = torch.nn.functional.cross_entropy
    fused = {"fused": True} if device == "cuda" else {}
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, **fused)

    def train(steps):
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=True)
            loss = entropy(model(images), labels)
            loss.backward()
            optimizer.step()
        if device == "cuda":
            torch.cuda.synchronize()
        return loss.item()

    def infer(steps):
        with torch.inference_mode():
            for _ in range(steps):
                logits = model(images)
            return entropy(logits.cpu(), labels.cpu()).item()

    training = options.work == "train"
    model.train(training)
    threads = torch.get_num_threads()
    adapter = f"cpu, {threads} thread{'' if threads == 1 else 's'}"
    if device == "cuda":
        adapter = f"cuda {torch.cuda.get_device_name()}"
    about = {"name": f"torch-{options.backend}", "version": torch.__version__, "adapter": adapter}
    return about, train if training else infer


def timed(run, steps):
    start = time.perf_counter()
    loss = run(steps)
    if not math.isfinite(loss):
        raise RuntimeError(f"the loss became {loss}")
    return {"steps": steps, "ms": (time.perf_counter() - start) * 1000, "loss": loss}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", default="lenet")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--work", default="train")
    parser.add_argument("--backend", default="cpu")
    parser.add_argument("--threads", type=int, help="PyTorch's own choice when left out")
    try:
        about, run = make(parser.parse_args())
        for _ in range(WARM_UP):
            timed(run, 1)
        say({"ready": True, **about})
        for line in sys.stdin:
            words = line.split()
            if words == ["quit"]:
                break
            say(timed(run, int(words[1])))
    except Exception as error:  # whatever it was, the report shall have it
        say({"error": str(error).split("\n")[0]})
        raise SystemExit(1) from error


main()
