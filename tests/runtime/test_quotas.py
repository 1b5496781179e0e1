"""So many threads for each user, in the order in which they were asked for."""

from __future__ import annotations

import asyncio
import gc

import pytest
from django.contrib.auth.models import User

from liveactions.runtime.quotas import Quota, Quotas
from tests.runtime.doubles import Paper


async def waits(quota: Quota) -> asyncio.Task[None]:
    """Somebody who has begun to wait for a thread."""
    task = asyncio.get_running_loop().create_task(quota.turn())
    await asyncio.sleep(0)
    return task


async def test_a_thread_that_is_given_back_is_the_next_ones_who_waits():
    quota = Quota()
    quota.taken = 1
    first, second = await waits(quota), await waits(quota)
    quota.give_back()
    await first
    assert not second.done()
    quota.give_back()
    await second
    quota.give_back()
    assert quota.taken == 0


async def test_who_does_not_wait_any_more_takes_no_thread_with_them():
    quota = Quota()
    quota.taken = 1
    gone, late, last = await waits(quota), await waits(quota), await waits(quota)
    gone.cancel()
    await asyncio.sleep(0)
    quota.give_back()
    late.cancel()  # in the moment in which it was given one
    await last
    quota.give_back()
    assert quota.taken == 0
    with pytest.raises(asyncio.CancelledError):
        await late


@pytest.mark.django_db(transaction=True)
async def test_pages_of_one_user_have_one_quota_and_pages_of_nobody_have_their_own(connect):
    ana, ben = await User.objects.acreate(username="ana"), await User.objects.acreate(username="ben")
    one, two, his, anyone, other = [(await connect(user)).page for user in (ana, ana, ben, None, None)]
    assert one.quota is two.quota and set(one.quota.pages) == {one, two}
    assert len({id(page.quota) for page in (one, his, anyone, other)}) == 4


def test_nothing_is_kept_of_a_user_who_is_not_here_any_more():
    quotas, page = Quotas(), Paper()
    quota = quotas.join(page, 1)
    assert quotas.join(page, 1) is quota
    del quota
    gc.collect()
    assert not quotas.by_user
