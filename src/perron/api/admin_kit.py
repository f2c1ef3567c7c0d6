"""What the addresses of moderators share: who may use them.

A route whose scope begins with `admin:` admits nobody but those who look after the server (`kit.Route.admits`); what
each of them may do is decided in `moderation/permit.py`, the same for this door as for the pages.
"""

from perron.api.kit import Call
from perron.kit.errors import NotAllowed
from perron.moderation.model import Moderator
from perron.people.scopes import STAFF

NO = "This action is not allowed"


def moderator(call: Call) -> Moderator:
    """Who asks, as somebody who looks after this server; NotAllowed for anybody else."""
    viewer = call.viewer
    if viewer is None or viewer.user_id is None or viewer.account is None or viewer.server_role not in STAFF:
        raise NotAllowed(NO)
    return Moderator(viewer.user_id, viewer.account.id, viewer.server_role)
