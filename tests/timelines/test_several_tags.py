"""A tag's timeline beside other tags: any of them, all of them, none of them."""

from tests.rig import Person, Site, words


def test_other_tags_widen_and_narrow_a_tag(site: Site, ada: Person) -> None:
    for text in ("#pomme", "#poire", "#pomme #poire", "#Pomme #poire #verger", "#verger", "rien"):
        ada.says(text)
    ada.says("#pomme #poire", visibility="unlisted")

    def found(**more: object) -> list[str]:
        return [words(one) for one in site.anybody("/api/v1/timelines/tag/pomme", **more)]

    assert found() == ["#Pomme #poire #verger", "#pomme #poire", "#pomme"]
    several = ["#verger", "#Pomme #poire #verger", "#pomme #poire", "#poire", "#pomme"]
    assert found(**{"any[]": ["poire", "VERGER"]}) == several
    assert found(**{"all[]": ["Poire", "verger"]}) == ["#Pomme #poire #verger"]
    assert found(**{"none[]": ["verger", "inconnue"]}) == ["#pomme #poire", "#pomme"]
    assert found(**{"any[]": ["verger"], "all[]": ["poire"], "none[]": ["pomme"]}) == []
    assert found(**{"all[]": ["inconnue"]}) == [] == found(remote="true")
    assert found(local="true", **{"any[]": "poire"}) == several[1:]


def test_pages_of_several_tags_keep_what_was_asked(site: Site, ada: Person) -> None:
    ids = []
    for number in range(5):
        ids.append(ada.says(f"#pomme #poire {number}")["id"])
        ada.says(f"#pomme #verger {number}")
    path = "/api/v1/timelines/tag/pomme?any[]=poire&none[]=verger&limit=2"
    seen: list[str] = []
    while path:
        reply = site.client.get(path)
        seen += [one["id"] for one in reply.json()]
        path = reply.links.get("next", {}).get("url", "")
    assert seen == ids[::-1]
