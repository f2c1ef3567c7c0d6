"""What Alembic runs: the steps, on the connection and in the transaction that `store/schema.py` has opened."""

from alembic import context

from perron.store.migrations.ways import WAYS
from perron.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, **WAYS)
context.run_migrations()
