"""Pictures of other servers, taken in because somebody asked for it: by the guarded client, one at a time, where
keeping them is not forbidden."""

from urllib.parse import urlsplit

from perron.kit.errors import Invalid, NotAllowed, Unavailable
from perron.kit.hosts import PutOff
from perron.kit.settings import Settings
from perron.media.upload import Accepted, accept, drop
from perron.press.from_storify import is_meta
from perron.press.letters import is_web

PATIENCE = 10.0


def picture_from(url: str, settings: Settings) -> Accepted:
    """A picture that lies on another server, taken in. It waits for that server: never within a transaction."""
    if not is_web(url) or is_meta(url):
        raise NotAllowed("Pictures of this site are not to be kept.")
    from perron.kit.outside import Unreachable, fetch  # here, so that a server that asks nobody starts without it

    try:
        told = fetch(
            "GET",
            url,
            headers={"accept": "image/*"},
            allow=settings.outside_allow,
            most_bytes=settings.image_max_bytes,
            deadline=PATIENCE,
        )
    except (Unreachable, PutOff):
        told = None
    if told is None or told.status != 200:
        raise Unavailable("The server of this picture did not answer as it should.")
    return picture_of(told.body, settings)


def picture_of(data: bytes, settings: Settings) -> Accepted:
    """A picture, taken in; what moves or sounds is none."""
    made = accept(data, declared=None, settings=settings)
    if made.kind != "image":
        drop(made, settings=settings)
        raise Invalid("A photo is a picture that could be read.")
    return made


def site_of(url: str) -> str:
    """Where a picture is from, for a credit that nobody gave."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
