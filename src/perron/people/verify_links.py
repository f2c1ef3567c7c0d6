"""Whether the page that a line of a profile leads to links back to it (`rel="me"`): then both are one person's.

Runs as a job, outside of any transaction. A page is asked once and, when nobody answered, once more some minutes later.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import bindparam, select, update

from perron.jobs import emit
from perron.kit import json
from perron.kit.settings import Settings
from perron.kit.time import MINUTE, now
from perron.people.model import LinksWritten
from perron.people.profile import page_of
from perron.store import Prepared, Store, Tx
from perron.store.tables import accounts
from perron.text.rel_me import links_to_oneself, same_page

if TYPE_CHECKING:
    from perron.kit.outside import Told

PATIENCE = 5.0
MOST_BYTES = 1 << 20
LATER = 10 * MINUTE

_OF = Prepared(
    select(accounts.c.fields, accounts.c.handle, accounts.c.state, accounts.c.domain).where(
        accounts.c.id == bindparam("of_account")
    )
)
_SET = Prepared(update(accounts).where(accounts.c.id == bindparam("of_account")).values(fields=bindparam("written")))


def verify_links(store: Store, event: dict[str, Any]) -> None:
    """After `LinksWritten`: look at each page whose link is not proved, and note those that link back."""
    account_id, again = event["account_id"], event.get("again", False)
    with store.read() as db:
        row = db.one(_OF, of_account=account_id)
    if row is None or row[2] != "active" or row[3] is not None:
        return
    fields, handle = row[0], row[1]
    origin = store.settings.public_origin
    here = [f"{origin}/@{handle}", f"{origin}/ap/accounts/{account_id}"]
    proved, silent = set(), False
    for _, value, at in json.decode(fields):
        page = page_of(value) if at is None else None
        if page is not None and value not in proved:
            answer = links_back(page, here, store.settings)
            silent = silent or answer is None
            proved |= {value} if answer else set()

    def keep(tx: Tx) -> None:
        if proved:
            note_proved(tx, account_id, proved)
        if silent and not again:
            emit(tx, LinksWritten(account_id, again=True), due=now() + LATER)

    if proved or silent:
        store.write(keep)


def note_proved(tx: Tx, account_id: int, values: set[str]) -> None:
    """Note for lines that still stand there that their pages link back."""
    row = tx.one(_OF, of_account=account_id)
    fields = json.decode(row[0]) if row else []
    written = [[name, value, at or (now() if value in values else None)] for name, value, at in fields]
    if written != fields:
        tx.run(_SET, of_account=account_id, written=json.encode_text(written))
        tx.rerender("account", account_id)


def links_back(page: str, here: list[str], settings: Settings) -> bool | None:
    """Whether a page links to one of these addresses as the same person; None when nobody answered.

    Only https counts, as anybody on the way could write the link otherwise (a server that may reach private networks is
    one to try things on, and takes http too). A page that sends elsewhere, to another host, proves nothing.
    """
    from perron.kit.hosts import PutOff
    from perron.kit.outside import Forbidden, Unreachable, fetch  # here, so that a server without links starts quickly

    schemes = ("https", "http") if settings.outside_allow else ("https",)
    if urlsplit(page).scheme not in schemes:
        return False
    try:
        told = fetch(
            "GET",
            page,
            headers={"accept": "text/html, application/xhtml+xml;q=0.9"},
            allow=settings.outside_allow,
            enough=MOST_BYTES,
            deadline=PATIENCE,
        )
    except Forbidden:
        return False
    except (Unreachable, PutOff):
        return None
    if told.status >= 500:
        return None
    asked, found = urlsplit(page), urlsplit(told.url)
    same = (asked.hostname, asked.port) == (found.hostname, found.port) and found.scheme in schemes
    if told.status != 200 or not same or not _is_html(told):
        return False
    links = links_to_oneself(told.body.decode("utf-8", "replace"))
    return any(same_page(link, one) for link in links for one in here)


def _is_html(told: "Told") -> bool:
    kind = told.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml")
