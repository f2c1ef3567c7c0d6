"""A browser, as far as letting an app in needs one: it follows addresses, fills in forms and reads what is shown."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

from tests.clients.server import PASSWORD, Person


class Page(HTMLParser):
    """A page's first form, with its fields as they are filled in already, and the text in `<code>`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.action, self.fields, self.code = "", {}, ""  # type: ignore[var-annotated]
        self._in_form = self._in_code = False
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form" and given.get("method") == "post" and given.get("action") in ("/sign-in", "/oauth/authorize"):
            self.action, self._in_form = given["action"], True
        elif tag == "input" and self._in_form and given.get("name"):
            self.fields[given["name"]] = given.get("value", "")
        elif tag == "code":
            self._in_code = True

    def handle_endtag(self, tag: str) -> None:
        self._in_form = self._in_form and tag != "form"
        self._in_code = self._in_code and tag != "code"

    def handle_data(self, data: str) -> None:
        if self._in_code:
            self.code += data


def let_in(address: str, who: Person) -> str:
    """Open the address that an app gives, sign in, agree; the code to copy into the app."""
    with httpx.Client(follow_redirects=True, timeout=10) as browser:
        shown = browser.get(address)
        page = Page(shown.text)
        assert page.action == "/sign-in", shown.text
        shown = browser.post(
            urljoin(str(shown.url), page.action), data={**page.fields, "email": who.email, "password": PASSWORD}
        )
        page = Page(shown.text)
        assert page.action == "/oauth/authorize", shown.text
        shown = browser.post(urljoin(str(shown.url), page.action), data={**page.fields, "decision": "allow"})
        assert shown.status_code == 200, shown.text
        code = Page(shown.text).code.strip()
        assert code, shown.text
        return code
