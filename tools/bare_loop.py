"""The training loop in a script of its own, without pytest and without this project.

`overhead.py` starts it to see whether the suite slows the loop down. Each line on standard input starts a round; the
answer is how many seconds it took.
"""

import sys
import time

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset


class Samples(Dataset):  # type: ignore[type-arg]
    def __init__(self, features: torch.Tensor, labels: torch.Tensor) -> None:
        self.features = features
        self.labels = labels

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.features[index], self.labels[index]

    def __len__(self) -> int:
        return len(self.labels)


class Network(torch.nn.Module):
    def __init__(self, scale: int) -> None:
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(100 * scale, 300 * scale),
            torch.nn.ReLU(),
            torch.nn.Linear(300 * scale, 200 * scale),
            torch.nn.ReLU(),
            torch.nn.Linear(200 * scale, 2),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)  # type: ignore[no-any-return]


def main(scale: int, epochs: int) -> None:
    device = torch.device("cpu")
    torch.empty(2**25 - 2**16, dtype=torch.uint8)  # puts the heap into the state of memory.settle_allocator
    torch.manual_seed(123)
    train = DataLoader(Samples(torch.randn(1000, 100 * scale), torch.randint(0, 2, (1000,))), 10, shuffle=True)
    test = DataLoader(Samples(torch.randn(200, 100 * scale), torch.randint(0, 2, (200,))), 10)

    for _ in sys.stdin:
        network = Network(scale)
        optimizer = torch.optim.SGD(network.parameters(), lr=0.5 / scale)
        start = time.perf_counter()
        for _ in range(epochs):
            network.train()
            for x, y in train:
                x, y = x.to(device), y.to(device)
                loss = F.cross_entropy(network(x), y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                loss.item()
            network.eval()
            correct = torch.tensor(0)
            for x, y in test:
                x, y = x.to(device), y.to(device)
                with torch.no_grad():
                    correct += (network(x).argmax(dim=1) == y).sum()
            correct.item()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main(scale=int(sys.argv[1]), epochs=int(sys.argv[2]))
