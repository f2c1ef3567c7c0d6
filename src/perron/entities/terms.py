"""The terms of service as clients read them: there are some where the owner has written them."""

from perron.entities.links import Links
from perron.entities.shapes.terms import TermsOfService
from perron.kit.settings import Settings
from perron.kit.time import SECOND, iso_day, now
from perron.moderation.settings import decided
from perron.store import Db
from perron.text.html import to_html
from perron.text.reading import read


def terms_of_service(settings: Settings, links: Links, db: Db) -> TermsOfService | None:
    """The terms of today, and since when they hold: the day they were decided on, or that their file was written."""
    if not settings.terms:
        return None
    return {
        "effective_date": iso_day(_since(settings, db)),
        "effective": True,
        "content": to_html(read(settings.terms), people={}, tag_url=links.tag_prefix),
        "succeeded_by": None,
    }


def _since(settings: Settings, db: Db) -> int:
    if (here := decided(db).get("terms")) is not None:
        return here.at
    try:
        return int((settings.data / "perron.toml").stat().st_mtime * SECOND)
    except OSError:
        return now()
