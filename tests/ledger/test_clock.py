"""The clock: never back within a process, stopped by a jump, untroubled by slow drift."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clock import JUMP_SECONDS_MAX, Clock, ClockJumped, rfc3339, uptime

START = 1_463_385_600.0  # 2016-05-16T08:00:00Z


class Machine:
    """A machine whose two clocks are set by hand."""

    def __init__(self) -> None:
        self.wall, self.steady = START, 1_000.0
        self.clock = Clock(lambda: self.wall, lambda: self.steady)

    def passes(self, seconds: float, drift: float = 0.0) -> datetime:
        self.steady += seconds
        self.wall += seconds + drift
        return self.clock.now()


def test_time_is_utc_and_passes() -> None:
    machine = Machine()
    assert machine.clock.now() == datetime(2016, 5, 16, 8, 0, tzinfo=UTC)
    assert machine.passes(90) == datetime(2016, 5, 16, 8, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("jump", [5.1, 3_600.0, -5.1, -86_400.0])
def test_a_jump_stops_the_clock_until_it_is_started_anew(jump: float) -> None:
    machine = Machine()
    machine.passes(10)
    with pytest.raises(ClockJumped, match="restart"):
        machine.passes(1, jump)
    with pytest.raises(ClockJumped):
        machine.passes(1_000)
    assert Clock(lambda: machine.wall, lambda: machine.steady).now().timestamp() == machine.wall


def test_a_clock_that_is_set_right_again_goes_on() -> None:
    machine = Machine()
    with pytest.raises(ClockJumped):
        machine.passes(1, 7_200)
    assert machine.passes(1, -7_200) == datetime(2016, 5, 16, 8, 0, 2, tzinfo=UTC)


def test_slow_drift_adds_up_without_being_a_jump() -> None:
    machine = Machine()
    for _ in range(100):
        machine.passes(600, JUMP_SECONDS_MAX / 10)
    assert machine.wall - START - 100 * 600 == pytest.approx(50)


def test_sleep_of_the_machine_is_no_jump() -> None:
    machine = Machine()
    assert machine.passes(8 * 3_600) == datetime(2016, 5, 16, 16, 0, tzinfo=UTC)


@given(st.lists(st.tuples(st.floats(0, 3_600), st.floats(-5, 5)), max_size=30))
def test_time_never_goes_back(steps: list[tuple[float, float]]) -> None:
    machine = Machine()
    last = machine.clock.now()
    for seconds, drift in steps:
        try:
            now = machine.passes(seconds, drift)
        except ClockJumped:  # 5.0 and rounding
            assert abs(drift) > JUMP_SECONDS_MAX - 0.001
            return
        assert now >= last
        last = now


def test_stamps_are_rfc_3339_with_microseconds_and_sort_as_text() -> None:
    assert rfc3339(datetime(2015, 5, 12, 8, tzinfo=UTC)) == "2015-05-12T08:00:00.000000Z"
    stockholm = timezone(timedelta(hours=2))
    assert rfc3339(datetime(2015, 5, 12, 10, 0, 0, 1, tzinfo=stockholm)) == "2015-05-12T08:00:00.000001Z"


def test_this_machine_has_a_clock() -> None:
    clock = Clock()
    assert abs(clock.now().timestamp() - datetime.now(UTC).timestamp()) < 1
    assert uptime() > 0
