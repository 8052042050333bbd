import torch

from crossover.model.data import Data, Loaders, Samples
from crossover.model.workloads import MLP


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def counting_samples(count):
    """Samples that carry their own index, as feature and as label."""
    indices = torch.arange(count)
    return Samples(indices.unsqueeze(1).float(), indices)


def test_random_data_is_the_same_at_every_call():
    torch.manual_seed(1)
    first = Data.of(MLP, 2)
    torch.manual_seed(2)
    second = Data.of(MLP, 2)

    assert torch.equal(first.train.features, second.train.features)
    assert torch.equal(first.test.targets, second.test.targets)


def test_random_data_has_the_shape_of_its_scale():
    data = Data.of(MLP, 3)

    assert ((1000, 300), (200, 300)) == (data.train.features.shape, data.test.features.shape)
    assert {0, 1} == set(data.train.targets.tolist())


def test_training_samples_come_in_another_order_every_epoch():
    """Each epoch hands out every sample once; the order differs and can be had again from the same seed."""
    samples = counting_samples(20)

    def epochs(seed):
        loaders = Loaders.over(Data(samples, samples), 5, seeded(seed))
        return [torch.cat([labels for _, labels in loaders.train]).tolist() for _ in range(2)]

    assert [sorted(epoch) for epoch in epochs(1)] == [list(range(20))] * 2
    assert epochs(1)[0] != epochs(1)[1]
    assert epochs(1) == epochs(1)
    assert epochs(1) != epochs(2)


def test_test_samples_keep_their_order():
    samples = counting_samples(7)
    loaders = Loaders.over(Data(samples, samples), 3)

    assert [[0, 1, 2], [3, 4, 5], [6]] == [labels.tolist() for _, labels in loaders.test]


def test_a_last_smaller_batch_can_be_left_out():
    samples = counting_samples(7)
    loaders = Loaders.over(Data(samples, samples), 3, drop_last=True)

    assert [3, 3] == [len(labels) for _, labels in loaders.train]


def test_first_is_a_part_of_the_same_samples():
    data = Data.of(MLP, 1).first(30, 4)

    assert (30, 4) == (len(data.train), len(data.test))
    assert torch.equal(data.train.features, Data.of(MLP, 1).train.features[:30])
