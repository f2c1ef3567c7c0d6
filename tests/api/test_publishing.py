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


def test_what_is_remembered_between_requests_is_forgotten_at_the_next_commit(ada: Person, bea: Person) -> None:
    post = ada.says("Une étoile ?")
    assert bea.get(f"/api/v1/statuses/{post['id']}")["favourites_count"] == 0

    bea.post(f"/api/v1/statuses/{post['id']}/favourite")
    assert bea.get(f"/api/v1/statuses/{post['id']}")["favourites_count"] == 1
    assert [one["favourites_count"] for one in bea.get("/api/v1/timelines/home")] == [1]


def test_what_others_answer_is_read_though_what_it_answers_is_not_for_me(
    ada: Person, bea: Person, dirk: Person
) -> None:
    root = ada.says("À table")
    private = bea.says("@ada j'arrive", in_reply_to_id=root["id"], visibility="direct")
    answer = ada.says("Bienvenue", in_reply_to_id=private["id"])
    context = dirk.get(f"/api/v1/statuses/{root['id']}/context")
    assert [one["id"] for one in context["descendants"]] == [answer["id"]]
