"""Who is here, as the people of the desk see it."""

from __future__ import annotations

from sample_site.desk.components import WhoIsHere


def here(page) -> list[str]:
    return [person.text() for person in page.find_all(".only-heard")]


def test_the_people_at_the_desk_see_each_other_come_and_go(live, ana, ben):
    page = live.open(WhoIsHere, user=ana)
    assert here(page) == ["ana"]
    one, other = live.open(WhoIsHere, user=ben), live.open(WhoIsHere, user=ben)
    assert here(page) == here(one) == ["ana", "ben"]
    one.close()
    assert here(page) == ["ana", "ben"]
    other.close()
    assert here(page) == ["ana"]
