"""Sponsors: who pays for some posts reads what became of them, and of nothing else, by a link that can be ended."""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.people.may import ACT, LOOK, may
from perron.people.members import role_of
from perron.posts.ties import SPONSOR as PAID
from perron.store import Db, Prepared, Tx, among, const, insert_new
from perron.store.paging import NEWEST
from perron.store.tables import posts, sponsors
from perron.suite.teams.journal import note
from perron.suite.teams.links import SPONSOR, Link, end_link, end_links, find_link, give_link
from perron.suite.teams.model import Organisation, Sponsor
from perron.suite.teams.organise import within
from perron.suite.teams.queries import brands_of

MOST, PAGE, LONGEST_NAME = 300, 40, 80
_COLUMNS = tuple(sponsors.c[name] for name in Sponsor._fields)
_ADD = insert_new(sponsors, *Sponsor._fields)
_ALL = Prepared(
    select(*_COLUMNS)
    .where(sponsors.c.organisation_id == bindparam("of_organisation"))
    .order_by(sponsors.c.name, sponsors.c.id)
)
_STORED = Prepared(select(*_COLUMNS).where(sponsors.c.id == bindparam("wanted")))
_REMOVE = Prepared(delete(sponsors).where(sponsors.c.id == bindparam("wanted")))
_TIED = (
    among(posts.c.author_id),
    posts.c.tied_to == bindparam("of_name"),
    posts.c.tie == const(PAID),
    posts.c.visibility.in_((const("public"), const("unlisted"))),
)
_PAGE = Prepared(
    select(posts.c.id).where(*_TIED, posts.c.id < bindparam("below")).order_by(posts.c.id.desc()).limit(PAGE)
)
_SUMS = Prepared(
    select(
        func.count(),
        func.coalesce(func.sum(posts.c.favourites_count), 0),
        func.coalesce(func.sum(posts.c.boosts_count), 0),
        func.coalesce(func.sum(posts.c.replies_count), 0),
        func.coalesce(func.sum(posts.c.quotes_count), 0),
    ).where(*_TIED)
)


class Figures(NamedTuple):
    """What became of some posts."""

    posts: int
    favourites: int
    boosts: int
    replies: int
    quotes: int


def _deciding(db: Db, user_id: int, organisation_id: int, act: str) -> Organisation:
    """An organisation for a brand of which somebody may do this kind of act."""
    organisation = within(db, user_id, organisation_id)
    if not any(may(role_of(db, user_id, one.account_id), act) for one in brands_of(db, organisation.id)):
        raise NotFound
    return organisation


def add_sponsor(tx: Tx, user_id: int, organisation_id: int, name: str, url: str = "") -> int:
    """Note who pays for posts, under the name that their disclosures bear."""
    organisation = _deciding(tx, user_id, organisation_id, ACT)
    name, url = " ".join(name.replace("\x00", "").split()), url.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("A sponsor has a name of 1 to 80 characters.")
    if url and (len(url) > 500 or not url.startswith(("https://", "http://")) or any(map(str.isspace, url))):
        raise Invalid("The address in a disclosure begins with https:// and has at most 500 characters.")
    if len(_all(tx, organisation.id)) >= MOST:
        raise Invalid("There are three hundred sponsors already. Take one out first.")
    one = Sponsor(new_id(), organisation.id, name, url)
    if not tx.run(_ADD, **one._asdict()):
        raise Invalid("A sponsor of this name is there already.")
    note(tx, organisation.id, user_id, "add_sponsor", label=name)
    return one.id


def _all(db: Db, organisation_id: int) -> list[Sponsor]:
    return [Sponsor(*row) for row in db.all(_ALL, of_organisation=organisation_id)]


def sponsors_of(db: Db, user_id: int, organisation_id: int) -> list[Sponsor]:
    """Who pays for posts of an organisation, by name."""
    return _all(db, _deciding(db, user_id, organisation_id, LOOK).id)


def find_sponsor(db: Db, user_id: int, sponsor_id: int, act: str = LOOK) -> Sponsor:
    """A sponsor, for those who work for a brand of the organisation."""
    row = db.one(_STORED, wanted=sponsor_id)
    if row is None:
        raise NotFound
    one = Sponsor(*row)
    _deciding(db, user_id, one.organisation_id, act)
    return one


def remove_sponsor(tx: Tx, user_id: int, sponsor_id: int) -> None:
    """Forget a sponsor and its links; what its posts disclose stays."""
    one = find_sponsor(tx, user_id, sponsor_id, ACT)
    end_links(tx, SPONSOR, one.id)
    tx.run(_REMOVE, wanted=one.id)
    note(tx, one.organisation_id, user_id, "remove_sponsor", label=one.name)


def show_sponsor(tx: Tx, user_id: int, sponsor_id: int, name: str, days: int = 90) -> str:
    """A code by which a sponsor reads what became of its posts; in plain text, this once."""
    one = find_sponsor(tx, user_id, sponsor_id, ACT)
    code = give_link(tx, one.organisation_id, SPONSOR, one.id, name or one.name, days)
    note(tx, one.organisation_id, user_id, "show_sponsor", label=one.name, days=days)
    return code


def hide_sponsor(tx: Tx, user_id: int, sponsor_id: int, link_id: int) -> None:
    """Let nobody come by a link any more."""
    one = find_sponsor(tx, user_id, sponsor_id, ACT)
    end_link(tx, SPONSOR, one.id, link_id)
    note(tx, one.organisation_id, user_id, "hide_sponsor", label=one.name)


def sponsor_by(db: Db, code: str) -> tuple[Sponsor, Link]:
    """Whose link it is."""
    link = find_link(db, SPONSOR, code)
    row = db.one(_STORED, wanted=link.about_id)
    if row is None:
        raise NotFound("This link is too old, was ended, or was never given.")
    return Sponsor(*row), link


def posts_for(db: Db, one: Sponsor, below: int = NEWEST) -> list[int]:
    """A page of what disclosed a sponsor and is open to anybody, newest first."""
    return [row[0] for row in db.all(_PAGE, ids=_brand_ids(db, one), of_name=one.name, below=below)]


def figures_for(db: Db, one: Sponsor) -> Figures:
    """What became of all of it."""
    row = db.one(_SUMS, ids=_brand_ids(db, one), of_name=one.name)
    return Figures(*map(int, row)) if row else Figures(0, 0, 0, 0, 0)


def _brand_ids(db: Db, one: Sponsor) -> str:
    return db.id_list([each.account_id for each in brands_of(db, one.organisation_id)])
