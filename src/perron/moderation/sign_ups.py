"""Whoever comes to join is met by what holds for the network they come from."""

from perron.kit.errors import NotAllowed
from perron.moderation.gate import Gate


def must_wait(gate: Gate, address: str) -> bool:
    """Whether somebody who joins from an address waits for a moderator in any case; refuses those who may not join."""
    severity = gate.severity(address)
    if severity in ("sign_up_block", "no_access"):
        raise NotAllowed("Nobody can join from this network at the moment.")
    return severity == "sign_up_requires_approval"
