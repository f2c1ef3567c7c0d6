"""What every door needs of the server it belongs to."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from perron.entities.links import Links
from perron.kit.gathered import Gathered
from perron.kit.limits import Window
from perron.kit.saturation import Saturation
from perron.kit.settings import Settings
from perron.kit.time import now
from perron.kit.turns import Turns
from perron.media.files import Files
from perron.moderation.gate import Gate
from perron.moderation.settings import in_force
from perron.people.viewers import Viewers
from perron.shared.attempts import Attempts
from perron.store import Db, Store
from perron.timelines.rings import Rings

if TYPE_CHECKING:
    from perron.shared import Shared


@dataclass(frozen=True, slots=True)
class Site:
    """One running server: its settings and what it holds in memory. `given`: settings as file and environment say."""

    given: Settings
    store: Store
    links: Links
    files: Files
    rings: Rings
    viewers: Viewers
    gate: Gate = field(default_factory=Gate)
    opened: int = field(default_factory=now)
    saturation: Saturation = field(default_factory=Saturation)
    writing: Turns = field(default_factory=Turns)
    """Turns of accounts at the writer, so that nobody's flood delays others."""
    uploading: Turns = field(default_factory=lambda: Turns(at_once=4))
    """The same for files that are being sent."""
    window: Window = field(default_factory=Window)
    """How often somebody has asked for something."""
    attempts: Attempts = field(default_factory=Attempts)
    """How often somebody has tried to come in."""
    readings: Gathered[Any] = field(default_factory=Gathered)
    """What was read of stories and is not written down yet (`web/stories/counted.py`)."""
    shared: "Shared | None" = None
    """What nodes share beside the database, where a server for that is set."""

    @property
    def settings(self) -> Settings:
        """The settings in force. They change while the server runs: ask again rather than keep them."""
        return self.store.settings

    def refresh(self, db: Db) -> None:
        """Take over what was decided on pages, here or in another process."""
        self.store.settings = in_force(db, self.given)
        self.gate.refresh(db)
        db.forget()  # pages that were kept between the commit and this moment
