"""Damage done to files on their way: flips, cuts, swaps, duplicates, strays."""

import random
from collections.abc import Callable

_STRAYS = (b'\r\n', b'\n', b'\r', b'\x1a', b'\x00', b' ', b'\xef\xbb\xbf', b'9', b'\x81', b'0')


def _flip(rng: random.Random, data: bytearray, size: int) -> None:
    for _ in range(rng.choice((1, 1, 2, 5))):
        data[rng.randrange(len(data))] = rng.randrange(256)


def _digit(rng: random.Random, data: bytearray, size: int) -> None:
    places = [at for at in rng.choices(range(len(data)), k=50) if data[at] in b'0123456789']
    for at in places[:1]:
        data[at] = rng.choice(b'0123456789')


def _cut(rng: random.Random, data: bytearray, size: int) -> None:
    del data[rng.randrange(len(data)):]


def _lose(rng: random.Random, data: bytearray, size: int) -> None:
    start = rng.randrange(len(data))
    del data[start:start + rng.choice((1, 2, size, rng.randint(1, 3 * size)))]


def _insert(rng: random.Random, data: bytearray, size: int) -> None:
    at = rng.randrange(len(data) + 1)
    data[at:at] = rng.choice(_STRAYS)


def _append(rng: random.Random, data: bytearray, size: int) -> None:
    data += rng.choice((*_STRAYS, bytes(data)))


def _swap(rng: random.Random, data: bytearray, size: int) -> None:
    one, two = (size * rng.randrange(len(data) // size) for _ in 'ab')
    data[one:one + size], data[two:two + size] = data[two:two + size], data[one:one + size]


def _double(rng: random.Random, data: bytearray, size: int) -> None:
    at = size * rng.randrange(len(data) // size)
    data[at:at] = data[at:at + size]


def _drop(rng: random.Random, data: bytearray, size: int) -> None:
    at = size * rng.randrange(len(data) // size)
    del data[at:at + size]


def _noise(rng: random.Random, data: bytearray, size: int) -> None:
    data[:] = rng.randbytes(rng.randrange(len(data)))


MUTATIONS: tuple[Callable, ...] = (
    _flip, _flip, _digit, _digit, _cut, _lose, _insert, _append, _swap, _double, _drop, _noise)


def mutate(rng: random.Random, data: bytes, size: int) -> bytes:
    """Return the data damaged in one way, sometimes two; size is that of a record on the wire."""
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2))):
        if len(damaged) >= size:
            rng.choice(MUTATIONS)(rng, damaged, size)
    return bytes(damaged)
