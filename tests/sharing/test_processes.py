"""A shared component that is looked at by fifty pages of two real processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

import pytest

from liveactions.results import Patch, Shared, Toast, Whole, from_wire
from tests.sharing.conftest import Viewer, figure, viewers
from tests.standing import APPLY
from tests.stranger import Stranger

pytestmark = pytest.mark.slow

VIEWERS = 50


def news(page: Stranger) -> Shared:
    """The next version that a page is told of."""
    ((scope, *word),) = page.hear()
    assert scope is None
    found = from_wire(word)
    assert isinstance(found, Shared)
    return found


def test_an_update_is_rendered_once_and_its_bytes_are_the_same_for_fifty_viewers_of_two_processes(webs):
    with viewers([webs[index % 2].url for index in range(VIEWERS)]) as pages:
        renders = sum(figure(web, "renders_total") for web in webs)
        answer = pages[0].call(1, "vote", {"choice": "yes"})
        assert [type(from_wire(item[1:])) for item in answer.items] == [Toast]
        told = [page.raw[-1] for page in pages[1:] if news(page)]
        told.append(pages[0].raw[-2])  # before the answer
        assert len(told) == VIEWERS
        assert len(set(told)) == 1
        assert sum(figure(web, "renders_total") for web in webs) - renders == 1
        assert sum(figure(web, "shared_steps_total") for web in webs) == 1


def test_whoever_acts_has_the_patch_before_the_answer(webs):
    with viewers([webs[0].url]) as (page,):
        page.call(1, "vote", {"choice": "yes"})
        kinds = [(frame[0], frame[1]) for frame in page.frames if frame[0] in (APPLY, 4)]
        assert [kind for kind, _ in kinds[-2:]] == [APPLY, 4]
        assert kinds[-2][1].startswith("=sharing.poll.")


def test_updates_from_two_processes_in_turn_are_rendered_once_each(webs):
    with viewers([web.url for web in webs]) as pages:
        renders = sum(figure(web, "renders_total") for web in webs)
        for turn in range(10):
            pages[turn % 2].call(1, "vote", {"choice": str(turn)})
            news(pages[1 - turn % 2])
        assert sum(figure(web, "renders_total") for web in webs) - renders == 10


def test_of_actions_at_the_same_time_in_two_processes_none_is_lost(webs):
    with viewers([webs[index % 2].url for index in range(8)]) as pages:

        def vote(page: Stranger) -> None:
            for _ in range(10):
                while (refusal := page.call(1, "vote", {"choice": "yes"}).refusal) is not None:
                    assert refusal[0] == "page.busy", refusal  # too many others are changing it: it is asked for again

        with ThreadPoolExecutor(len(pages)) as pool:
            list(pool.map(vote, pages))
        assert "votes: 80" in urlopen(f"{webs[0].url}/lunch/").read().decode()
        assert "votes: 80" in urlopen(f"{webs[1].url}/lunch/").read().decode()
        assert sum(figure(web, "shared_steps_total") for web in webs) == 80


def test_every_page_is_told_every_version_once_and_in_order(webs):
    with viewers([webs[index % 2].url for index in range(4)]) as pages:
        for index in range(6):
            pages[index % 4].call(1, "vote", {"choice": "yes"})
        with viewers([webs[0].url]) as (late,):
            latest = late.version
        assert latest == 7
        for page in pages:
            versions = [frame[3][0][2 + 1] for frame in page.frames if frame[0] == APPLY and str(frame[1])[0] == "="]
            while versions[-1:] != [latest]:
                versions.append(news(page).version)
            assert versions == list(range(2, latest + 1))


def test_who_comes_late_sees_what_the_others_see_and_goes_on_from_there(webs):
    with viewers([webs[0].url]) as (first,):
        for _ in range(3):
            first.call(1, "vote", {"choice": "yes"})
        with viewers([webs[1].url]) as (late,):
            assert "votes: 3" in late.html
            first.call(1, "vote", {"choice": "no"})
            told = news(late)
            assert told.version == late.version + 1
            assert [type(word) for word in told.results] == [Patch]


def test_an_event_is_heard_once_in_the_whole_cluster(webs):
    with viewers([webs[index % 2].url for index in range(10)]) as pages:
        renders = sum(figure(web, "renders_total") for web in webs)
        for _ in range(3):
            urlopen(f"{webs[0].url}/lunch/close/").read()
        for page in pages:
            assert [news(page).version for _ in range(3)] == [2, 3, 4]
        assert sum(figure(web, "renders_total") for web in webs) - renders == 3
        assert "closed 3 times" in urlopen(f"{webs[1].url}/lunch/").read().decode()


def test_an_event_that_came_while_nobody_looked_is_heard_by_whoever_looks_next(webs):
    with viewers([webs[0].url]) as (page,):
        page.call(1, "vote", {"choice": "yes"})
        webs[0].kill()
        page.stack.pop_all()  # its socket is dead
    urlopen(f"{webs[1].url}/lunch/close/").read()
    with viewers([webs[1].url]) as (page,):
        assert "votes: 1" in page.html
        assert "closed 0" in page.html
        news(page)
        assert "closed 1 times" in urlopen(f"{webs[1].url}/lunch/").read().decode()


def back(page: Viewer, url: str) -> Viewer:
    """The same page, which has lost its socket."""
    again = Viewer(url, programs=True, resume=page.place)
    again.follow(page)
    return again


def test_who_comes_back_to_another_process_is_told_what_it_missed_once_and_goes_on(webs):
    with viewers([webs[1].url]) as (other,):
        with viewers([webs[0].url]) as (page,):
            page.call(1, "vote", {"choice": "yes"})
            webs[0].kill()
            page.stack.pop_all()  # its socket is dead
        for _ in range(3):
            other.call(1, "vote", {"choice": "no"})
        webs[0].start()
        with back(page, webs[0].url) as again:
            assert again.welcome[2] is True
            assert [news(again).version for _ in range(3)] == [3, 4, 5]
            assert again.call(1, "vote", {"choice": "yes"}).refusal is None
            assert again.frames[-2][3][0][2 + 1] == 6
    assert "votes: 5" in urlopen(f"{webs[0].url}/lunch/").read().decode()


def test_who_was_away_for_longer_than_the_log_is_sent_it_whole(webs):
    with viewers([webs[1].url, webs[0].url]) as (other, neighbour):
        with viewers([webs[0].url]) as (page,):
            pass
        for _ in range(60):
            other.call(1, "vote", {"choice": "no"})
        while news(neighbour).version < 61:
            pass  # when its process has heard everything, it remembers no more than the log does
        with back(page, webs[0].url) as again:
            ((scope, *word),) = again.hear()
            whole = from_wire(word)
            assert (scope, type(whole)) == (1, Whole)
            assert 'live-version="61"' in whole.html
            assert "votes: 60" in whole.html
            other.call(1, "vote", {"choice": "no"})
            assert news(again).version == 62


def test_who_is_killed_takes_nothing_along(webs):
    with viewers([webs[1].url]) as (page,):
        with viewers([webs[0].url]) as (other,):
            other.call(1, "vote", {"choice": "yes"})
            news(page)
            webs[0].kill()
            other.stack.pop_all()  # its socket is dead
        page.call(1, "vote", {"choice": "yes"})
        urlopen(f"{webs[1].url}/lunch/close/").read()
        assert news(page).version == 4
        assert "votes: 2" in urlopen(f"{webs[1].url}/lunch/").read().decode()


def test_while_redis_is_away_nothing_is_changed_and_one_that_has_forgotten_everything_is_told_again(webs, redis_server):
    with viewers([webs[0].url] * 2) as pages:
        pages[0].call(1, "vote", {"choice": "yes"})
        redis_server.kill()
        try:
            refused = pages[0].call(1, "vote", {"choice": "no"})
            assert refused.refusal[0] == "bus.unavailable"
        finally:
            redis_server.start()
        assert pages[1].call(1, "vote", {"choice": "no"}).refusal is None
        assert "votes: 2" in urlopen(f"{webs[1].url}/lunch/").read().decode()
