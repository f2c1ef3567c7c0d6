"""What every door needs of the server it belongs to."""

from dataclasses import dataclass

from perron.entities.links import Links
from perron.kit.settings import Settings
from perron.media.files import Files
from perron.people.viewers import Viewers
from perron.store import Store
from perron.timelines.rings import Rings


@dataclass(frozen=True, slots=True)
class Site:
    """One running server: its settings and what it holds in memory."""

    settings: Settings
    store: Store
    links: Links
    files: Files
    rings: Rings
    viewers: Viewers
