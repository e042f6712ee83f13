"""How often one address may check a code: enough for a crowd behind one router."""

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import cast

from flask import current_app

EXTENSION = "verification_pace"
A_MINUTE = 120
MOST_ADDRESSES = 10_000


class Pace:
    """A bucket of `a_minute` checks for each address, filled evenly; kept by this process alone."""

    def __init__(self, a_minute: int = A_MINUTE, most_addresses: int = MOST_ADDRESSES) -> None:
        self._a_minute = a_minute
        self._most_addresses = most_addresses
        self._lock = Lock()
        # Address -> (checks left, when that was counted); the longest unseen comes first.
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def allows(self, address: str, now: datetime) -> bool:
        """Take one check for an address; False when it has none left."""
        with self._lock:
            left, counted_at = self._buckets.pop(address, (float(self._a_minute), now))
            seconds = max(0.0, (now - counted_at).total_seconds())
            left = min(float(self._a_minute), left + seconds * self._a_minute / 60)
            is_allowed = left >= 1
            self._buckets[address] = (left - 1 if is_allowed else left, now)
            while len(self._buckets) > self._most_addresses:
                self._buckets.popitem(last=False)
            return is_allowed


def allows(address: str, now: datetime) -> bool:
    pace = cast("Pace", current_app.extensions.setdefault(EXTENSION, Pace()))
    return pace.allows(address, now)
