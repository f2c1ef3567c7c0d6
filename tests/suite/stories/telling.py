"""What tests of stories have in common: a story of unlike items, and somebody from elsewhere."""

import io
from typing import Any

from PIL import Image

from perron.kit.ids import new_id
from perron.people.queries import find_account
from perron.posts.cards import Card, card_for, change_card
from perron.store import Tx
from perron.store.tables import accounts, posts
from tests.rig import Person, Site

STORIES = "/api/perron/v1/stories"


def picture(color: str = "red") -> bytes:
    """A small PNG."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(out, "PNG")
    return out.getvalue()


def upload(person: Person, color: str = "red", alt: str = "A red field") -> str:
    """An upload's id."""
    files = {"file": (f"{color}.png", picture(color), "image/png")}
    return str(person.call("POST", "/api/v2/media", files=files, data={"description": alt})["id"])


def tells(person: Person, *items: dict[str, Any], title: str = "Marseille, one evening", **more: Any) -> dict[str, Any]:
    """A draft of these items."""
    made: dict[str, Any] = person.post(STORIES, {"title": title, "items": [*items], **more})
    return made


def published(person: Person, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A story that is out, and whose people were told."""
    made = tells(person, *items, **more)
    found: dict[str, Any] = person.post(f"{STORIES}/{made['id']}/publish")
    person.site.run_jobs()
    return found


def path(story: dict[str, Any]) -> str:
    """The address of a story without its host."""
    return "/" + str(story["url"]).split("/", 3)[3]


def words_of(story: dict[str, Any]) -> list[str]:
    """What its items say, in their order; "gone" for what was taken back."""
    return ["gone" if one["gone"] else one.get("text") or one["type"] for one in story["items"]]


def from_elsewhere(site: Site, text: str = "Said far away", handle: str = "zoe@far.example") -> str:
    """A public post that came from another server; its id."""
    username, _, domain = handle.partition("@")
    author, post = new_id(), new_id()

    def work(tx: Tx) -> None:
        who = {"username": username, "domain": domain, "display_name": "Zoé", "url": f"https://{domain}/@{username}"}
        tx.execute(accounts.insert(), {"id": author, "handle": handle, "uri": f"https://{domain}/u/{author}", **who})
        address = f"https://{domain}/@{username}/{post}"
        said = {"text": text, "html": f"<p>{text}</p>", "uri": f"{address}#it", "url": address, "thread_id": post}
        tx.execute(posts.insert(), {"id": post, "author_id": author, "visibility": "public", "listed": True, **said})
        assert find_account(tx, author) is not None

    site.store.write(work)
    return str(post)


def known_page(site: Site, url: str, title: str, description: str = "") -> None:
    """A page that was looked at: tests reach nobody outside."""

    def work(tx: Tx) -> None:
        card = card_for(tx, url)
        assert card is not None, url
        change_card(
            tx, Card(card.id, card.url, "ready", title=title, description=description, fetched_at=new_id() >> 16)
        )

    site.store.write(work)


def five_unlike(site: Site, ada: Person, bea: Person) -> list[dict[str, Any]]:
    """A local post, a remote post, an article, a feed item and a photo, with words between."""
    local = bea.says("The harbour is full tonight")["id"]
    return [
        {"type": "heading", "text": "One evening"},
        {"type": "post", "id": local},
        {"type": "text", "text": "First words between"},
        {"type": "post", "id": from_elsewhere(site)},
        {"type": "text", "text": "Second words between"},
        {"type": "link", "url": "https://news.example/article"},
        {"type": "text", "text": "Third words between"},
        {"type": "feed", "url": "https://blog.example/entry", "title": "An entry", "feed": "The blog"},
        {"type": "text", "text": "Fourth words between"},
        {"type": "photo", "media_id": upload(ada), "caption": "The red field", "credit": "Ada"},
    ]
