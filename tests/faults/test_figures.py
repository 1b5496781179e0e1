"""What is measured of a run."""

from __future__ import annotations

from tests.faults.figures import after
from tests.faults.history import Diary


def test_a_page_is_displaced_by_a_fault_that_cost_it_its_socket_and_not_by_one_it_was_asked_to_change():
    page = Diary("p0", lost=[10.2, 20.1, 30.4, 50.0], changed=[20.1], back=[10.5, 20.2, 31.0, 50.5])
    assert [round(time, 1) for time in after([10.0, 20.0, 30.0, 40.0], page, page.back)] == [0.5, 1.0]
