"""Every page, on one page."""

from starlette.routing import BaseRoute, Mount

from perron.web import oauth, sign_in
from perron.web.assets import Static
from perron.web.kit import form, page

ROUTES: list[BaseRoute] = [
    page("/sign-in", sign_in.show_sign_in),
    form("/sign-in", sign_in.sign_in),
    form("/sign-out", sign_in.sign_out),
    page("/sign-up", sign_in.show_sign_up),
    form("/sign-up", sign_in.sign_up),
    form("/language", sign_in.choose_language),
    page("/oauth/authorize", oauth.show_consent),
    form("/oauth/authorize", oauth.consent),
    oauth.open_route("/oauth/token", oauth.token, "POST"),
    oauth.open_route("/oauth/revoke", oauth.revoke, "POST"),
    oauth.open_route("/oauth/userinfo", oauth.userinfo, "GET", "POST"),
    oauth.open_route("/.well-known/oauth-authorization-server", oauth.metadata, "GET"),
    Mount("/static", Static(), name="static"),
]
