"""The terms of service, where the people who run this server have written some."""

from perron.api.kit import Answer, Call, speaks
from perron.entities.shapes.terms import TermsOfService
from perron.entities.terms import terms_of_service
from perron.kit.errors import NotFound
from perron.store import Db


@speaks(TermsOfService)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/terms_of_service: those that hold; 404 where there are none."""
    found = terms_of_service(call.settings, call.links, db)
    if found is None:
        raise NotFound
    return found


@speaks(TermsOfService)
def show_at(call: Call, db: Db) -> Answer:
    """GET /api/v1/instance/terms_of_service/:date: those of today by their date; older ones are not kept."""
    found = terms_of_service(call.settings, call.links, db)
    if found is None or found["effective_date"] != call.path["date"]:
        raise NotFound
    return found
