"""Opening a server's database and files, for doors, commands and tests."""

from typing import Any

from perron.entities.links import Links
from perron.entities.rerender import before_commit
from perron.entities.site import Site
from perron.kit.secrets import new_secret
from perron.kit.settings import Settings
from perron.media.places import files_of
from perron.people.viewers import Viewers
from perron.shared import Shared
from perron.shared.attempts import Attempts, ToldAttempts
from perron.store import Store
from perron.store.facts import SHARED_AS, state_first
from perron.timelines.rings import Rings


def open_site(settings: Settings) -> Site:
    """The store and what is held in memory beside it."""
    store, links = Store(settings.database_url, settings), Links(settings)
    store.before_commit = before_commit(links)
    site = Site(settings, store, links, files_of(store), Rings(), Viewers(), **shared_of(settings, store))
    if site.shared is not None:
        share(site, site.shared)
    return site


def shared_of(settings: Settings, store: Store) -> dict[str, Any]:
    """The server through which nodes share, where one is set, and what is counted there; its library is loaded only
    then."""
    if not settings.redis:
        return {} if store.sqlite else {"attempts": ToldAttempts(store)}
    from perron.shared.settled import Settled

    shared = Shared(settings.redis)
    window = Settled(shared)
    shared.beats.append(window.settle)
    return {"shared": shared, "window": window, "attempts": Attempts(shared)}


def share(site: Site, shared: Shared) -> None:
    """What is shared: wake-ups, and copies of what is held in memory."""
    from perron.shared.bell import Bell
    from perron.timelines.copies import Copies

    copies = Copies(shared, site.rings)
    site.store.wakeups = Bell(shared)
    site.rings.left_by_others = copies.find
    shared.beats.append(copies.leave)
    shared.farewells.append(copies.leave_all)


def begin_sharing(site: Site) -> None:
    """Begin to ask the shared server; what is there under the name of another database is of no concern."""
    if site.shared is not None:
        site.shared.start(site.store.write(lambda tx: state_first(tx, SHARED_AS, new_secret(12))))


def end_sharing(site: Site) -> None:
    """Leave for others what is held in memory, and ask no more."""
    if site.shared is not None:
        site.store.wakeups.stop()
        site.shared.stop()
