"""A town many times over, as the long experiments make it: no two of the towns claim the same row."""

from perron.store.tables import metadata
from trials.hundredfold import KEPT, SHARED


def test_every_table_is_shared_by_towns_or_tells_their_rows_apart() -> None:
    alike = [
        table.name
        for table in metadata.tables.values()
        if table.name not in SHARED
        and not any(
            column.name not in KEPT and column.name.endswith(("id", "hash", "code"))
            for column in table.primary_key.columns
        )
    ]
    assert not alike
