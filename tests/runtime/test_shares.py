"""So many threads for each user, in the order in which they were asked for."""

from __future__ import annotations

import asyncio
import gc

import pytest
from django.contrib.auth.models import User

from liveactions.runtime.shares import Share, Shares
from tests.runtime.doubles import Paper


async def waits(share: Share) -> asyncio.Task[None]:
    """Somebody who has begun to wait for a thread."""
    task = asyncio.get_running_loop().create_task(share.turn())
    await asyncio.sleep(0)
    return task


async def test_a_thread_that_is_given_back_is_the_next_ones_who_waits():
    share = Share()
    share.taken = 1
    first, second = await waits(share), await waits(share)
    share.give_back()
    await first
    assert not second.done()
    share.give_back()
    await second
    share.give_back()
    assert share.taken == 0


async def test_who_does_not_wait_any_more_takes_no_thread_with_them():
    share = Share()
    share.taken = 1
    gone, late, last = await waits(share), await waits(share), await waits(share)
    gone.cancel()
    await asyncio.sleep(0)
    share.give_back()
    late.cancel()  # in the moment in which it was given one
    await last
    share.give_back()
    assert share.taken == 0
    with pytest.raises(asyncio.CancelledError):
        await late


@pytest.mark.django_db(transaction=True)
async def test_pages_of_one_user_have_one_share_and_pages_of_nobody_have_their_own(connect):
    ana, ben = await User.objects.acreate_user("ana"), await User.objects.acreate_user("ben")
    one, two, his, anyone, other = [(await connect(user)).page for user in (ana, ana, ben, None, None)]
    assert one.share is two.share and set(one.share.pages) == {one, two}
    assert len({id(page.share) for page in (one, his, anyone, other)}) == 4


def test_nothing_is_kept_of_a_user_who_is_not_here_any_more():
    shares, page = Shares(), Paper()
    share = shares.join(page, 1)
    assert shares.join(page, 1) is share
    del share
    gc.collect()
    assert not shares.by_user
