"""Trains on from weights.safetensors with PyTorch's DistributedDataParallel.

    torchrun --nproc_per_node 2 train_ddp.py --images train-images-idx3-ubyte.gz --labels train-labels-idx1-ubyte.gz

Each process has its part of each epoch, on a GPU of its own (nccl) or on processor cores (gloo); more machines take
torchrun's --nnodes and --rdzv_endpoint. Images are prepared ones (images.py says what those are), labels are places in the
list of classes in recipe.json. What comes out has the form of weights.safetensors: load(OUT) of model.py reads it, and
`inkgrad import OUT` makes a checkpoint of it.
"""
import argparse
import os
from pathlib import Path

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.data.distributed import DistributedSampler

from images import normalise, read_images, read_labels
from model import load
from weights import read_metadata, write_weights

HERE = Path(__file__).parent


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--images', required=True, help='an IDX or .npy file of prepared images')
    parser.add_argument('--labels', required=True, help='an IDX or .npy file of their labels')
    parser.add_argument('--weights', default=HERE / 'weights.safetensors', help='where to start from')
    parser.add_argument('--out', default='trained.safetensors', help='where the weights go')
    parser.add_argument('--epochs', type=int, default=1)
    parser.add_argument('--batch', type=int, default=64, help='images of one process in a step')
    parser.add_argument('--lr', type=float, default=1e-4)
    parser.add_argument('--seed', type=int, default=1)
    return parser.parse_args()


def train(args, device):
    model = load(args.weights).to(device).train()
    if device.type == 'cuda':
        # Running averages over all processes; on processor cores each takes those of its own batches.
        model = nn.SyncBatchNorm.convert_sync_batchnorm(model)
    parallel = nn.parallel.DistributedDataParallel(model)
    data = TensorDataset(normalise(read_images(args.images)), read_labels(args.labels))
    sampler = DistributedSampler(data, seed=args.seed)
    loader = DataLoader(data, batch_size=args.batch, sampler=sampler)
    optimizer = torch.optim.Adam(parallel.parameters(), lr=args.lr)
    for epoch in range(1, args.epochs + 1):
        sampler.set_epoch(epoch)
        # loss, right answers, images
        sums = torch.zeros(3, device=device)
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = parallel(images)
            loss = F.cross_entropy(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            right = (logits.detach().argmax(1) == labels).sum()
            sums += torch.stack([loss.detach() * len(labels), right.float(), sums.new_tensor(len(labels))])
        dist.all_reduce(sums)
        if dist.get_rank() == 0:
            loss, right, count = sums.tolist()
            print(f'epoch {epoch}: loss {loss / count:.4f}, accuracy {100 * right / count:.2f} %', flush=True)
    return model


def main():
    args = parse()
    is_cuda = torch.cuda.is_available()
    dist.init_process_group('nccl' if is_cuda else 'gloo')
    device = torch.device('cuda', int(os.environ['LOCAL_RANK'])) if is_cuda else torch.device('cpu')
    if is_cuda:
        torch.cuda.set_device(device)
    torch.manual_seed(args.seed + dist.get_rank())
    model = train(args, device)
    if dist.get_rank() == 0:
        metadata = read_metadata(args.weights)
        # It was fitted to the weights from before.
        metadata.pop('inkgrad.temperature', None)
        write_weights(args.out, model.state_dict(), metadata)
        print(f'weights in {args.out}', flush=True)
    dist.barrier()
    dist.destroy_process_group()


if __name__ == '__main__':
    main()
