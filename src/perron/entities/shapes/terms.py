"""The terms of service, and what nobody gives any more."""

from typing import TypedDict

from perron.entities.shapes.common import Day, Html


class TermsOfService(TypedDict):
    """The terms that hold here."""

    effective_date: Day
    effective: bool
    content: Html
    succeeded_by: Day | None


class IdentityProof(TypedDict):
    """A proof by Keybase, which nobody gives any more."""

    provider: str
    provider_username: str
