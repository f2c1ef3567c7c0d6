from tests.rig import Person, Site


def test_a_new_post_reaches_its_followers(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    ada.says("Bonjour")
    assert bea.home() == ["Bonjour"]
    assert ada.home() == ["Bonjour"]
    assert dirk.home() == []


def test_a_mention_is_told_once(site: Site, ada: Person, dirk: Person) -> None:
    ada.says("Salut @dirk, un café ?")
    site.run_jobs()
    assert dirk.notices() == [("mention", "ada")]
