"""Several people, several brands: organisations, roles, approvals, one inbox."""
