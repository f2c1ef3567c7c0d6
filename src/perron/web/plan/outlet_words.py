"""What outlets and what becomes of deliveries are called on pages."""

from perron.suite.atelier.outlets import model


def _(message: str) -> str:
    """Mark a message for the catalog."""
    return message


KINDS = {
    model.WEBHOOK: _("Webhook"),
    model.FEED: _("Feed"),
    model.MAIL: _("Mailing list"),
}
STATES = {
    model.WAITING: _("On its way"),
    model.SENDING: _("Being sent"),
    model.DONE: _("Arrived"),
    model.FAILED: _("Did not arrive"),
    model.UNKNOWN: _("Nobody knows whether it arrived"),
    model.DROPPED: _("Not sent"),
}
SAID = {
    "unsent": _("No connection came about."),
    "unanswered": _("It was sent, and no answer came back."),
    "forbidden": _("This address does not lead to the open internet; this server does not talk to it."),
    "refused": _("The mail server refused this address."),
    "no secret": _("Its secret can no longer be read. Make another one."),
    "off": _("The outlet was switched off."),
    "gone": _("The post was deleted, or is no longer for everybody."),
    "left": _("This person has left the list."),
    "by hand": _("Somebody looked, and says that it arrived."),
}
"""What stands for an answer where there was none."""
CHANGES = {
    _("What is planned"): {
        "plan.created": _("planned"),
        "plan.changed": _("changed or moved"),
        "plan.held": _("put on hold"),
        "plan.resumed": _("goes on"),
        "plan.cancelled": _("cancelled"),
        "plan.published": _("published"),
        "plan.failed": _("could not be published"),
    },
    _("What is handed in"): {
        "submission.submitted": _("handed in"),
        "submission.changed": _("changed"),
        "submission.approved": _("approved"),
        "submission.refused": _("changes asked for"),
        "submission.withdrawn": _("withdrawn"),
        "submission.voided": _("approval void"),
        "submission.published": _("published"),
        "submission.failed": _("could not be published"),
    },
}
