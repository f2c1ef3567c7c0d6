"""Whatever people write, no page of ours does anything of its own (E-01, E-03, E-09, E-10)."""

from urllib.parse import quote

from tests.rig import Site as Town

from .acting import faults
from .conftest import at_browser, somebody
from .test_pages import picture, publish

CORPUS = [
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "<a href=javascript:alert(1)>x</a>",
    "https://a.test/\"onmouseover='alert(1)'",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<button formaction=javascript:alert(1)>",
    "<base href=//evil.test>",
    "<meta http-equiv=refresh content=0;url=//evil.test>",
    "<style>*{display:none}</style>",
    "<form action=//evil.test><input name=csrf>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<input id=main name=main autofocus onfocus=alert(1)>",
    "{{ 7 * 7 }} {% raw %} ${7*7} %(who)s %s",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202e<b>evil",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<video><source onerror=alert(1)>",
]


def test_what_people_write_stays_words(town: Town) -> None:
    person, reader = somebody(town, "ada"), somebody(town, "bea")
    reader.follows(person)
    ada, bea, anybody = at_browser(town, person), at_browser(town, reader), at_browser(town)
    for payload in CORPUS:
        profile = {"display_name": payload[:100], "note": payload, "line_name": payload, "line_value": payload}
        assert ada.press(ada.get("/settings/profile"), "/settings/profile", **profile).status_code == 303
        publish(ada, f"{payload} @bea", warning=payload)
        post = person.says(payload, poll={"options": [payload[:50], "other"], "expires_in": 3600})
    publish(ada, "picture", files={"file_0": ("<x>.jpg", picture(), "image/jpeg")}, about_0=" ".join(CORPUS))
    town.run_jobs()

    paths = ["/", "/explore", "/@ada", "/@ada/media", "/@bea/followers", f"/@ada/{post['id']}", "/search?q=alert"]
    for path in paths:
        assert faults(anybody.get(path).text) == [], path
    for path in [*paths, "/home", "/notices", "/settings/profile", f"/@ada/{post['id']}/edit"]:
        for browser in (ada, bea):
            assert faults(browser.get(path).text) == [], path


def test_what_stands_in_an_address_stays_words(town: Town) -> None:
    anybody, ada = at_browser(town), at_browser(town, somebody(town, "ada"))
    for payload in CORPUS:
        said = quote(payload, safe="")
        for path in (f"/{said}", f"/@{said}", f"/@ada/{said}", f"/tags/{said}", f"/search?q={said}", f"/?x={said}"):
            for browser in (anybody, ada):
                answer = browser.get(path)
                assert answer.status_code in (200, 301, 302, 404, 405) and faults(answer.text) == [], path
        for path in (f"/write?text={said}", f"/sign-in?again=1&next={said}", f"/sign-up?invitation={said}"):
            assert faults(ada.get(path).text) == [], path
        assert faults(ada.press(ada.get("/home"), "/post", text=payload, language="no!", option=payload).text) == []
