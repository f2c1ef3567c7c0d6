"""What holds for networks, in memory: asked at every request, and kept current by the changes that every process hears.

On a server that has decided nothing about any network, asking costs a look at an empty dict. Else an address is looked
up once for each length of prefix among the networks, however many there are.
"""

from collections.abc import Iterable

from perron.kit.addresses import read_address
from perron.kit.time import now
from perron.moderation.networks import SEVERITIES, IpBlock, ip_blocks_in_force, read_network
from perron.store import Db

Held = dict[tuple[int, int], dict[int, tuple[str, int | None]]]
"""What holds, and until when, by the first bits of an address; in turn by version and by how many bits are left out."""

RANKS = {severity: rank for rank, severity in enumerate(("", *SEVERITIES))}


class Gate:
    """The networks about which something was decided. `shut`: those that are not answered at all."""

    def __init__(self) -> None:
        self.shut: Held = {}
        self._all: Held = {}

    def refresh(self, db: Db) -> None:
        """Take over what holds now."""
        self.hold(ip_blocks_in_force(db))

    def hold(self, found: Iterable[IpBlock]) -> None:
        """Hold these, and nothing else."""
        kept = [*found]
        self._all, self.shut = _held(kept), _held([one for one in kept if one.severity == "no_access"])

    def refuses(self, address: str) -> bool:
        """Whether nobody at this address is answered."""
        return bool(self.shut) and bool(_strictest(address, self.shut))

    def severity(self, address: str) -> str:
        """The strictest of what holds for an address; "" when nothing does."""
        return _strictest(address, self._all) if self._all else ""


def _held(found: list[IpBlock]) -> Held:
    held: Held = {}
    for one in found:
        network = read_network(one.network)
        left_out = network.max_prefixlen - network.prefixlen
        by_start = held.setdefault((network.version, left_out), {})
        by_start[int(network.network_address) >> left_out] = (one.severity, one.expires_at)
    return held


def _strictest(address: str, held: Held) -> str:
    found = read_address(address)
    if found is None:
        return ""
    version, number, at, strictest = found.version, int(found), now(), ""
    for (of_version, left_out), by_start in held.items():
        if of_version != version:
            continue
        severity, until = by_start.get(number >> left_out, ("", None))
        if severity and (until is None or until > at) and RANKS[severity] > RANKS[strictest]:
            strictest = severity
    return strictest
