"""`perron config show` and `perron routes`: what this installation is set to, and what it answers."""

import argparse
import json
from pathlib import Path
from typing import Any

from perron.kit.settings import Settings

SECRET = ("smtp", "database")
HIDDEN = ("s3_secret", "translate_key")


def show(settings: Settings, given: argparse.Namespace) -> int:
    """Print every setting with its value, source and sentence; passwords inside addresses are left out."""
    pages = on_pages(settings)
    rows = [
        {
            "name": one.name,
            "value": _plain(one.name, pages.get(one.name, one.value)),
            "source": "page" if one.name in pages else one.source,
            "says": one.says,
        }
        for one in given.shown
    ]
    if given.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            print(f"{row['name']} = {row['value']!r}  ({row['source']})\n    {row['says']}")
    return 0


def on_pages(settings: Settings) -> dict[str, Any]:
    """What was decided on pages and stands over everything else; nothing where there is no database of this version."""
    from sqlalchemy.exc import SQLAlchemyError

    from perron.moderation.rules import own_rules
    from perron.moderation.settings import decided
    from perron.store import Store
    from perron.store.schema import HEAD, version

    if not settings.database and not (settings.data / "perron.sqlite3").exists():
        return {}
    store = Store(settings.database_url, settings)
    try:
        with store.engine.connect() as connection:
            if version(connection) != HEAD:
                return {}
        with store.read() as db:
            found = {name: one.value for name, one in decided(db).items()}
            rules = own_rules(db)
    except (OSError, SQLAlchemyError):
        return {}
    finally:
        store.close()
    return found if rules is None else {**found, "rules": tuple(rule.text for rule in rules)}


def _plain(name: str, value: Any) -> Any:
    if name in SECRET and "@" in str(value):
        scheme, _, rest = str(value).partition("://")
        return f"{scheme}://…@{rest.rpartition('@')[2]}"
    if name in HIDDEN and value:
        return "…"
    if isinstance(value, Path):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def routes(settings: Settings, given: argparse.Namespace) -> int:
    """Print every route of the API."""
    from perron.api.routes import ROUTES
    from perron.kit.later import loaded

    rows = [
        {
            "method": one.method,
            "path": one.path,
            "scope": one.scope,
            "who": one.who,
            "mode": one.mode,
            "handler": f"{one.handler.__module__}.{one.handler.__name__}",
            "says": (loaded(one.handler).__doc__ or "").strip(),
        }
        for one in ROUTES
    ]
    if given.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in rows:
            print(f"{row['method']:6} {row['path']:60} {row['scope']:22} {row['who']}")
    return 0
