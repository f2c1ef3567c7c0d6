import logging
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import select, update

from perron.people.invitations import make_invitation
from perron.people.sessions import find_session, start_session
from perron.people.users import change_password, disable_user
from perron.store.tables import accounts, sessions, users
from perron.web.fields import safe_next
from perron.web.routes import ROUTES

from .conftest import KEPT, PASSWORD, Browser, Site


def known(site: Site, value: str) -> bool:
    with site.store.read() as db:
        return find_session(db, value) is not None


def test_ada_signs_in_and_goes_where_she_wanted(site: Site) -> None:
    site.person("ada")
    answer = site.browser().sign_in(next="/@ada?page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/@ada?page=2")


def test_the_cookie_changes_at_sign_in_and_the_old_one_stays_anonymous(site: Site) -> None:  # A-04
    site.person("ada")
    browser = site.browser()
    browser.get("/sign-in")
    before = browser.session

    browser.sign_in()

    assert before and browser.session != before
    assert known(site, browser.session) and not known(site, before)


def test_after_signing_out_the_cookie_is_worth_nothing(site: Site) -> None:  # A-05
    site.person("ada")
    browser = site.browser()
    browser.sign_in()
    value = browser.session

    left = browser.fill(browser.get("/sign-in?again=1"), at="/language", lang="en")
    page = browser.get("/nowhere-signed-out")
    assert page.status_code == 404 and left.status_code == 303
    refused = browser.post("/sign-in", data={})  # any page with the header carries the form to leave
    left = browser.fill(refused, at="/sign-out")

    assert left.status_code == 303 and not known(site, value)
    taken_back = left.headers.get_list("set-cookie")
    assert {each.partition("=")[0] for each in taken_back} == {"perron_session", "perron_lang", "perron_proof"}
    assert all("Max-Age=0" in each for each in taken_back)
    replay = site.browser()
    replay.cookies.set("perron_session", value)
    assert replay.get("/sign-in").status_code == 200


def test_over_https_the_cookie_is_careful(open_site: Callable[..., Site]) -> None:  # A-06
    site = open_site()
    site.asgi.state.settings = site.store.settings = site.settings.__class__(
        data=site.settings.data, origin="https://perron.test"
    )
    site.person("ada")
    browser = site.browser("https://perron.test")

    answer = browser.fill(browser.get("/sign-in"), at="/sign-in", email="ada@perron.test", password=PASSWORD)

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-perron_session=")
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=2592000"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "\\\\evil.test",
        "/\t/evil.test",
        "/x\\@evil.test",
        "evil.test",
    ]
    + ["javascript:alert(1)", "/\n//evil.test", "", " /x"],
)
def test_nobody_is_led_to_another_host(site: Site, wanted: str) -> None:  # A-07, A-08
    site.person("ada")
    assert safe_next(wanted) == "/"
    assert site.browser().sign_in(next=wanted).headers["location"] == "/"
    browser = site.browser()
    page = browser.get("/sign-in")
    answer = browser.fill(page, at="/sign-in", email="ada@perron.test", password=PASSWORD, next=wanted)
    assert answer.headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_address_look_the_same(site: Site) -> None:
    site.person("ada")
    wrong = site.browser().sign_in(password="not this one")
    unknown = site.browser().sign_in(email="*)(uid=*@perron.test")
    assert wrong.status_code == unknown.status_code == 401
    assert "do not go together" in wrong.text and "do not go together" in unknown.text
    assert "not this one" not in wrong.text


def test_the_whole_password_counts(site: Site) -> None:  # A-03
    site.person("ada")
    from perron.people.passwords import hash_password

    long = "p" * 72
    with site.store.engine.begin() as connection:
        connection.execute(update(users).values(password=hash_password(long + "12345678")))
    assert site.browser().sign_in(password=long + "87654321").status_code == 401
    assert site.browser().sign_in(password=long + "12345678").status_code == 303


def test_a_password_never_reaches_the_log_and_not_from_an_address(  # A-21
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.person("ada")
    caplog.set_level(logging.DEBUG)
    browser = site.browser()
    browser.sign_in(password="secret-that-is-wrong")
    page = browser.get("/sign-in")
    answers = [
        browser.post("/sign-in", json={"email": "ada@perron.test", "password": "secret-that-is-wrong"}),
        browser.post("/sign-in", auth=("ada@perron.test", "secret-that-is-wrong")),
    ]
    assert [answer.status_code for answer in answers] == [403, 403]
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    assert not any("secret-that-is-wrong" in record.getMessage() for record in ours)
    assert browser.get("/sign-in?password=x").status_code == 400
    assert browser.fill(page, at="/sign-in", email="a").status_code == 401
    assert browser.post("/oauth/token?password=x").status_code == 400


def test_no_page_that_is_looked_at_changes_anything(site: Site) -> None:  # A-22
    site.person("ada")
    browser = site.browser()
    browser.sign_in()
    for path in ("/sign-out", "/language", "/oauth/token", "/oauth/revoke"):
        for headers in ({}, {"Sec-Purpose": "prefetch"}):
            assert browser.get(path, headers=headers).status_code == 405
    assert known(site, browser.session)
    assert "set-cookie" not in browser.get("/sign-up?lang=fr", headers={"Sec-Purpose": "prefetch"}).headers


FORMS = [
    route.path
    for route in ROUTES
    if "POST" in (getattr(route, "methods", None) or ()) and "OPTIONS" not in route.methods
]

REFUSED = [403] * 7
ELSEWISE = {
    # The share sheet of a phone knows no token. What it sends fills in the form that one sends oneself, and whoever is
    # not signed in is led to the door; another site is refused, and has no cookie of ours to send in the first place.
    "/share": [200, 200, 403, 403, 403, 403, 303],
    # A mail program has no cookie, no token and no origin (RFC 8058): the code in the address is the permission, and
    # this is none.
    "/mail/stop/{code}": [404] * 7,
    # So are letters of a list taken, and ended by one click of a mail program: the code is the permission.
    "/letters/yes/{code}": [404] * 7,
    "/letters/stop/{code}": [404] * 7,
    # How far somebody came in a story is said without a cookie, and the answer is the same whether it counted or not.
    "/stories/{id}/read": [204] * 7,
    # Whoever has the link of a drop-box puts in pictures, from any page that is ours: the code is the permission.
    "/drop/{code}": [404, 404, 403, 403, 403, 403, 404],
}


def test_a_form_that_is_not_ours_is_refused(open_site: Callable[..., Site]) -> None:  # A-23
    site = open_site(rate_limit="off")
    site.person("ada")
    site.person("bea")
    ada, bea = site.browser(), site.browser()
    ada.sign_in()
    bea.sign_in("bea@perron.test")
    bea_page, own = token_of(bea), token_of(ada)
    assert own and bea_page and own != bea_page

    answers = {}
    with ada, site.browser() as anybody:
        for path in FORMS:
            refused = [
                ada.post(path),
                ada.post(path, data={"csrf": bea_page}),
                ada.post(path, data={"csrf": own}, headers={"Origin": "https://evil.test"}),
                ada.post(path, data={"csrf": own}, headers={"Origin": "null"}),
                ada.post(path, data={"csrf": own}, headers={"Sec-Fetch-Site": "cross-site"}),
                ada.post(path, data={"csrf": own}, headers={"Sec-Fetch-Site": "same-site"}),
                anybody.post(path, data={"csrf": own}),
            ]
            answers[path] = [answer.status_code for answer in refused]
            anybody.cookies.clear()

    assert len(FORMS) > 90 and answers == {path: ELSEWISE.get(path, REFUSED) for path in FORMS}
    assert known(site, ada.session)


def test_a_form_of_ours_is_taken(open_site: Callable[..., Site]) -> None:  # A-23
    site = open_site(rate_limit="off")
    user, account = site.person("ada")
    ours = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    refused = []
    with site.browser() as ada:
        for path in FORMS:
            ada.cookies.set("perron_session", site.store.write(lambda tx: start_session(tx, user.id, account.id)))
            if ada.post(path, data={"csrf": token_of(ada)}, headers=ours).status_code == 403:
                refused.append(path)
            ada.cookies.clear()
    assert refused == []


def token_of(browser: Browser) -> str:
    """What the forms of somebody's pages carry."""
    return browser.get("/sign-up").text.partition('name="csrf" value="')[2].partition('"')[0]


def test_ten_wrong_tries_are_enough(site: Site) -> None:
    site.person("ada")
    browser = site.browser()
    tries = [browser.sign_in(password="wrong wrong").status_code for _ in range(11)]
    assert tries == [401] * 10 + [429]

    late = browser.sign_in()
    assert late.status_code == 429 and int(late.headers["retry-after"]) > 200
    site.asgi.state.settings = site.store.settings = site.settings.__class__(data=site.settings.data, rate_limit="off")
    assert browser.sign_in().status_code == 303


def test_signing_in_well_is_not_counted(site: Site) -> None:
    site.person("ada")
    assert [site.browser().sign_in().status_code for _ in range(12)] == [303] * 12


def test_a_disabled_user_stays_outside_and_is_put_outside(site: Site) -> None:
    user, _ = site.person("ada")
    browser = site.browser()
    browser.sign_in()
    site.store.write(lambda tx: disable_user(tx, user.id))
    assert not known(site, browser.session)
    assert site.browser().sign_in().status_code == 403


def test_another_password_signs_out_every_browser(site: Site) -> None:
    user, _ = site.person("ada")
    browser = site.browser()
    browser.sign_in()
    site.store.write(lambda tx: change_password(tx, user.id, KEPT))
    assert not known(site, browser.session)


def join_as(browser: Browser, name: str, path: str = "/sign-up", **more: str) -> httpx.Response:
    given = {"username": name, "email": f"{name}@perron.test", "password": PASSWORD} | more
    return browser.fill(browser.get(path), at="/sign-up", **given)


def test_dirk_joins_and_is_signed_in(site: Site) -> None:
    browser = site.browser()
    answer = join_as(browser, "dirk", "/sign-up?next=/explore")
    assert (answer.status_code, answer.headers["location"]) == (303, "/explore")
    assert known(site, browser.session)
    with site.store.read() as db:
        assert db.execute(select(users.c.locale)).scalar() == "en"
        assert db.execute(select(accounts.c.handle)).scalar() == "dirk"


def test_what_cannot_be_accepted_is_said_beside_what_was_written(site: Site) -> None:
    site.person("ada")
    browser = site.browser()
    taken = join_as(browser, "ada", email="other@perron.test")
    assert taken.status_code == 422
    assert "This name is taken" in taken.text and 'value="other@perron.test"' in taken.text
    assert 'aria-invalid="true"' in taken.text and PASSWORD not in taken.text
    assert join_as(browser, "dirk", password="short").status_code == 422
    assert join_as(browser, "dirk", email="victim%x.test@r1.test").status_code == 422
    assert join_as(browser, "dirk", email="dirk@x.test\r\nBcc: v@x.test").status_code == 422


def test_whoever_needs_approval_waits_outside(open_site: Callable[..., Site]) -> None:
    site = open_site(registration="approval")
    browser = site.browser()
    page = browser.get("/sign-up")
    assert "What brings you here?" in page.text
    answer = join_as(browser, "dirk", reason="The view.")
    assert answer.status_code == 200 and "waits for approval" in answer.text
    with site.store.read() as db:
        assert db.execute(select(users.c.state, users.c.reason)).one() == ("pending", "The view.")


def test_by_invitation_only_the_invited_join(open_site: Callable[..., Site]) -> None:
    site = open_site(registration="invitation")
    code = site.store.write(make_invitation)
    browser = site.browser()
    assert "needs an invitation" in browser.get("/sign-up").text
    assert "used up or has expired" in browser.get("/sign-up?invitation=nonsense").text
    assert join_as(browser, "dirk", f"/sign-up?invitation={code}").status_code == 303
    late = site.browser().get(f"/sign-up?invitation={code}")
    assert "used up or has expired" in late.text and "<input id=" not in late.text


def test_a_closed_server_says_so(open_site: Callable[..., Site]) -> None:
    page = open_site(registration="closed").browser().get("/sign-up")
    assert "Nobody can join" in page.text and 'name="username"' not in page.text


def test_the_language_is_the_visitors(site: Site) -> None:
    browser = site.browser()
    assert 'lang="en"' in browser.get("/sign-in").text
    assert 'lang="fr"' in browser.get("/sign-in", headers={"Accept-Language": "fr-FR"}).text
    assert 'lang="fr"' in browser.get("/sign-in?lang=fr").text
    assert "Mot de passe" in browser.get("/sign-in").text  # remembered
    assert browser.get("/sign-in?lang=xx").status_code == 200


def test_a_user_is_spoken_to_in_their_language_and_can_change_it(site: Site) -> None:
    site.person("ada", locale="fr")
    browser = site.browser()
    browser.sign_in()
    page = browser.get("/sign-up")
    assert 'html lang="fr"' in page.text

    browser.fill(page, at="/language", lang="en")

    assert 'html lang="en"' in browser.get("/sign-up").text
    again = browser.fill(browser.get("/sign-up?invitation=a%26b"), at="/language", lang="fr")
    assert again.headers["location"] == "/sign-up?invitation=a%26b"
    browser.fill(browser.get("/sign-up"), at="/language", lang="en")
    with site.store.read() as db:
        assert db.execute(select(users.c.locale)).scalar() == "en"


def test_pages_are_careful(site: Site) -> None:
    answer = site.browser().get("/sign-in")
    policy = answer.headers["content-security-policy"]
    assert "unsafe-inline" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers  # H-05
    assert " style=" not in answer.text


def test_what_belongs_to_pages_is_kept_by_browsers(site: Site) -> None:
    browser = site.browser()
    page = browser.get("/sign-in").text
    path = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in browser.get(path).headers["cache-control"]
    older = browser.get("/static/yesterday/perron.css", follow_redirects=False)
    assert (older.status_code, older.headers["cache-control"]) == (307, "public, max-age=300")
    assert older.headers["location"] == path
    for outside in ("/static/yesterday/../kit.py", "/static/yesterday/%2e%2e/kit.py", "/static/yesterday/..%2fkit.py"):
        assert browser.get(outside).status_code == 404
    assert browser.get("/static/yesterday/nothing.css").status_code == 404
    mark = browser.get("/static/now/mark.svg", follow_redirects=True)
    assert mark.headers["content-type"].startswith("image/svg+xml")


def test_too_much_at_once_is_refused(site: Site) -> None:
    browser = site.browser()
    browser.get("/sign-in")
    assert browser.post("/sign-in", data={"email": "x" * 2_000_000}).status_code == 413
    assert browser.post("/sign-in", content=(b"x" * 500_000 for _ in range(4))).status_code == 413


def test_a_visit_a_day_later_prolongs_the_session(site: Site) -> None:
    site.person("ada")
    browser = site.browser()
    browser.sign_in()
    with site.store.engine.begin() as connection:
        connection.execute(update(sessions).values(seen_at=1, expires_at=sessions.c.expires_at - 86_400_000))
    answer = browser.get("/sign-up")
    assert "Max-Age=2592000" in answer.headers["set-cookie"]
    assert "set-cookie" not in browser.get("/sign-up").headers
