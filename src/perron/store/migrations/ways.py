"""How Alembic is to look at a database."""

from typing import Any

from perron.store.search import NAMES


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Everything but the full-text indexes, which `store/search.py` makes."""
    return not (kind == "table" and name is not None and name.startswith(NAMES))


WAYS: dict[str, Any] = {
    "include_name": _is_ours,
    "compare_type": True,
    "render_as_batch": True,
    "transactional_ddl": False,  # the transaction is open already
}
