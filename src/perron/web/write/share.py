"""What is shared to Perron from a phone or from a page (S1-018): the form opens with it. Nothing is published here."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from perron.kit.errors import Refused
from perron.text.reading import read
from perron.web.fields import Fields, read_fields
from perron.web.kit import answer, arrive, count_form, most_bytes
from perron.web.trust import check_origin
from perron.web.visit import SignInFirst, Visit
from perron.web.write.composer import Given, blank
from perron.web.write.drafts import keep_begun
from perron.web.write.uploads import Kept, take_shared

WORDS = ("title", "text", "url")


async def share(request: Request) -> Response:
    """Words come in the address; files by a form that the system sends, which knows no token of ours.

    A page of another site cannot send it in somebody's name: cookies do not go with it, and its origin is refused.
    """

    visit = await arrive(request)
    return await answer(visit, lambda: _words(visit) if request.method == "GET" else _sent(visit))


async def _words(visit: Visit) -> Response:
    visit.must_write()
    given = brought(visit, *(visit.query.get(name, "") for name in WORDS))
    return visit.show("write/write.html", given=given, answered=[])


async def _sent(visit: Visit) -> Response:
    check_origin(visit.request, visit.settings)
    count_form(visit)
    fields = await read_fields(visit.request, most_bytes(visit.settings, visit.reader is not None))
    try:
        return await _take(visit, fields)
    finally:
        await fields.close()


async def _take(visit: Visit, fields: Fields) -> Response:
    """The words and files as a draft, so that nothing is lost however one goes on."""
    words = [fields.text(name) for name in WORDS]
    try:
        me = visit.must_write()
    except SignInFirst:
        return visit.go("/sign-in?" + urlencode({"next": "/share?" + urlencode(dict(zip(WORDS, words, strict=True)))}))
    given, wrong = brought(visit, *words), ""
    try:
        given = await take_shared(visit, me, given, fields.files("media"))
    except Refused as refused:
        given, wrong = refused.given if isinstance(refused, Kept) else given, visit.explain(refused)
    if not given.files:
        return visit.show("write/write.html", given=given.first(wrong=wrong), answered=[])
    return visit.go(f"/write?draft={await keep_begun(visit, given)}")


def brought(visit: Visit, title: str, text: str, url: str) -> Given:
    """The form with what was shared: the address last, and the title as that of its card."""
    title, text, url = (each.replace("\x00", "").strip() for each in (title, text, url))
    words = [text] if url in text else [text, url]
    if not read(f"{text} {url}").links:
        words, title = [title, *words] if title not in text else words, ""
    return blank(visit).first(text="\n\n".join(each for each in words if each), card_title=title)
