"""What the machines are, and how many of each kind there are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine as one rents it. `speed` is a core's speed against the one on which costs were measured."""

    cores: int = 16
    memory_gib: float = 64.0
    disk_tib: float = 4.0
    speed: float = 1.0

    @property
    def power(self) -> float:
        """CPU milliseconds it gives in a second."""
        return self.cores * 1000.0 * self.speed


@dataclass(frozen=True, slots=True)
class Fleet:
    """How many machines of each kind."""

    web: int
    worker: int
    shards: int
    """Databases that each hold a part of the accounts: primary machines."""
    replicas: int
    """Reading copies, all shards together."""
    cache: int

    @property
    def machines(self) -> int:
        """All together, a standby for each shard included."""
        return self.web + self.worker + 2 * self.shards + self.replicas + self.cache
