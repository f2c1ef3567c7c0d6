"""The page for a table of posts: looked at first, then planned."""

from tests.rig import Site as Town

from .conftest import at_browser, somebody
from .test_composer import send
from .test_pages import words
from .test_planned import planned

TABLE = "text,date,time\nUn,2031-05-01,09:30\nDeux,2031-03-30,02:30\n"


def test_a_table_is_looked_at_then_planned(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    assert "The first line names the columns" in words(ada.get("/table"))
    page = send(ada, "/table", {"do": "look"}, files={"file": ("posts.csv", TABLE.encode(), "text/csv")})
    assert page.status_code == 200 and "2 things can be planned. Nothing was planned yet." in words(page)
    assert "Line 3" in words(page) and "Plan all 2" in words(page) and planned(town, person) == []
    wrong = send(ada, "/table", {"do": "plan", "table": TABLE + "Trois,hier,09:30\n"})
    assert wrong.status_code == 422 and "1 line is wrong." in words(wrong) and planned(town, person) == []
    assert send(ada, "/table", {"do": "plan", "table": TABLE}).headers["location"] == "/scheduled"
    assert [one.draft.text for one in planned(town, person)] == ["Deux", "Un"]
    assert send(ada, "/table", {"do": "look", "table": "rien"}).status_code == 422
