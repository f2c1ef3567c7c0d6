"""How an older database becomes one of this version. Each step is a file in `versions/`; there is no way back but the
backup. `scripts/migration.py` writes a step from what `tables.py` says and the last step does not."""
