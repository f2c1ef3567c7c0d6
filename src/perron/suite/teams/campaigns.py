"""Campaigns: what a brand does for one occasion stands together, and somebody outside sees this and nothing else.

Who looks from outside comes by a link, or has an account here and keeps the campaign among theirs; they read, and say
something to the team. They have no role for the brand, so that nothing else is there for them.
"""

from sqlalchemy import bindparam, delete, select, update

from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.kit.ids import new_id
from perron.people.may import ACT, LOOK, check_may, may
from perron.people.members import role_of
from perron.posts.planned import find_scheduled
from perron.posts.queries import find_post
from perron.store import Db, Prepared, Tx, insert, upsert
from perron.store.tables import campaign_items, campaign_readers, campaigns
from perron.suite.teams.journal import note
from perron.suite.teams.links import CAMPAIGN, Link, end_link, end_links, find_link, give_link
from perron.suite.teams.model import Campaign, Item
from perron.suite.teams.organise import brand_in, within
from perron.suite.teams.submissions import history_of, say, submission_as_stored

SUBMISSION, POST = "submission", "post"
MOST, MOST_ITEMS, MOST_LINES, LONGEST_NAME, LONGEST_BRIEF = 200, 300, 200, 80, 2000
NOT_YOURS = "You were asked to look at another campaign, or no longer at this one. Nothing else of the brand is shown."
_COLUMNS = tuple(campaigns.c[name] for name in Campaign._fields)
_ADD = insert(campaigns, *Campaign._fields)
_STORED = Prepared(select(*_COLUMNS).where(campaigns.c.id == bindparam("wanted")))
_ALL = Prepared(
    select(*_COLUMNS).where(campaigns.c.organisation_id == bindparam("of_organisation")).order_by(campaigns.c.id.desc())
)
_CHANGE = Prepared(
    update(campaigns)
    .where(campaigns.c.id == bindparam("wanted"))
    .values(name=bindparam("called"), brief=bindparam("says"))
)
_PUT = upsert(campaign_items, "campaign_id", "item_id", "kind", key=("campaign_id", "item_id"))
_ITEMS = Prepared(
    select(campaign_items.c.item_id, campaign_items.c.kind)
    .where(campaign_items.c.campaign_id == bindparam("of_campaign"))
    .order_by(campaign_items.c.item_id)
    .limit(MOST_ITEMS)
)
_OUT = Prepared(
    delete(campaign_items).where(
        campaign_items.c.campaign_id == bindparam("of_campaign"), campaign_items.c.item_id == bindparam("of_item")
    )
)
_LET_READ = upsert(campaign_readers, "campaign_id", "user_id", "name", key=("campaign_id", "user_id"))
_READERS = Prepared(
    select(campaign_readers.c.user_id, campaign_readers.c.name).where(
        campaign_readers.c.campaign_id == bindparam("of_campaign")
    )
)
_READS = Prepared(
    select(*_COLUMNS)
    .join(campaign_readers, campaign_readers.c.campaign_id == campaigns.c.id)
    .where(campaign_readers.c.user_id == bindparam("of_user"))
    .order_by(campaigns.c.id.desc())
)
_NO_READER = Prepared(
    delete(campaign_readers).where(
        campaign_readers.c.campaign_id == bindparam("of_campaign"), campaign_readers.c.user_id == bindparam("of_user")
    )
)
_REMOVE = (
    Prepared(delete(campaign_items).where(campaign_items.c.campaign_id == bindparam("wanted"))),
    Prepared(delete(campaign_readers).where(campaign_readers.c.campaign_id == bindparam("wanted"))),
    Prepared(delete(campaigns).where(campaigns.c.id == bindparam("wanted"))),
)


def begin_campaign(tx: Tx, user_id: int, organisation_id: int, account_id: int, name: str, brief: str = "") -> int:
    """Begin a campaign of a brand."""
    organisation = within(tx, user_id, organisation_id)
    brand = brand_in(tx, organisation, account_id)
    check_may(role_of(tx, user_id, brand.account_id), ACT)
    name, brief = _read(name, brief)
    if len(tx.all(_ALL, of_organisation=organisation.id)) >= MOST:
        raise Invalid("There are two hundred campaigns already. End one of them first.")
    one = Campaign(new_id(), organisation.id, brand.account_id, name, brief)
    tx.run(_ADD, **one._asdict())
    note(tx, organisation.id, user_id, "begin_campaign", brand=brand.account_id, label=name)
    return one.id


def _read(name: str, brief: str) -> tuple[str, str]:
    name, brief = " ".join(name.replace("\x00", "").split()), brief.replace("\x00", "").strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("A campaign has a name of 1 to 80 characters.")
    if len(brief) > LONGEST_BRIEF:
        raise Invalid("What a campaign is about has at most 2000 characters.")
    return name, brief


def change_campaign(tx: Tx, user_id: int, campaign_id: int, name: str, brief: str) -> None:
    """Call it otherwise, or say otherwise what it is about."""
    one = acted(tx, user_id, campaign_id)
    name, brief = _read(name, brief)
    tx.run(_CHANGE, wanted=one.id, called=name, says=brief)


def end_campaign(tx: Tx, user_id: int, campaign_id: int) -> None:
    """Forget a campaign, with its links and readers; what it holds stays."""
    one = acted(tx, user_id, campaign_id)
    end_links(tx, CAMPAIGN, one.id)
    for each in _REMOVE:
        tx.run(each, wanted=one.id)
    note(tx, one.organisation_id, user_id, "end_campaign", brand=one.account_id, label=one.name)


def campaigns_of(db: Db, user_id: int, organisation_id: int) -> list[Campaign]:
    """The campaigns of those brands for which somebody has a role, the latest first."""
    organisation = within(db, user_id, organisation_id)
    found = [Campaign(*row) for row in db.all(_ALL, of_organisation=organisation.id)]
    return [one for one in found if may(role_of(db, user_id, one.account_id), LOOK)]


def campaigns_read_by(db: Db, user_id: int) -> list[Campaign]:
    """The campaigns that somebody from outside keeps among theirs."""
    return [Campaign(*row) for row in db.all(_READS, of_user=user_id)]


def find_campaign(db: Db, user_id: int, campaign_id: int) -> tuple[Campaign, str]:
    """A campaign, and the role of the one who looks; "" for those outside who were asked to. To others it is not
    there."""
    row = db.one(_STORED, wanted=campaign_id)
    one = Campaign(*row) if row else None
    role = role_of(db, user_id, one.account_id) if one else None
    if one is not None and may(role, LOOK):
        return one, str(role)
    if one is not None and user_id in readers_of(db, one.id):
        return one, ""
    raise NotFound


def acted(db: Db, user_id: int, campaign_id: int) -> Campaign:
    """A campaign about which somebody may decide."""
    one, role = find_campaign(db, user_id, campaign_id)
    if not role:
        raise NotAllowed("You may read this campaign and answer, and not change it.")
    check_may(role, ACT)
    return one


def campaign_by(db: Db, code: str) -> tuple[Campaign, Link]:
    """What a link opens."""
    link = find_link(db, CAMPAIGN, code)
    row = db.one(_STORED, wanted=link.about_id)
    if row is None:
        raise NotFound(NOT_YOURS)
    return Campaign(*row), link


def items_of(db: Db, campaign_id: int) -> list[Item]:
    """What a campaign holds, in the order in which it was made."""
    return [Item(*row) for row in db.all(_ITEMS, of_campaign=campaign_id)]


def put_in(tx: Tx, user_id: int, campaign_id: int, kind: str, item_id: int) -> None:
    """Put something of the same brand into a campaign: what was handed in, planned or published."""
    one = acted(tx, user_id, campaign_id)
    if not _is_there(tx, one.account_id, kind, item_id):
        raise NotFound
    if len(items_of(tx, one.id)) >= MOST_ITEMS:
        raise Invalid("A campaign holds at most 300 things.")
    tx.run(_PUT, campaign_id=one.id, item_id=item_id, kind=kind)


def _is_there(db: Db, account_id: int, kind: str, item_id: int) -> bool:
    if kind == SUBMISSION:
        found = submission_as_stored(db, item_id)
        return found is not None and found.account_id == account_id
    if kind != POST:
        raise Invalid("This is not one of the choices.")
    if find_scheduled(db, item_id, account_id=account_id) is not None:
        return True
    post = find_post(db, item_id, viewer=account_id)
    return post is not None and post.author_id == account_id and post.boost_of_id is None and post.open


def take_out(tx: Tx, user_id: int, campaign_id: int, item_id: int) -> None:
    """Take something out of a campaign; it stays where it was."""
    one = acted(tx, user_id, campaign_id)
    if not tx.run(_OUT, of_campaign=one.id, of_item=item_id):
        raise NotFound


# -- who looks from outside --------------------------------------------------------------------------------------------


def show_outside(tx: Tx, user_id: int, campaign_id: int, name: str, days: int = 30) -> str:
    """A code by which somebody outside reads a campaign; in plain text, this once."""
    one = acted(tx, user_id, campaign_id)
    code = give_link(tx, one.organisation_id, CAMPAIGN, one.id, name, days)
    note(tx, one.organisation_id, user_id, "show_campaign", brand=one.account_id, label=name, days=days)
    return code


def hide_outside(tx: Tx, user_id: int, campaign_id: int, link_id: int) -> None:
    """Let nobody come by a link any more."""
    one = acted(tx, user_id, campaign_id)
    link = end_link(tx, CAMPAIGN, one.id, link_id)
    note(tx, one.organisation_id, user_id, "hide_campaign", brand=one.account_id, label=link.name)


def keep_campaign(tx: Tx, user_id: int, code: str) -> Campaign:
    """Keep a campaign among one's own, to read it without the link from now on."""
    one, link = campaign_by(tx, code)
    tx.run(_LET_READ, campaign_id=one.id, user_id=user_id, name=link.name)
    note(tx, one.organisation_id, None, "keep_campaign", brand=one.account_id, label=link.name)
    return one


def readers_of(db: Db, campaign_id: int) -> dict[int, str]:
    """Who reads a campaign from outside with an account of their own, and how they are called."""
    return dict(db.all(_READERS, of_campaign=campaign_id))


def end_reading(tx: Tx, user_id: int, campaign_id: int, whom: int) -> None:
    """Let somebody outside read a campaign no longer; or let go of it oneself."""
    one = find_campaign(tx, user_id, campaign_id)[0] if whom == user_id else acted(tx, user_id, campaign_id)
    if not tx.run(_NO_READER, of_campaign=one.id, of_user=whom):
        raise NotFound


def say_outside(tx: Tx, one: Campaign, submission_id: int, text: str, *, name: str, user_id: int | None = None) -> None:
    """Somebody outside says something about what was handed in for a campaign; the team reads it there."""
    text = text.replace("\x00", "").strip()
    if not text or len(text) > LONGEST_BRIEF:
        raise Invalid("A comment has 1 to 2000 characters.")
    if Item(submission_id, SUBMISSION) not in items_of(tx, one.id):
        raise NotFound(NOT_YOURS)
    if len(history_of(tx, submission_id)) >= MOST_LINES:
        raise Invalid("There is enough said about this already.")
    say(tx, submission_id, user_id, "comment", text, inside=False, name=name)
