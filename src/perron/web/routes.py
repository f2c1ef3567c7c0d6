"""Every page, on one page."""

from starlette.routing import BaseRoute, Mount, Route

from perron.web import discovery, files, oauth, sign_in
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
    Route("/.well-known/webfinger", discovery.webfinger),
    Route("/.well-known/host-meta", discovery.host_meta),
    Route("/.well-known/host-meta.json", discovery.host_meta_json),
    Route("/.well-known/nodeinfo", discovery.nodeinfo_index),
    Route("/nodeinfo/2.0", discovery.nodeinfo("2.0")),
    Route("/nodeinfo/2.1", discovery.nodeinfo("2.1")),
    Route("/.well-known/change-password", discovery.change_password),
    Route("/.well-known/security.txt", discovery.security),
    Route("/robots.txt", discovery.robots),
    Route("/media/{key:path}", files.media),
    Route("/avatars/{handle}.png", files.avatar),
    Route("/headers/{handle}.png", files.header),
    Route("/favicon.ico", files.favicon),
    Route("/icon.svg", files.icon),
    Route("/apple-touch-icon.png", files.touch_icon),
    Mount("/static", Static(), name="static"),
]
