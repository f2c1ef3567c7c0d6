"""How much more there is to do than time: one number, measured, which everybody may look at."""

from dataclasses import dataclass


@dataclass(slots=True)
class Saturation:
    """`pressure` is 0 while everything is answered at once, and 1 when hardly anything can be; what is between says
    how much has to be left out. `lag`: seconds that a request waits before it is looked at."""

    pressure: float = 0.0
    lag: float = 0.0
    refused: int = 0
    """Requests that were refused because of it since the start."""
    kept: int = 0
    """Requests that were answered with what had been made for somebody else."""
