"""The description of the API, made from what its addresses say of themselves (docs/decisions/0016)."""
