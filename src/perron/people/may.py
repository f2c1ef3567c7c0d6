"""What a role lets somebody do for an account: the one place where that is decided.

Both doors ask here before a request becomes an act; every address that writes names what kind of act it is, and is an
act for the account where it names none.
"""

from collections.abc import Mapping

from perron.kit.errors import NotAllowed

LOOK = "look"
"""Reading what is for the account to see, its figures included."""
CONFIDE = "confide"
"""Reading what was said to the account alone, or by it to few: its messages."""
SUBMIT = "submit"
"""Writing what somebody else decides about: drafts, files, what is handed in for approval."""
ACT = "act"
"""Speaking and acting for the account: posts, boosts, favourites, follows, its profile and its lists."""
OWN = "own"
"""What concerns the account as a whole: taking its data along, moving it, deleting it."""
SELF = "self"
"""What concerns the user alone, for whichever account they speak."""

ROLES: Mapping[str, frozenset[str]] = {
    "owner": frozenset((LOOK, CONFIDE, SUBMIT, ACT, OWN, SELF)),
    "editor": frozenset((LOOK, CONFIDE, SUBMIT, ACT, SELF)),
    "author": frozenset((LOOK, CONFIDE, SUBMIT, SELF)),
    "analyst": frozenset((LOOK, SELF)),
}
"""The roles that one can have in an account; whoever has another one has none."""


def may(role: str | None, act: str) -> bool:
    """Whether this role allows this kind of act."""
    return role is not None and act in ROLES.get(role, ())


def check_may(role: str | None, act: str) -> None:
    """Refuse an act that a role does not allow, with a sentence that says what it does allow."""
    if may(role, act):
        return
    if act == CONFIDE:
        raise NotAllowed("You may read for this account, and not its messages.")
    if act == OWN and may(role, ACT):
        raise NotAllowed("Only whom this account belongs to may do this.")
    if may(role, SUBMIT):
        raise NotAllowed("You may hand in posts for this account, and not publish or act for it.")
    raise NotAllowed("You may read for this account, and not act for it.")
