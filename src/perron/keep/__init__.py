"""The data as a whole: moved to another database, backed up, checked."""
