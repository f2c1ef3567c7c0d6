"""What holds for networks, in memory: asked at every request, and kept current by the changes that every process hears.

On a server that has decided nothing about any network, asking costs a look at an empty tuple.
"""

from perron.kit.addresses import Network, networks_of, read_address
from perron.kit.time import now
from perron.moderation.networks import SEVERITIES, ip_blocks_in_force
from perron.store import Db

Held = tuple[Network, str, int | None]


class Gate:
    """The networks about which something was decided. `shut`: those that are not answered at all."""

    def __init__(self) -> None:
        self.shut: tuple[Held, ...] = ()
        self._all: tuple[Held, ...] = ()

    def refresh(self, db: Db) -> None:
        """Take over what holds now."""
        found = ip_blocks_in_force(db)
        networks = networks_of(tuple(one.network for one in found))
        self._all = tuple(
            zip(networks, (one.severity for one in found), (one.expires_at for one in found), strict=True)
        )
        self.shut = tuple(held for held in self._all if held[1] == "no_access")

    def refuses(self, address: str) -> bool:
        """Whether nobody at this address is answered."""
        return bool(self.shut) and self._strictest(address, self.shut) == "no_access"

    def severity(self, address: str) -> str:
        """The strictest of what holds for an address; "" when nothing does."""
        return self._strictest(address, self._all) if self._all else ""

    def _strictest(self, address: str, among: tuple[Held, ...]) -> str:
        """One address lies in few networks: those that are listed are looked through."""
        found = read_address(address)
        if found is None:
            return ""
        at = now()
        holding = [
            severity
            for network, severity, until in among
            if found.version == network.version and found in network and (until is None or until > at)
        ]
        return max(holding, key=SEVERITIES.index, default="")
