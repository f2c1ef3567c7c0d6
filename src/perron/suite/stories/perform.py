"""Do what takes long, whatever it is."""

from typing import Any

from perron.jobs import Later
from perron.kit.errors import NoRoom, Refused
from perron.kit.time import SECOND, now
from perron.store import Store
from perron.suite.stories import works
from perron.suite.stories.bring import bring
from perron.suite.stories.export import make_export
from perron.suite.stories.works import IMPORT, Work

LOST = "This could not be done. Please ask again; if it happens again, tell whoever runs this server."


def do_work(store: Store, event: dict[str, Any]) -> None:
    """After `StoryWorkAsked`: make a file, or read one in. What went wrong is said where one looks how far it is."""
    with store.read() as db:
        work = works.work_as_stored(db, event["work_id"])
    if work is None or not work.running:
        return
    try:
        (bring if work.kind == IMPORT else make_export)(store, work)
    except works.Unwanted:
        return
    except NoRoom as wrong:
        raise Later(now() + wrong.retry_after * SECOND) from wrong
    except Refused as wrong:
        _fail(store, work, str(wrong))
    except Exception:
        _fail(store, work, LOST)
        raise


def _fail(store: Store, work: Work, why: str) -> None:
    store.write(lambda tx: works.fail(tx, work, why))
