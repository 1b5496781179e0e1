"""What only a browser shows, and is shown where browsers are tested: which tests are about which fault."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ELSEWHERE"]

LIFE = "tests/browser/test_life.py::"
RECONNECT = "tests/browser/test_reconnect.py::"
UNDISTURBED = "tests/browser/test_undisturbed.py::"
SLOTS = "tests/browser/test_slots.py::"

FROM_THE_CACHE = (
    f"{RECONNECT}test_a_page_from_the_back_buttons_cache_is_alive_and_up_to_date",
    f"{LIFE}test_what_is_pressed_the_moment_a_page_comes_out_of_the_cache_is_done_once",
)
"""The back button brings back a page whose socket seems to be open."""
OFFLINE = (f"{RECONNECT}test_a_browser_that_is_offline_says_so_and_catches_up",)
"""The network is gone, and another one comes."""
UNSEEN = (f"{RECONNECT}test_a_page_that_nobody_looks_at_stays_connected_though_its_timers_do_not_run",)
"""A page is hidden, and its timers come once a minute."""
UNSENT = (
    f"{LIFE}test_what_was_not_sent_when_the_page_was_loaded_again_is_sent_by_the_next_one",
    f"{LIFE}test_what_was_sent_when_the_page_was_loaded_again_is_done_once",
)
"""A page is left with calls that were not answered."""
TYPING = (
    f"{UNDISTURBED}test_no_character_is_lost_when_20_keystrokes_a_second_meet_20_patches_a_second",
    f"{UNDISTURBED}test_the_caret_stays_in_the_middle_where_one_types",
    f"{SLOTS}test_a_composition_goes_on_while_everything_around_it_changes",
)
"""A form is patched while one types in it."""
TYPED = (
    f"{RECONNECT}test_text_typed_while_the_cable_is_out_is_there_afterwards",
    f"{RECONNECT}test_whatever_was_entered_while_the_server_was_away_is_there_when_its_page_is_rendered_afresh",
    f"{LIFE}test_text_is_kept_when_the_client_loads_the_page_again",
)
"""One types while there is no connection, and the page is rendered afresh."""
DUPLICATED = (f"{LIFE}test_a_duplicated_tab_does_nothing_a_second_time",)
"""A tab is duplicated, with all that it has kept."""

ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "F30": OFFLINE,
    "F34": FROM_THE_CACHE,
    "F36": UNSEEN,
    "F37": UNSENT,
    "F38": TYPING,
    "F39": TYPED,
    "F45": DUPLICATED,
    "G13": (*FROM_THE_CACHE, *OFFLINE, *UNSEEN, *UNSENT, *DUPLICATED),
}
"""By the number of the fault, or of the goal that has a scenario besides; each as pytest takes it."""
