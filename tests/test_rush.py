"""When storing goes before handing on: by a clock that is set by hand."""

from bot.journal.rush import CROWD, LONGEST, LULL, Rush


class Clock:
    """Stands still."""

    now = 1000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def test_a_few_calls_are_no_rush() -> None:
    """What is handed on does not wait for the calls of an ordinary day."""
    rush = Rush(Clock())
    for _ in range(100):
        rush.note(CROWD - 1)
    assert rush.seconds_left() == 0


def test_a_crowd_goes_first_until_it_has_gone() -> None:
    """Each crowd makes the others wait a moment longer, and a moment after the last they go on."""
    clock = Clock()
    rush = Rush(clock)
    for _ in range(5):
        rush.note(CROWD)
        assert 0 < rush.seconds_left() <= LULL
        clock.now += LULL / 2
    assert rush.seconds_left() > 0
    clock.now += LULL
    assert rush.seconds_left() == 0


def test_a_crowd_that_never_ends_has_half_of_the_time() -> None:
    """Under a rush without end, what is handed on gets as much time as what is stored."""
    clock = Clock()
    rush = Rush(clock)
    step, held = LULL / 4, 0
    steps = round(10 * LONGEST / step)
    for _ in range(steps):
        rush.note(CROWD)
        held += rush.seconds_left() > 0
        clock.now += step
    assert 0.45 < held / steps < 0.55
