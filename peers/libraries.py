"""The same training in the libraries that people would reach for, each set up as its own documentation does.

Each function does the work that is not timed, compiling included, and returns a function that makes a fresh network and
returns what is timed: training for the given number of epochs with a test after each. That returns the training loss of
the last epoch.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch.utils.data import RandomSampler

from crossover.model import constants
from crossover.model.data import Data, Loaders
from crossover.model.network import NeuralNetwork
from crossover.model.recipes import recipe
from crossover.model.workloads import MLP

Run = Callable[[], float]


def network_of(scale: int) -> NeuralNetwork:
    torch.manual_seed(constants.SEED)
    return NeuralNetwork.scaled(scale)


def order_of() -> torch.Generator:
    return torch.Generator().manual_seed(constants.SEED)


def crossover(name: str) -> Callable[[int, int], Callable[[], Run]]:
    """A recipe of this project, in the same form as the libraries below."""

    def prepare(scale: int, epochs: int) -> Callable[[], Run]:
        data = Data.of(MLP, scale)

        def fresh() -> Run:
            fit = recipe(name).prepare(
                network_of(scale),
                data,
                MLP,
                scale=scale,
                batch_size=constants.BATCH_SIZE,
                generator=order_of(),
            )
            return lambda: float(np.mean(fit(epochs).losses[-1]))

        return fresh

    return prepare


def jax_scan(scale: int, epochs: int) -> Callable[[], Run]:
    """JAX and optax: each epoch is one `lax.scan` under `jit`, compiled beforehand with donated buffers."""
    import jax
    import jax.numpy as jnp
    import optax

    data = Data.of(MLP, scale)
    features, labels = jnp.array(data.train.features.numpy()), jnp.array(data.train.targets.numpy())
    test_features, test_labels = jnp.array(data.test.features.numpy()), jnp.array(data.test.targets.numpy())
    optimizer = optax.sgd(MLP.learning_rate(scale))

    def initial():
        linears = [layer for layer in network_of(scale).layers if isinstance(layer, torch.nn.Linear)]
        return [
            (jnp.array(layer.weight.detach().T.numpy()), jnp.array(layer.bias.detach().numpy())) for layer in linears
        ]

    def forward(parameters, inputs):
        for weight, bias in parameters[:-1]:
            inputs = jax.nn.relu(inputs @ weight + bias)
        weight, bias = parameters[-1]
        return inputs @ weight + bias

    def mean_loss(parameters, inputs, targets):
        logits = forward(parameters, inputs)
        return optax.softmax_cross_entropy_with_integer_labels(logits, targets).mean()

    def step(carry, indices):
        parameters, state = carry
        loss, gradients = jax.value_and_grad(mean_loss)(parameters, features[indices], labels[indices])
        updates, state = optimizer.update(gradients, state, parameters)
        return (optax.apply_updates(parameters, updates), state), loss

    def epoch(parameters, state, order):
        (parameters, state), losses = jax.lax.scan(step, (parameters, state), order)
        return parameters, state, losses, (forward(parameters, test_features).argmax(axis=1) == test_labels).mean()

    shape = (len(data.train) // constants.BATCH_SIZE, constants.BATCH_SIZE)
    start = initial()
    zeros = jnp.zeros(shape, dtype=jnp.int32)
    compiled = jax.jit(epoch, donate_argnums=(0, 1)).lower(start, optimizer.init(start), zeros).compile()
    del start

    def fresh() -> Run:
        parameters = initial()
        state = optimizer.init(parameters)
        generator = order_of()
        jax.block_until_ready(parameters)

        def run() -> float:
            nonlocal parameters, state
            for _ in range(epochs):
                order = np.array(list(RandomSampler(data.train, generator=generator)), dtype=np.int32).reshape(shape)
                parameters, state, losses, accuracy = compiled(parameters, state, order)
                last, _ = np.asarray(losses).tolist(), float(accuracy)
            return float(np.mean(last))

        return run

    return fresh


def lightning(scale: int, epochs: int) -> Callable[[], Run]:
    """Lightning's Trainer, without the logger, checkpoints and progress bar that it would add."""
    import logging
    import warnings

    import lightning as lightning_library

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="lightning")
    data = Data.of(MLP, scale)
    cross_entropy = torch.nn.functional.cross_entropy

    class Module(lightning_library.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.network = network_of(scale)
            self.losses: list[torch.Tensor] = []

        def training_step(self, batch, index):
            loss = cross_entropy(self.network(batch[0]), batch[1])
            self.losses.append(loss.detach())
            return loss

        def validation_step(self, batch, index):
            self.correct = (self.network(batch[0]).argmax(dim=1) == batch[1]).sum()

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=MLP.learning_rate(scale))

    def fresh() -> Run:
        module, loaders = Module(), Loaders.over(data, constants.BATCH_SIZE, order_of())
        trainer = lightning_library.Trainer(
            max_epochs=epochs, accelerator="cpu", logger=False, enable_checkpointing=False,
            enable_progress_bar=False, enable_model_summary=False, num_sanity_val_steps=0,
        )  # fmt: skip

        def run() -> float:
            trainer.fit(module, loaders.train, loaders.test)
            return torch.stack(module.losses[-len(loaders.train) :]).mean().item()

        return run

    return fresh


def scikit_learn(scale: int, epochs: int) -> Callable[[], Run]:
    """MLPClassifier by plain gradient descent, with its own initial weights and order, because it takes neither."""
    import warnings

    from sklearn.neural_network import MLPClassifier

    warnings.filterwarnings("ignore", module="sklearn")
    data = Data.of(MLP, scale)
    features, labels = data.train.features.numpy(), data.train.targets.numpy()
    test_features, test_labels = data.test.features.numpy(), data.test.targets.numpy()

    def fresh() -> Run:
        classifier = MLPClassifier(
            (300 * scale, 200 * scale), solver="sgd", momentum=0.0, nesterovs_momentum=False, alpha=0.0,
            batch_size=constants.BATCH_SIZE, learning_rate_init=MLP.learning_rate(scale),
            random_state=constants.SEED, max_iter=1,
        )  # fmt: skip

        def run() -> float:
            for _ in range(epochs):
                classifier.partial_fit(features, labels, classes=[0, 1])
                classifier.score(test_features, test_labels)
            return float(classifier.loss_)

        return run

    return fresh


def skorch(scale: int, epochs: int) -> Callable[[], Run]:
    """Skorch's NeuralNetClassifier, testing on the given samples without printing."""
    from skorch import NeuralNetClassifier
    from skorch.helper import predefined_split

    data = Data.of(MLP, scale)

    def fresh() -> Run:
        classifier = NeuralNetClassifier(
            network_of(scale), classes=[0, 1], criterion=torch.nn.CrossEntropyLoss, optimizer=torch.optim.SGD,
            lr=MLP.learning_rate(scale), batch_size=constants.BATCH_SIZE, max_epochs=epochs, verbose=0,
            iterator_train__shuffle=True, iterator_train__generator=order_of(),
            iterator_valid__batch_size=len(data.test), train_split=predefined_split(data.test),
        ).initialize()  # fmt: skip

        def run() -> float:
            classifier.partial_fit(data.train, y=None)
            return float(classifier.history[-1, "train_loss"])

        return run

    return fresh


LIBRARIES: dict[str, Callable[[int, int], Callable[[], Run]]] = {
    "jax": jax_scan,
    "lightning": lightning,
    "scikit-learn": scikit_learn,
    "skorch": skorch,
}
