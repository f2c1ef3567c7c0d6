"""What was open to people outside goes with its brand: campaigns, guests, and the links to both."""

from sqlalchemy import bindparam, delete, select

from perron.store import Prepared, Tx, const
from perron.store.tables import campaign_items, campaign_readers, campaigns, guests, outside_links
from perron.suite.teams.links import CAMPAIGN, GUEST

_CAMPAIGNS = select(campaigns.c.id).where(campaigns.c.account_id == bindparam("of_account"))
_GUESTS = select(guests.c.id).where(guests.c.account_id == bindparam("of_account"))
_FORGET = (
    Prepared(
        delete(outside_links).where(outside_links.c.kind == const(CAMPAIGN), outside_links.c.about_id.in_(_CAMPAIGNS))
    ),
    Prepared(delete(outside_links).where(outside_links.c.kind == const(GUEST), outside_links.c.about_id.in_(_GUESTS))),
    Prepared(delete(campaign_items).where(campaign_items.c.campaign_id.in_(_CAMPAIGNS))),
    Prepared(delete(campaign_readers).where(campaign_readers.c.campaign_id.in_(_CAMPAIGNS))),
    Prepared(delete(campaigns).where(campaigns.c.account_id == bindparam("of_account"))),
    Prepared(delete(guests).where(guests.c.account_id == bindparam("of_account"))),
)


def forget_outside(tx: Tx, account_id: int) -> None:
    """Forget what people outside were given of an account that is no brand any more."""
    for each in _FORGET:
        tx.run(each, of_account=account_id)
