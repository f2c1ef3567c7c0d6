"""Ways on for who came by a wrong address: accounts that are called nearly so.

Only the address decides what is offered, never what is there in private: what may not be seen and what never was get
the same page.
"""

import string
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from perron.kit.errors import NotFound, Refused
from perron.kit.json import encode_text
from perron.store import Db, Prepared, among_texts, const
from perron.store.tables import accounts

if TYPE_CHECKING:
    from perron.web.visit import Visit

MOST = 5
LONGEST = 30
_LETTERS = string.ascii_lowercase + string.digits + "_"
_stands = (accounts.c.state == const("active"), accounts.c.domain.is_(None), ~accounts.c.silenced)
_CALLED = Prepared(
    select(accounts.c.handle)
    .where(among_texts(accounts.c.handle), *_stands)
    .order_by(accounts.c.followers_count.desc(), accounts.c.id)
    .limit(MOST)
)
_BEGIN_SO = Prepared(
    select(accounts.c.handle)
    .where(accounts.c.handle > bindparam("start"), accounts.c.handle < bindparam("end"), *_stands)
    .order_by(accounts.c.handle)
    .limit(MOST)
)


async def near(visit: "Visit", wrong: Refused) -> list[str]:
    """Handles that are nearly what stands in the address; none when nothing was looked for."""
    handle = wanted(visit.request.url.path) if isinstance(wrong, NotFound) else ""
    return await visit.read(lambda db: handles_near(db, handle)) if handle else []


def wanted(path: str) -> str:
    """The handle in an address such as `/@ada/123` or `/ada`; "" when there is none."""
    name = path.removeprefix("/").partition("/")[0].lower() if path.count("/") <= 3 else ""
    name = name.removeprefix("@").partition("@")[0]
    return name if 0 < len(name) <= LONGEST and set(name) <= set(_LETTERS) else ""


def handles_near(db: Db, handle: str) -> list[str]:
    """Accounts of here that are called so, or so but for one letter, or whose names begin so."""
    one_off = db.column(_CALLED, texts=encode_text([handle, *one_letter_off(handle)]))
    found = sorted(one_off, key=lambda one: one != handle)
    if len(handle) >= 3 and len(found) < MOST:
        found += db.column(_BEGIN_SO, start=handle, end=handle + "\U0010ffff")
    return [*dict.fromkeys(found)][:MOST]


def one_letter_off(handle: str) -> list[str]:
    """Every name that one letter too many, too few, wrong or in the wrong place makes of a name."""
    cuts = [(handle[:at], handle[at:]) for at in range(len(handle) + 1)]
    without = [a + b[1:] for a, b in cuts if b and len(handle) > 1]
    turned = [a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1]
    other = [a + letter + b[1:] for a, b in cuts if b for letter in _LETTERS]
    more = [a + letter + b for a, b in cuts for letter in _LETTERS]
    return [*dict.fromkeys((*without, *turned, *other, *more))]
