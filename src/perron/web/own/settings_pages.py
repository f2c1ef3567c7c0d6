"""The lists of the pages of settings, and of running the server: what a phone shows first."""

from starlette.responses import Response

from perron.kit.errors import NotFound
from perron.web.sections import may_manage
from perron.web.visit import Visit


async def settings(visit: Visit) -> Response:
    """Every page of settings, by name."""
    visit.must_sign_in()
    return visit.show("section_list.html", kind="settings", name=visit.say("Settings"))


async def running(visit: Visit) -> Response:
    """Every page of running the server that the visitor may open; for anybody else there is nothing here."""
    if not may_manage(visit):
        raise NotFound
    return visit.show("section_list.html", kind="manage", name=visit.say("Running the server"))
