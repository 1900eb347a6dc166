"""The whole of scenario S1, a set-up and a deletion on PostgreSQL: the statements mean the same there."""

from __future__ import annotations

import pytest

from storage.database import Connections
from tests.stories import test_checkin, test_people, test_setup
from tests.story import Local, berlin


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("start", "story"),
    [
        ("2026-06-15 10:00", test_checkin.test_scenario_one),
        ("2026-06-15 10:00", test_checkin.test_two_questions_of_one_day_come_in_one_message),
        ("2026-06-15 10:00", test_checkin.test_what_was_held_back_is_explained),
        ("2026-06-15 10:00", test_checkin.test_delete_works_at_any_time),
        ("2026-06-15 10:00", test_checkin.test_the_channel_gets_two_posts_a_day),
        ("2026-06-15 10:00", test_checkin.test_one_person_is_asked_for_a_hand),
        ("2026-06-17 10:00", test_setup.test_ok_to_all_five),
        ("2026-06-17 10:00", test_setup.test_a_team_keeps_answers_shorter),
        ("2026-06-17 10:00", test_setup.test_the_owner_reads_how_loud_it_was),
        ("2026-08-03 10:00", test_people.test_all_my_data_comes_as_a_file),
        ("2026-08-03 10:00", test_people.test_a_roster_does_not_enrol_the_deleted_again),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_told_on_postgres(postgres_url: str, start: str, story: object) -> None:
    """A story that holds on SQLite holds on PostgreSQL."""
    stage = Local(berlin(start), connections=Connections(postgres_url), content=test_checkin.library())
    try:
        story(stage)  # type: ignore[operator]
        stage.queues.sweep(stage.clock.now)
    finally:
        stage.connections.close()
