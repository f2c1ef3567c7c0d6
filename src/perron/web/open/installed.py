"""Perron as an application of a phone or a desktop: its manifest, its worker, and a page without a network."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from perron.web.assets import asset, assets
from perron.web.open.files import TILES
from perron.web.visit import Visit
from perron.web.words import LOCALES, words

KEPT_AWAY = ("/offline", "/icons/192.png")
"""What the worker keeps besides styles and typefaces."""


async def manifest(request: Request) -> Response:
    """How the application is called and drawn, and what may be shared to it."""
    settings = request.app.state.settings
    wanted = request.query_params.get("lang", "")
    spoken = words(wanted if wanted in LOCALES else settings.locale)
    shortcuts = [("Write", "/write"), ("Notices", "/notices"), ("Search", "/search")]
    return JSONResponse(
        {
            "id": "/",
            "name": settings.title,
            "short_name": settings.title[:12],
            "description": settings.description,
            "lang": spoken.locale,
            "start_url": "/home",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f7f4ee",
            "theme_color": "#f7f4ee",
            "icons": [
                {"src": f"/icons/{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
                for size in TILES
                for purpose in ("any", "maskable")
            ],
            "shortcuts": [{"name": spoken.gettext(name), "url": url} for name, url in shortcuts],
            "share_target": {
                "action": "/share",
                "method": "POST",
                "enctype": "multipart/form-data",
                "params": {
                    "title": "title",
                    "text": "text",
                    "url": "url",
                    "files": [{"name": "media", "accept": ["image/*", "video/*", "audio/*"]}],
                },
            },
        },
        headers={"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"},
        media_type="application/manifest+json",
    )


async def worker(request: Request) -> Response:
    """The worker, from the root so that it may serve every page; it knows which files to keep."""
    kept = [asset("perron.css"), asset("vendor/atkinson-latin.woff2"), asset("vendor/fraunces-latin.woff2"), *KEPT_AWAY]
    listed = ", ".join(f'"{each}"' for each in kept)
    body = b"const KEPT = [" + listed.encode() + b"];\n" + assets()["js/worker.js"].body
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(body, media_type="text/javascript", headers=headers)


async def offline(visit: Visit) -> Response:
    """What is shown when there is no network."""
    return visit.show("open/offline.html", cache_control="public, max-age=300")
