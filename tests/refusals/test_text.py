"""Words that would rather be markup: whatever is written, what is shown holds no script, and every answer is JSON."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

import html5lib
import pytest
from starlette.routing import Route as Page

from tests.refusals.asking import NAMED, Asker, Question, filled, names_an_id, routes
from tests.refusals.test_visibility import page_path
from tests.rig import Person, Site

EVIL = "evil7"
"""In every payload, so that what it became can be found."""
PAYLOADS = tuple(
    one.replace("X()", f"{EVIL}()")
    for one in (
        "<script>X()</script>",
        "<SCRIPT SRC=//evil7.test/x.js></SCRIPT>",
        "<scr<script>ipt>X()</scr</script>ipt>",
        "</p></div><script>X()</script>",
        "<img src=x onerror=X()>",
        "<img src=x onerror='X()' />",
        '"><img src=x onerror=X()>',
        "'><svg onload=X()>",
        "<svg><script>X()</script></svg>",
        "<svg><a xlink:href='javascript:X()'><text>x</text></a></svg>",
        "<math><mi xlink:href='javascript:X()'>x</mi></math>",
        "<math><mtext><table><mglyph><style><img src=x onerror=X()></style></mglyph></table></mtext></math>",
        "<noscript><p title='</noscript><img src=x onerror=X()>'>",
        "<iframe srcdoc='<script>X()</script>'></iframe>",
        "<iframe src=javascript:X()></iframe>",
        "<a href=javascript:X()>x</a>",
        "<a href='java\tscript:X()'>x</a>",
        "<a href=' &#1;javascript:X()'>x</a>",
        "<a href='data:text/html,<script>X()</script>'>x</a>",
        "<a href='vbscript:X()'>x</a>",
        "<form action=javascript:X()><button>x</button></form>",
        "<button formaction=javascript:X()>x</button>",
        "<input autofocus onfocus=X()>",
        "<details open ontoggle=X()>x</details>",
        "<body onload=X()>",
        "<base href=//evil7.test/>",
        "<link rel=stylesheet href=//evil7.test/x.css>",
        "<meta http-equiv=refresh content='0;url=javascript:X()'>",
        "<object data=javascript:X()></object><embed src=javascript:X()>",
        "<style>@import '//evil7.test'; *{display:none}</style>",
        "<p style='background:url(javascript:X())'>x</p>",
        "<p style=position:fixed;inset:0 onmouseover=X()>x</p>",
        "<video><source onerror=X()></video>",
        "<template><script>X()</script></template>",
        "<textarea></textarea><script>X()</script>",
        "<title></title><script>X()</script>",
        "<!--><script>X()</script>-->",
        "<![CDATA[<script>X()</script>]]>",
        "<?xml version='1.0'?><script>X()</script>",
        "&lt;script&gt;X()&lt;/script&gt;",
        "&#60;script&#62;X()&#60;/script&#62;",
        "\\u003cscript\\u003eX()\\u003c/script\\u003e",
        "%3Cscript%3EX()%3C/script%3E",
        "{{constructor.constructor('X()')()}} ${X()} <%= X() %> #{X()}",
        "javascript:X()",
        'http://evil7.test/"onmouseover="X()',
        "http://evil7.test/'onmouseover='X()",
        "http://evil7.test/<script>X()</script>",
        'https://evil7.test/?a=1&amp;b="><script>X()</script>',
        "http://javascript:X()@evil7.test/",
        "https://user:X()@bank.test@evil7.test/",
        "http://evil7.test/\u202egnp.exe X()",
        '#<script>X() #"onload=X()',
        '@<script>X() @ada"onload=X()',
        "@ada@evil7.test/<img/src=x/onerror=X()>",
        ':<script>: :x"onerror=X(): X()',
        "</script><script>X()</script> ]]> --> */ X()",
        "\u2028X()\u2029<script>X()</script>",
        "\u202e\u2066 X() \u2069",
        "<a id=body name=forms class='mention u-url' href=https://evil7.test>https://bank.test X()</a>",
        "<span class=invisible>X()</span>",
        "+ADw-script+AD4-X()+ADw-/script+AD4-",
        "<x\0y><scr\u200bipt>X()".replace("\0", ""),
        "<" * 200 + "X()",
        "'\"`><!-- X() -->\\",
        "=cmd|' /C X()'!A0",
    )
)
ALLOWED = {"html", "head", "body", "p", "br", "a", "span", "h2"} | {
    *("del", "s", "pre", "code", "em", "strong", "b", "i", "u", "ul", "ol", "li", "blockquote", "ruby", "rt", "rp")
}
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "srcset",
    "background",
    "cite",
    "xlink:href",
    "ping",
}
HTML_KEYS = {"content", "note", "html", "reblog_content"}


def elements(html: str) -> Iterator[Element]:
    """Everything that a browser would make of this."""
    return (
        one
        for one in html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False).iter()
        if isinstance(one.tag, str)
    )


@cache
def dangers(html: str) -> list[str]:
    """What could act, whatever page it stands on. (Half of all pages are the same byte for byte, and read once.)"""
    found = []
    for one in elements(html):
        for name, value in one.attrib.items():
            bare = "".join(letter for letter in str(value).lower() if letter > " ")
            if str(name).lower().startswith("on"):
                found.append(f"{one.tag} {name}={value}")
            if bare.startswith(("javascript:", "vbscript:", "data:text")) and name in ADDRESSES:
                found.append(f"{one.tag} {name}={value}")
            if name == "srcdoc" or (name == "style" and EVIL in str(value)):
                found.append(f"{one.tag} {name}={value}")
        if one.tag == "meta" and one.get("http-equiv") == "refresh" and EVIL in str(one.get("content")):
            found.append(f"meta {one.attrib}")
        if one.tag in ("script", "style", "iframe", "object", "embed", "base", "meta", "link"):
            inside = (one.text or "") + "".join(str(value) for value in one.attrib.values())
            harmless = one.tag == "script" and one.get("type") in ("application/json", "application/ld+json")
            if (EVIL in inside and one.tag not in ("meta", "link") and not harmless) or "//evil7.test" in (
                one.get("src") or one.get("href") or ""
            ):
                found.append(f"{one.tag}: {inside[:100]}")
    return found


def html_in(entity: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in an answer that apps show as HTML."""
    if isinstance(entity, dict):
        for name, value in entity.items():
            if isinstance(value, str) and (name in HTML_KEYS or (name == "value" and key == "fields")):
                yield name, value
            elif not (name == "note" and "comment" in entity):
                yield from html_in(value, name if name != "source" else "as written")
    elif isinstance(entity, list) and key != "as written":
        for one in entity:
            yield from html_in(one, key)


@pytest.fixture(scope="module")
def ada(site: Site) -> Person:
    """She writes every payload wherever she may write."""
    ada = site.person("ada")
    bea = site.person("bea", follows=ada)
    for number, payload in enumerate(PAYLOADS):
        short = payload[:50]
        ada.says(payload, spoiler_text=short, visibility="public" if number % 2 else "unlisted")
        made = ada.says(f"{number}", poll={"options": [short, f"{short[:40]} b"], "expires_in": 3600})
        ada.put(f"/api/v1/statuses/{made['id']}", {"status": f"{payload} edited"})
        ada.post("/api/v1/lists", {"title": payload[:250]})
        ada.post(
            "/api/v2/filters",
            {"title": payload[:250], "context": ["notifications"], "keywords_attributes": [{"keyword": payload[:200]}]},
        )
        ada.post(f"/api/v1/accounts/{bea.id}/note", {"comment": payload})
        bea.says(f"@ada {payload}", visibility="direct" if number % 3 == 0 else "public")
        if number % 4 == 0:
            fields = [{"name": one[:200], "value": one[:200]} for one in PAYLOADS[number : number + 4]]
            other = site.person(f"p{number}", follows=ada)
            ada.follows(other)
            body = {"display_name": payload[:100], "note": payload, "fields_attributes": fields}
            other.call("PATCH", "/api/v1/accounts/update_credentials", json=body)
            other.says("Look at my profile")
    site.run_jobs()
    return ada


def test_what_apps_show_as_html_cannot_act(site: Site, ask: Asker, ada: Person) -> None:
    ids = [one["id"] for one in _all_of(ada)] + [ada.id, *_people(site)]
    asked = [
        Question("GET", route.path, ada.token, query="limit=80&q=evil7")
        for route in routes("GET")
        if "{" not in route.path
    ]
    for route in routes("GET"):
        names = NAMED.findall(route.path)
        if names and all(names_an_id(name) for name in names):
            asked += [Question("GET", filled(route, id_), ada.token, query="limit=80") for id_ in ids]
    wrong, looked = [], 0
    for one, answer in zip(asked, ask(*asked), strict=True):
        if answer.status != 200:
            assert answer.status < 500, f"{one}: {answer}"
            continue
        for key, html in html_in(json.loads(answer.body.decode("utf-8"))):
            looked += 1
            wrong += [f"{one}: {key}: {fault} in {html}" for fault in _improper(html)]
    assert not wrong, f"{len(wrong)}, such as {wrong[:3]}"
    assert looked > 1000


@cache
def _improper(html: str) -> list[str]:
    """What is wrong in a text that apps show as HTML; the same text comes in many answers, and is read once."""
    wrong = [*dangers(html)]
    for one in elements(html):
        wrong += [f"<{one.tag}>"] * (one.tag not in ALLOWED) + [f"{one.attrib}"] * (not _proper(one))
    return wrong


def _proper(one: Element) -> bool:
    """Links lead to the web and say nothing about where one came from; classes are those that apps know."""
    if one.tag == "a":
        rel = set((one.get("rel") or "").split())
        ours = (one.get("href") or "").startswith("http://localhost:8000/")
        safe = {"nofollow", "noopener"} <= rel or ours
        if not (one.get("href") or "").startswith(("http://", "https://")) or not safe:
            return False
    known = {"mention", "hashtag", "u-url", "h-card", "invisible", "ellipsis", "quote-inline"}
    return set((one.get("class") or "").split()) <= known and set(one.attrib) <= {
        *("href", "rel", "target", "class", "translate", "lang", "title", "start", "reversed", "value", "dir")
    }


def _all_of(ada: Person) -> list[Any]:
    found: list[Any] = []
    while page := ada.get(
        f"/api/v1/accounts/{ada.id}/statuses", limit=40, **({"max_id": found[-1]["id"]} if found else {})
    ):
        found += page
    return found


def _people(site: Site) -> list[str]:
    from perron.store.tables import accounts

    with site.store.engine.connect() as db:
        return [str(row.id) for row in db.execute(accounts.select())]


def test_words_are_kept_as_they_were_written(ada: Person) -> None:
    """Nothing is taken away from plain text, nor from what one edits: escaping is for whoever shows it."""
    posts = [one for one in _all_of(ada) if one["spoiler_text"]]

    assert {one["spoiler_text"] for one in posts} >= {payload[:50].strip() for payload in PAYLOADS if len(payload) < 50}
    some = posts[5]
    assert ada.get(f"/api/v1/statuses/{some['id']}/source")["text"] in PAYLOADS


def test_pages_with_the_same_words_cannot_act(site: Site, ask: Asker, ada: Person) -> None:
    """Whatever a browser is shown of these posts, people and searches (E-01, E-03, E-10)."""
    ids = [one["id"] for one in _all_of(ada)][:25]
    asked = []
    for page in site.app.web.routes:
        if not isinstance(page, Page) or "GET" not in (page.methods or ()):
            continue
        for id_ in ids if "{" in page.path else ids[:1]:
            path = page_path(page, id_).replace("alice", "ada")
            asked.append(Question("GET", path, query=f"q={quote(PAYLOADS[0])}&limit=40"))
    for payload in PAYLOADS[::2]:
        word = quote(payload, safe="")
        asked += [
            Question("GET", f"/{word}"),
            Question("GET", f"/@{word}"),
            Question("GET", f"/tags/{word}"),
            Question("GET", "/sign-in", query=f"next={word}&error={word}"),
            Question("GET", "/sign-up", query=f"invitation={word}"),
            Question("GET", "/search", query=f"q={word}"),
            Question("GET", "/oauth/authorize", query=f"client_id={word}&redirect_uri={word}&error_description={word}"),
            Question("GET", "/nowhere", headers=(("host", "localhost"), ("referer", word), ("user-agent", word))),
        ]
    wrong = []
    for one, answer in zip(asked, ask(*asked), strict=True):
        if answer.status >= 500:
            wrong.append(f"{one}: {answer}")
        if "html" in (answer.header("content-type") or ""):
            if found := dangers(answer.body.decode("utf-8")):
                wrong.append(f"{one}: {found}")
            csp = answer.header("content-security-policy") or ""
            if "unsafe-inline" in csp.partition("style-src")[0] or "script-src" not in csp + "script-src" * (
                "default-src" in csp
            ):
                wrong.append(f"{one}: policy {csp!r}")
        location = answer.header("location") or "/"
        if not location.startswith(("/", "http://localhost:8000/")) or location.startswith(("//", "/\\")):
            wrong.append(f"{one}: leads to {location}")
    assert not wrong, f"{len(wrong)}, such as {wrong[:3]}"


def test_the_parser_would_notice(ada: Person) -> None:
    """Were nothing escaped, most of the payloads would be found."""
    assert sum(bool(dangers(payload)) for payload in PAYLOADS) > 30
