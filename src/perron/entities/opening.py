"""Opening a server's database and files, for doors, commands and tests."""

from perron.entities.links import Links
from perron.entities.rerender import before_commit
from perron.entities.site import Site
from perron.kit.settings import Settings
from perron.media.files import files_of
from perron.people.viewers import Viewers
from perron.store import Store
from perron.timelines.rings import Rings


def open_site(settings: Settings) -> Site:
    """The store and what is held in memory beside it."""
    store, links = Store(settings.database_url, settings), Links(settings)
    store.before_commit = before_commit(links)
    return Site(settings, store, links, files_of(store), Rings(), Viewers())
