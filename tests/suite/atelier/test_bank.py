"""The media bank through the API: put in, described, found, used in posts, let go."""

import io
import zipfile
from typing import Any

import pytest
from PIL import Image

from perron.kit import time as clock
from perron.media.places import files_of
from perron.media.prune import prune
from tests.rig import Person, Site

BANK = "/api/perron/v1/bank"


def picture(color: str | tuple[int, int, int] = "red", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    """A small JPEG; another colour makes another file."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG", **more)
    return out.getvalue()


def put(person: Person, data: bytes, name: str = "one.jpg", *, expect: int = 200, **said: Any) -> Any:
    return person.call("POST", f"{BANK}/items", files={"file": (name, data, "image/jpeg")}, data=said, expect=expect)


def found(who: Person, **asked: Any) -> list[str]:
    """Captions of what is found."""
    return [one["caption"] for one in who.get(f"{BANK}/items", **asked)["items"]]


def test_a_picture_is_kept_with_what_is_said_of_it(ada: Person) -> None:
    made = put(
        ada,
        picture(),
        credit="Rol / Gallica",
        place="Marseille, Vieux-Port",
        caption="L’arrivée",
        alt="Un coureur lève les bras",
        date="v. 1898",
        album="Fonds Rol",
        usable_until="2999-12-31",
        **{"people[]": ["Ada Lovelace", "ada lovelace"], "tags[]": ["course"]},
    )
    assert made["new"] is True
    assert made["people"] == ["Ada Lovelace"] and made["tags"] == ["course"]
    assert made["date"] == {"edtf": "1898~", "text": "c. 1898", "begins": "1898-01-01", "ends": "1898-12-31"}
    assert (made["shape"], made["kind"], made["uses_count"]) == ("landscape", "image", 0)
    assert made["media"]["description"] == "Un coureur lève les bras"
    assert ada.get(f"{BANK}/items/{made['id']}")["place"] == "Marseille, Vieux-Port"
    assert ada.get(BANK) == {"items_count": 1, "albums": [{"name": "Fonds Rol", "items_count": 1}]}


def test_the_same_file_is_kept_once(ada: Person) -> None:
    first = put(ada, picture(), caption="la première")
    again = put(ada, picture(), "another name.jpg", caption="la seconde")
    assert again["new"] is False and again["id"] == first["id"] and again["caption"] == "la première"
    assert ada.get(BANK)["items_count"] == 1


def test_what_is_asked_for_is_found_and_nothing_else(ada: Person) -> None:
    put(ada, picture("red"), caption="victoire", place="Paris", date="1898", **{"people[]": ["Suzanne Lenglen"]})
    put(ada, picture("blue", (40, 60)), caption="défaite", credit="AFP / Zoé", date="années 1920")
    put(
        ada,
        picture("green", (50, 50)),
        caption="entraînement",
        place="Marseille",
        date="été 1936",
        **{"tags[]": ["boxe"]},
    )
    put(ada, picture("white"), caption="sans rien", alt="Une victoire ancienne")
    everything = ["sans rien", "entraînement", "défaite", "victoire"]
    for asked, wanted in (
        ({}, everything),
        ({"q": "victoire"}, ["sans rien", "victoire"]),
        ({"q": "victoires -ancienne"}, ["victoire"]),
        ({"q": "lenglen"}, ["victoire"]),
        ({"person": "suzanne"}, ["victoire"]),
        ({"person": "lenglen suzanne"}, []),
        ({"place": "mars"}, ["entraînement"]),
        ({"credit": "zoe"}, ["défaite"]),
        ({"tag": "Boxe"}, ["entraînement"]),
        ({"tag": "paris"}, []),
        ({"from_year": 1890, "to_year": 1899}, ["victoire"]),
        ({"to_year": 1925}, ["défaite", "victoire"]),
        ({"from_year": 1925, "to_year": 1925}, ["défaite"]),
        ({"from_year": 1930}, ["entraînement"]),
        ({"undated": True}, ["sans rien"]),
        ({"shape": "portrait"}, ["défaite"]),
        ({"shape": "square"}, ["entraînement"]),
        ({"kind": "video"}, []),
        ({"never_used": True}, everything),
        ({"order": "oldest"}, ["victoire", "défaite", "entraînement", "sans rien"]),
        ({"order": "newest"}, ["entraînement", "défaite", "victoire", "sans rien"]),
        ({"order": "oldest", "q": "victoire"}, ["victoire", "sans rien"]),
        ({"q": '!? "'}, everything),
    ):
        assert found(ada, **asked) == wanted, asked


def test_every_order_is_read_page_by_page_without_a_gap(ada: Person) -> None:
    for n in range(7):
        put(
            ada,
            picture((n * 30, 0, 0)),
            caption=f"n{n} mot",
            date=["1898", "", "1898", "1920s", "1898~", "", "1911"][n],
        )
    for order in ("added", "oldest", "newest"):
        for words in ("", "mot"):
            whole = found(ada, order=order, q=words)
            read: list[str] = []
            after = None
            while after != "":
                page = ada.get(f"{BANK}/items", order=order, q=words, limit=2, **({"after": after} if after else {}))
                read += [one["caption"] for one in page["items"]]
                after = page["next"] or ""
            assert read == whole and len(set(read)) == 7


def test_what_was_said_anew_is_what_is_found(ada: Person) -> None:
    made = put(ada, picture(), caption="avant", date="1898", **{"people[]": ["Ada"]})
    changed = ada.call(
        "PATCH", f"{BANK}/items/{made['id']}", json={"caption": "après", "date": "1911-06-12?", "people": ["Bea"]}
    )
    assert changed["date"]["text"] == "12 June 1911?"
    assert (found(ada, q="avant"), found(ada, q="apres")) == ([], ["après"])
    assert (found(ada, person="ada"), found(ada, person="bea")) == ([], ["après"])
    assert (found(ada, to_year=1900), found(ada, from_year=1911, to_year=1911)) == ([], ["après"])
    assert ada.get(f"{BANK}/terms", kind="person") == [{"name": "Bea", "items_count": 1}]


def test_a_date_that_is_none_is_refused_and_nothing_is_changed(ada: Person) -> None:
    made = put(ada, picture(), date="1898")
    wrong = ada.call("PATCH", f"{BANK}/items/{made['id']}", json={"date": "hier", "caption": "x"}, expect=422)
    assert "not understood" in wrong["error"]
    assert ada.get(f"{BANK}/items/{made['id']}")["caption"] == ""


def test_many_are_changed_at_once(ada: Person) -> None:
    ids = [put(ada, picture((n * 60, 9, 9)), **{"tags[]": ["a", "b"]})["id"] for n in range(3)]
    said = {"ids": ids[:2], "credit": "AFP", "add_tags": ["c"], "drop_tags": ["A"]}
    assert ada.post(f"{BANK}/items/change", said) == {"count": 2}
    shown = {one["id"]: (one["credit"], one["tags"]) for one in ada.get(f"{BANK}/items")["items"]}
    assert shown == {ids[0]: ("AFP", ["b", "c"]), ids[1]: ("AFP", ["b", "c"]), ids[2]: ("", ["a", "b"])}


def test_a_post_shows_a_copy_and_the_bank_knows_where(site: Site, ada: Person) -> None:
    made = put(ada, picture(), caption="une", alt="Une image rouge")
    (media,) = ada.post(f"{BANK}/items/use", {"ids": [made["id"]]})
    assert (
        media["id"] != made["id"] and media["description"] == "Une image rouge" and media["url"] == made["media"]["url"]
    )
    post = ada.says("voilà", media_ids=[media["id"]])
    assert found(ada, never_used=True) == ["une"]
    site.run_jobs()
    assert found(ada, never_used=True) == []
    assert [one["id"] for one in ada.get(f"{BANK}/items/{made['id']}/uses")] == [post["id"]]
    assert ada.get(f"{BANK}/items/{made['id']}")["uses_count"] == 1
    ada.delete(f"/api/v1/statuses/{post['id']}")
    site.run_jobs()
    assert found(ada, never_used=True) == ["une"]
    assert ada.get(f"{BANK}/items/{made['id']}/uses") == []
    assert site.client.get(made["media"]["url"]).status_code == 200, "the bank still has its file"


def test_a_post_keeps_its_picture_when_the_bank_lets_go_of_it(
    site: Site, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = put(ada, picture(size=(2000, 1500)))
    (media,) = ada.post(f"{BANK}/items/use", {"ids": [made["id"]]})
    post = ada.says("voilà", media_ids=[media["id"]])
    ada.delete(f"{BANK}/items/{made['id']}")
    site.run_jobs()
    assert ada.get(BANK)["items_count"] == 0 and ada.get(f"{BANK}/terms", kind="tag") == []
    for url in (media["url"], media["preview_url"]):
        assert site.client.get(url).status_code == 200
    ada.delete(f"/api/v1/statuses/{post['id']}")
    later = clock.now() + 3 * clock.DAY
    monkeypatch.setattr("perron.media.prune.now", lambda: later)
    prune(site.store, files_of(site.store))
    site.run_jobs()
    assert site.client.get(media["url"]).status_code == 404, "nobody has the file any more"


def test_a_kept_picture_is_neither_attached_itself_nor_removed_nor_cleared_away(
    site: Site, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = put(ada, picture())
    ada.says("voilà", media_ids=[made["id"]], expect=422)
    ada.delete(f"/api/v1/media/{made['id']}", expect=422)
    ada.put(f"/api/v1/media/{made['id']}", {"description": "x"}, expect=422)
    (copy,) = ada.post(f"{BANK}/items/use", {"ids": [made["id"]]})
    later = clock.now() + 3 * clock.DAY
    monkeypatch.setattr("perron.media.prune.now", lambda: later)
    prune(site.store, files_of(site.store))
    site.run_jobs()
    ada.get(f"/api/v1/media/{copy['id']}", expect=404)
    assert site.client.get(made["media"]["url"]).status_code == 200


def test_a_picture_whose_right_has_ended_is_found_and_not_used(ada: Person) -> None:
    made = put(ada, picture(), caption="vieille", usable_until="2020-12-31")
    put(ada, picture("blue"), caption="libre")
    assert found(ada, usable=True) == ["libre"]
    assert found(ada, usable=True, order="oldest") == ["libre"]
    wrong = ada.post(f"{BANK}/items/use", {"ids": [made["id"]]}, expect=422)
    assert "ended on 2020-12-31" in wrong["error"]


def test_a_bank_is_its_accounts_own(ada: Person, dirk: Person) -> None:
    made = put(ada, picture(), caption="à ada")
    put(dirk, picture(), caption="à dirk")
    assert (found(ada), found(dirk), found(dirk, q="ada")) == (["à ada"], ["à dirk"], [])
    dirk.get(f"{BANK}/items/{made['id']}", expect=404)
    dirk.call("PATCH", f"{BANK}/items/{made['id']}", json={"caption": "x"}, expect=404)
    dirk.delete(f"{BANK}/items/{made['id']}", expect=404)
    dirk.get(f"{BANK}/items/{made['id']}/uses", expect=404)
    assert dirk.post(f"{BANK}/items/use", {"ids": [made["id"]]}) == []
    assert dirk.post(f"{BANK}/items/remove", {"ids": [made["id"]]}) == {"count": 0}


def test_what_a_file_says_of_itself_is_read_and_taken_out_of_it(site: Site, ada: Person) -> None:
    exif = Image.Exif()
    exif[270], exif[315] = "Une légende".encode(), "Ada L."
    exif.get_ifd(34665)[36867] = "1998:06:12 10:00:00"
    exif.get_ifd(34853)[2] = (48.0, 51.0, 24.0)
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Credit="AFP">'
        b'<dc:subject xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Bag><rdf:li>boxe</rdf:li></rdf:Bag></dc:subject>'
        b"</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    made = put(ada, picture(exif=exif, xmp=packet), place="Paris")
    assert (made["caption"], made["credit"], made["place"], made["tags"]) == (
        "Une légende",
        "Ada L. / AFP",
        "Paris",
        ["boxe"],
    )
    assert made["date"]["edtf"] == "1998-06-12"
    shown = site.client.get(made["media"]["url"]).content
    assert not Image.open(io.BytesIO(shown)).getexif() and b"AFP" not in shown


def test_what_a_file_says_wrongly_of_itself_does_no_harm(ada: Person) -> None:
    bomb = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><!DOCTYPE a [<!ENTITY b "c">]><rdf:RDF>&b;</rdf:RDF></x:xmpmeta>'
    exif = Image.Exif()
    exif.get_ifd(34665)[36867] = "0000:00:00 00:00:00"
    made = put(ada, picture(xmp=bomb, exif=exif))
    assert (made["caption"], made["credit"], made["date"]) == ("", "", None)


# -- many at once ------------------------------------------------------------------------------------------------------

TABLE = "fichier;légende;crédit;date;personnes\nUn.JPG;Première;Rol;v. 1898;Ada, Bea\ndeux.jpg;;;hier;\n"


def test_a_folder_is_sent_file_by_file_with_a_table(ada: Person) -> None:
    begun = ada.post(f"{BANK}/imports", {"of": 3, "name": "été", "captions": TABLE, "credit": "AFP", "tags": ["été"]})
    assert begun["wrong"] == [["3: deux.jpg", begun["wrong"][0][1]]] and "not understood" in begun["wrong"][0][1]
    where = f"{BANK}/imports/{begun['id']}"
    for name, data, expect in (("un.jpg", picture(), 200), ("deux.jpg", picture("blue"), 200), ("x.txt", b"non", 422)):
        ada.call("POST", f"{where}/files", files={"file": (name, data, "image/jpeg")}, expect=expect)
    done = ada.get(where)
    assert (done["state"], done["done"], done["added"], done["doubles"], len(done["wrong"])) == ("done", 3, 2, 0, 2)
    shown = {one["name"]: one for one in ada.get(f"{BANK}/items", import_id=begun["id"])["items"]}
    assert (shown["un.jpg"]["caption"], shown["un.jpg"]["credit"], shown["un.jpg"]["people"]) == (
        "Première",
        "Rol",
        ["Ada", "Bea"],
    )
    assert (shown["deux.jpg"]["credit"], shown["deux.jpg"]["tags"]) == ("AFP", ["été"])


def test_an_import_that_was_called_off_takes_nothing_more(ada: Person) -> None:
    begun = ada.post(f"{BANK}/imports", {"of": 2})
    where = f"{BANK}/imports/{begun['id']}"
    ada.call("POST", f"{where}/files", files={"file": ("un.jpg", picture(), "image/jpeg")})
    assert ada.post(f"{where}/cancel")["state"] == "cancelled"
    ada.call("POST", f"{where}/files", files={"file": ("deux.jpg", picture("blue"), "image/jpeg")}, expect=422)
    assert ada.get(BANK)["items_count"] == 1


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def test_a_zip_is_taken_apart_by_a_job(site: Site, ada: Person) -> None:
    put(ada, picture("green"))
    files = {"a/un.jpg": picture(), "a/deux.jpg": picture("blue"), "trois.jpg": picture("green"), "notes.txt": b"non",
             "a/.cache": b"x", "captions.csv": TABLE.encode()}  # fmt: skip
    begun = ada.call("POST", f"{BANK}/imports", files={"file": ("tout.zip", packed(files), "application/zip")})
    assert (begun["kind"], begun["state"]) == ("zip", "open")
    site.run_jobs()
    done = ada.get(f"{BANK}/imports/{begun['id']}")
    assert (done["state"], done["of"], done["done"], done["added"], done["doubles"]) == ("done", 4, 4, 2, 1)
    assert [one[0] for one in done["wrong"]] == ["3: deux.jpg", "notes.txt"]
    assert found(ada, q="premiere") == ["Première"]
    left = [one.key for one in files_of(site.store).listed() if one.key.endswith(".raw")]
    assert left == [], "the zip is gone"


def test_what_is_no_zip_is_refused(ada: Person) -> None:
    ada.call("POST", f"{BANK}/imports", files={"file": ("tout.zip", b"PK nothing", "application/zip")}, expect=422)


# -- when an account goes ----------------------------------------------------------------------------------------------


def test_with_its_account_a_bank_goes(site: Site, ada: Person, dirk: Person) -> None:
    from sqlalchemy import select

    from perron.people.standing import delete_account
    from perron.store.tables import bank_items, bank_terms, banks, media

    put(dirk, picture("blue"), caption="à dirk")
    made = put(ada, picture(), **{"tags[]": ["course"]})
    site.store.write(lambda tx: delete_account(tx, ada.account))
    site.run_jobs()
    with site.store.read() as db:
        for table in (banks, bank_items, media):
            assert len(db.execute(select(table.c.id)).all()) == 1
        assert db.execute(select(bank_terms)).all() == []
    assert site.client.get(made["media"]["url"]).status_code == 404
    assert found(dirk, q="dirk") == ["à dirk"]


def test_boxes_are_opened_shown_and_closed(ada: Person) -> None:
    made = ada.post(
        f"{BANK}/boxes", {"name": "Tour de France", "word": "Merci", "place": "Alpe d’Huez", "days": 2, "most": 5}
    )
    assert made["open"] is True and "/drop/" in made["url"]
    assert [one["url"] for one in ada.get(f"{BANK}/boxes")] == [made["url"]]
    ada.delete(f"{BANK}/boxes/{made['id']}")
    assert ada.get(f"{BANK}/boxes")[0]["open"] is False
    ada.post(f"{BANK}/boxes", {"name": "x", "days": 93}, expect=422)
    ada.post(f"{BANK}/boxes", {"name": " "}, expect=422)
