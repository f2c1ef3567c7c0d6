"""The composer in a real browser: counting, completing, files, threads, drafts, taking back; and nothing is lost."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Locator, Page, expect

from perron.text.reading import length
from tests.api.pictures import png
from tests.browser.conftest import Opener
from tests.browser.flows import go_through, until
from tests.clients.server import Person, Served
from tests.text.samples import XSS, posts

pytestmark = pytest.mark.slow

AS_TYPED = [
    "",
    "Bonjour",
    "@ada@far.example et @bea",
    "https://www.exemple.fr/a_(b)?c=d&e=é#f.",
    "voir (https://x.test/a) et https://y.test, puis HTTP://Z.TEST/",
    "@bob@bücher.example @bob@-non.example @bob@münchen.例え",
    "https://a@b.test/ https://sans-point/ https://x.test:8080/p",
    "#Été #a·b #1 :blob_cat: :http://x.test a:b:c",
    "#éhttp://x.test x@y @/non /@non =@non",
    "👩‍👩‍👧 🇫🇷🇪🇺🇫 e\u0301 हिन्दी க்ஷி 각",
    "l\u200dien\ufeffhttps://x.test/é\u202fà",
    "\r\n\u2028\x0b\x85fin\x00\x1f",
    "a" + "\u0301" * 80,
    " ".join(f"@n{n}@far.example" for n in range(60)),
    "https://x.test/" + "a" * 2100,
    *XSS,
]


def write(page: Page, at: str = "/write") -> Locator:
    page.goto(at)
    form = page.locator("form.composer.alive").first
    expect(form).to_be_attached()
    return form


def text_of(form: Locator, n: int = 0) -> Locator:
    return form.locator('textarea[name^="text"]').nth(n)


def ada(empty: Served) -> Person:
    return empty.person("ada")


def lengths(page: Page, texts: list[str]) -> list[int]:
    """How long the script finds texts; they travel as ASCII, so that halves of pairs arrive."""
    counted: list[int] = page.evaluate(
        """async (kept) => {
            const from = document.querySelector('script[src*="js/composer.js"]').src.replace("composer.js", "");
            const { length } = await import(`${from}writing/reading.js`);
            return JSON.parse(kept).map(length);
        }""",
        json.dumps(texts),
    )
    return counted


def test_script_and_server_count_alike(empty: Served, open_browser: Opener) -> None:
    page = open_browser(empty, signed_in=ada(empty).email)
    assert dict(zip(AS_TYPED, lengths(page, AS_TYPED), strict=True)) == {text: length(text) for text in AS_TYPED}


def known(text: str) -> str:
    """Without characters that only a newer Unicode knows: what they are, the browser may know and Python not."""
    return "".join(one for one in text if unicodedata.category(one) != "Cn")


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(posts.map(known), min_size=40, max_size=80))
def test_script_and_server_count_alike_whatever_is_typed(counting: Page, texts: list[str]) -> None:
    wrong = {
        text: (n, length(text)) for text, n in zip(texts, lengths(counting, texts), strict=True) if n != length(text)
    }
    assert not wrong


@pytest.fixture
def counting(empty: Served, open_browser: Opener) -> Page:
    return open_browser(empty, signed_in=ada(empty).email)


def test_the_ring_fills_and_says_how_little_is_left(empty: Served, open_browser: Opener) -> None:
    page = open_browser(empty, signed_in=ada(empty).email, locale="en")
    form = write(page)
    expect(form.locator(".count")).to_be_hidden()
    text_of(form).fill("a" * 300)
    expect(form.locator(".count")).to_be_visible()
    expect(form.locator(".count .left")).to_have_text("")
    text_of(form).fill("a" * 495)
    expect(form.locator(".count .left")).to_have_text("5")
    expect(form.locator(".aloud")).to_have_text("Encore 5 signes")
    text_of(form).fill("https://exemple.fr/" + "a" * 600)
    expect(form.locator(".count .left")).to_have_text("")
    expect(form.locator(".count")).not_to_have_class(re.compile("over"))
    text_of(form).fill("a" * 502)
    expect(form.locator(".count.over .left")).to_have_text("-2")


def test_names_tags_and_emoji_are_completed_with_the_keyboard(empty: Served, open_browser: Opener) -> None:
    me, bea = ada(empty), empty.person("bea")
    stranger = empty.person("bea")
    stranger.says("Le #perronnage est un art")
    me.follows(bea)
    page = open_browser(empty, signed_in=me.email)
    form = write(page)
    text, offers = text_of(form), form.locator("[role=option]")

    def offered(typed: str) -> Locator:
        """What is offered for these letters, and not for those that were there a moment before."""
        return form.locator(f'[role=listbox][data-typed="{typed}"] [role=option]')

    text.focus()
    page.keyboard.type("Bonjour @be")
    expect(offered("@be").first).to_contain_text(bea.name)
    expect(text).to_have_attribute("aria-activedescendant", str(offers.first.get_attribute("id")))
    expect(offers.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(offers.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(text).to_have_value(f"Bonjour @{bea.name} ")

    page.keyboard.type("#perronn")
    expect(offered("#perronn").first).to_contain_text("1 fois cette semaine")
    page.keyboard.press("Tab")
    page.keyboard.type(":croiss")
    expect(offered(":croiss").first).to_contain_text("🥐")
    page.keyboard.press("Escape")
    expect(offers.first).to_be_hidden()
    page.keyboard.type("a")
    expect(offered(":croissa").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(text).to_have_value(f"Bonjour @{bea.name} #perronnage 🥐 ")
    expect(offers.first).to_be_hidden()
    page.keyboard.press("Enter")
    expect(text).to_have_value(f"Bonjour @{bea.name} #perronnage 🥐 \n")


def test_files_are_sent_at_once_described_pointed_at_and_put_in_order(
    empty: Served, open_browser: Opener, tmp_path: Path
) -> None:
    me = ada(empty)
    first, second = tmp_path / "first.png", tmp_path / "second.png"
    first.write_bytes(png())
    second.write_bytes(png())
    page = open_browser(empty, signed_in=me.email, width="phone")
    form = write(page)
    page.locator("perron-composer > input[type=file]").set_input_files([first, second])
    rows = form.locator(".file[data-file]")
    expect(rows).to_have_count(2)
    expect(rows.first.locator(".nudge")).to_be_visible()
    rows.nth(0).locator("textarea").fill("La première")
    expect(rows.first.locator(".nudge")).to_be_hidden()
    rows.nth(1).locator("textarea").fill("La seconde")

    frame = rows.nth(1).locator(".frame")
    expect(form.locator(".file .point")).to_have_count(2)
    expect(form.locator(".file progress")).to_have_count(0)
    page.wait_for_function("() => [...document.querySelectorAll('.file .frame img')].every((one) => one.naturalWidth)")
    box = frame.bounding_box()
    assert box is not None
    frame.click(position={"x": box["width"] * 0.75, "y": box["height"] * 0.5})
    page.keyboard.press("ArrowUp")
    rows.nth(1).get_by_role("button", name="Montrer avant").click()
    expect(rows.first.locator("textarea")).to_have_value("La seconde")
    rows.nth(1).locator(".frame").drag_to(rows.nth(0).locator(".frame"))
    expect(rows.first.locator("textarea")).to_have_value("La première")
    rows.nth(0).get_by_role("button", name="Montrer après").click()
    text_of(form).fill("Deux images")
    form.locator("button.main").click()
    page.wait_for_url("**/home#p*")

    (post,) = me.get(f"/api/v1/accounts/{me.id}/statuses")
    assert [one["description"] for one in post["media_attachments"]] == ["La seconde", "La première"]
    focus = post["media_attachments"][0]["meta"]["focus"]
    assert focus["x"] == pytest.approx(0.5, abs=0.1) and focus["y"] == pytest.approx(0.1, abs=0.1)


def test_what_is_pasted_or_dropped_is_taken(empty: Served, open_browser: Opener) -> None:
    page = open_browser(empty, signed_in=ada(empty).email)
    form = write(page)
    page.evaluate(
        """([bytes, how]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "a.png", { type: "image/png" }));
            const text = document.querySelector("form.composer textarea");
            text.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
            text.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
        }""",
        [list(png()), "paste"],
    )
    expect(form.locator(".file[data-file]")).to_have_count(2)


def test_a_file_that_is_none_says_so_and_the_words_stay(empty: Served, open_browser: Opener, tmp_path: Path) -> None:
    page = open_browser(empty, signed_in=ada(empty).email)
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"not a picture")
    form = write(page)
    text_of(form).fill("Mes mots")
    page.locator("perron-composer > input[type=file]").set_input_files(bad)
    expect(form.get_by_role("alert")).to_contain_text("Ce genre de fichier")
    expect(form.locator(".file")).to_have_count(0)
    expect(text_of(form)).to_have_value("Mes mots")


def test_a_thread_is_published_whole_or_not_at_all(empty: Served, open_browser: Opener) -> None:
    me = ada(empty)
    page = open_browser(empty, signed_in=me.email)
    form = write(page)
    text_of(form).fill("Un")
    for n, words in enumerate(("Deux", "Trois " + "x" * 500, "Quatre"), start=1):
        form.get_by_role("button", name="Continuer avec une autre publication").click()
        expect(text_of(form, n)).to_be_focused()
        page.keyboard.insert_text(words)
    expect(form.locator("button.main")).to_have_text("Publier les 4")
    page.keyboard.press("Control+Enter")
    third = form.locator(".part").nth(2)
    expect(third.get_by_role("alert")).to_contain_text("506")
    expect(text_of(form, 2)).to_be_focused()
    assert me.get(f"/api/v1/accounts/{me.id}/statuses") == []

    text_of(form, 2).fill("Trois")
    form.locator(".part").nth(3).get_by_role("button", name="Monter cette publication").click()
    form.locator(".part").nth(0).get_by_role("button", name="Retirer cette publication").click()
    form.get_by_role("button", name="Remettre").click()
    form.locator(".part").nth(1).get_by_role("button", name="Retirer cette publication").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/home#p*")
    found = me.get(f"/api/v1/accounts/{me.id}/statuses")
    assert [re.sub("<[^>]+>", "", one["content"]) for one in found] == ["Trois", "Quatre", "Un"]
    assert [one["in_reply_to_id"] for one in found] == [found[1]["id"], found[2]["id"], None]


def test_a_draft_is_found_in_another_browser_and_both_versions_are_kept(empty: Served, open_browser: Opener) -> None:
    me = ada(empty)
    here, there = open_browser(empty, signed_in=me.email), open_browser(empty, signed_in=me.email, width="phone")
    form = write(here)
    text_of(form).fill("Commencé ici")
    expect(form.locator(".state")).to_have_text("Gardé dans vos brouillons.")

    there.goto("/drafts")
    go_through(there.locator(".draft a", has_text="Commencé ici"))
    other = there.locator("form.composer.alive")
    expect(text_of(other)).to_have_value("Commencé ici")
    text_of(other).fill("Continué ailleurs")
    expect(other.locator(".state")).to_have_text("Gardé dans vos brouillons.")

    text_of(form).fill("Continué ici")
    alert = form.get_by_role("alert")
    expect(alert).to_contain_text("modifié ailleurs")
    expect(text_of(form)).to_have_value("Continué ici")
    with here.expect_response("**/drafts"):
        alert.get_by_role("button", name="Garder celle-ci à côté").click()
    expect(form.locator(".state")).to_have_text("Gardé dans vos brouillons.")
    there.goto("/drafts")
    expect(there.locator(".draft .words")).to_have_text(["Continué ici", "Continué ailleurs"])


def test_words_outlive_the_network(empty: Served, open_browser: Opener) -> None:
    page = open_browser(empty, signed_in=ada(empty).email)
    form = write(page)
    page.context.set_offline(True)
    text_of(form).fill("Écrit dans le tunnel")
    expect(form.locator(".state")).to_contain_text("Pas de connexion")
    page.context.set_offline(False)
    expect(form.locator(".state")).to_have_text("Gardé dans vos brouillons.")


def test_words_outlive_a_page_that_is_left(empty: Served, open_browser: Opener) -> None:
    page = open_browser(empty, signed_in=ada(empty).email)
    form = write(page)
    text_of(form).fill("Écrit d’abord")
    expect(form.locator(".state")).to_have_text("Gardé dans vos brouillons.")
    text_of(form).fill("Écrit juste avant de partir")
    page.goto("/drafts")
    until(page, lambda: page.locator(".draft .words").inner_text() != "Écrit d’abord")  # it comes when it comes
    expect(page.locator(".draft .words")).to_have_text(["Écrit juste avant de partir"])
    form = write(page)
    expect(text_of(form)).to_have_value("Écrit juste avant de partir")


def test_what_is_taken_back_leaves_nothing_and_comes_back_to_the_composer(empty: Served, open_browser: Opener) -> None:
    me, bea = ada(empty), empty.person("bea")
    bea.follows(me)
    page = open_browser(empty, signed_in=me.email)
    form = write(page)
    text_of(form).fill(f"Trop vite, @{bea.name}")
    form.locator("button.main").click()
    page.wait_for_url("**/home#p*")
    bar = page.locator("form.undo")
    expect(bar.get_by_role("status")).to_contain_text("C’est publié.")
    expect(bar.get_by_role("button")).to_have_text(re.compile(r"Annuler \(([12]?\d|30)\)"))
    expect(page).not_to_have_url(re.compile("published"))
    bar.get_by_role("button").click()
    page.wait_for_url("**/write?draft=*")
    expect(text_of(page.locator("form.composer.alive"))).to_have_value(f"Trop vite, @{bea.name}")
    assert me.get(f"/api/v1/accounts/{me.id}/statuses") == []
    assert bea.get("/api/v1/timelines/home") == [] and bea.get("/api/v1/notifications") == []


def test_going_back_after_publishing_shows_an_empty_form(empty: Served, open_browser: Opener) -> None:
    me = ada(empty)
    page = open_browser(empty, signed_in=me.email)
    form = write(page)
    text_of(form).fill("Une fois")
    form.locator("button.main").click()
    page.wait_for_url("**/home#p*")
    expect(text_of(page.locator("form.composer.alive"))).to_have_value("")
    page.go_back()
    expect(text_of(page.locator("form.composer.alive"))).to_have_value("")
    page.goto("/drafts")
    expect(page.locator(".draft")).to_have_count(0)


def test_words_of_a_change_outlive_a_reload(empty: Served, open_browser: Opener) -> None:
    me = ada(empty)
    post = me.says("Avant")
    page = open_browser(empty, signed_in=me.email)
    form = write(page, f"/@{me.name}/{post['id']}/edit")
    text_of(form).fill("Après mûre réflexion")
    page.reload()
    form = page.locator("form.composer.alive")
    expect(text_of(form)).to_have_value("Après mûre réflexion")
    form.locator("button.main").click()
    page.wait_for_url(f"**/@{me.name}/{post['id']}")
    expect(page.locator(".chosen .text").first).to_have_text("Après mûre réflexion")


def test_an_answer_names_people_who_can_be_taken_out(empty: Served, open_browser: Opener) -> None:
    me, bea = ada(empty), empty.person("bea")
    post = bea.says(f"Avec @{empty.person('dirk').name} au marché", visibility="private")
    me.follows(bea)
    page = open_browser(empty, signed_in=me.email)
    form = write(page, f"/write?reply_to={post['id']}")
    expect(form.locator("button.main")).to_have_text(f"Répondre à @{bea.name}")
    assert form.locator('[name="visibility"] option').evaluate_all("all => all.map(one => one.value)") == [
        "followers",
        "mentioned",
    ]
    expect(form.locator(".chip")).to_have_count(2)
    form.locator(".chip").nth(1).click()
    expect(text_of(form)).to_have_value(f"@{bea.name} ")
    expect(form.locator(".chip:visible")).to_have_count(1)


def test_a_poll_grows_and_shrinks(empty: Served, open_browser: Opener) -> None:
    me = ada(empty)
    page = open_browser(empty, signed_in=me.email, width="phone")
    form = write(page)
    text_of(form).fill("Où ?")
    form.get_by_role("button", name="Ajouter un sondage").click()
    answers = form.locator('input[name^="option"]')
    expect(answers.nth(0)).to_be_focused()
    page.keyboard.type("Ici")
    page.keyboard.press("Enter")
    expect(answers.nth(1)).to_be_focused()
    page.keyboard.type("Là")
    for n, words in enumerate(("Ailleurs", "Nulle part"), start=2):
        form.get_by_role("button", name="Ajouter une réponse").click()
        expect(answers.nth(n)).to_be_focused()
        page.keyboard.type(words)
    expect(form.get_by_role("button", name="Ajouter une réponse")).to_be_hidden()
    form.locator(".options li").nth(2).get_by_role("button", name="Retirer cette réponse").click()
    form.get_by_label("Ne montrer le résultat qu’à la fin").check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/home#p*")
    (post,) = me.get(f"/api/v1/accounts/{me.id}/statuses")
    assert [one["title"] for one in post["poll"]["options"]] == ["Ici", "Là", "Nulle part"]


def test_the_language_is_guessed_until_somebody_chooses(empty: Served, open_browser: Opener) -> None:
    page = open_browser(empty, signed_in=ada(empty).email)
    form = write(page)
    language = form.locator('[name="language"]')
    text_of(form).fill("This is what I have to tell you about the market and the people who were there.")
    expect(language).to_have_value("en")
    language.select_option("oc")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/write/look") else None)
    text_of(form).fill("Voici ce que je voulais vous dire du marché, et des gens qui étaient là pour nous voir.")
    page.evaluate("new Promise((done) => setTimeout(done, 1000))")  # js/writing/looking.js would have asked by now
    expect(language).to_have_value("oc")
    assert asked == []
