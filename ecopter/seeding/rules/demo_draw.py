"""Drawing by lot the same way every time and on every machine."""

import hashlib
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A lot drawn from a seed and the name of what is drawn: no lot depends on another one."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def below(self, limit: int, *name: object) -> int:
        """A whole number from 0 to `limit` - 1."""
        return self._number(name) % limit

    def happens(self, share: int, *name: object) -> bool:
        """True in `share` of a hundred cases."""
        return self.below(100, *name) < share

    def one_of(self, items: Iterable[T], *name: object) -> T:
        choice = tuple(items)
        return choice[self.below(len(choice), *name)]

    def shuffled(self, items: Iterable[T], *name: object) -> list[T]:
        return sorted(items, key=lambda item: self._number((*name, item)))

    def _number(self, name: Iterable[object]) -> int:
        text = "/".join([self._seed, *(str(part) for part in name)])
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
