"""Which packets never became pictures."""

from __future__ import annotations

from duchenne.video.ledger import Ledger


def ledger(*sent: int | None, one_to_one: bool = True) -> Ledger:
    made = Ledger(one_to_one=one_to_one)
    for ticks in sent:
        made.sent(ticks)
    return made


def test_pictures_in_order_leave_nothing() -> None:
    book = ledger(0, 3, 1, 2)
    assert [book.came(ticks, interlaced=False) for ticks in (0, 1, 2, 3)] == [[], [], [], []]
    assert book.rest() == []


def test_a_time_that_is_passed_is_lost() -> None:
    book = ledger(0, 3, 1, 2)
    book.came(0, interlaced=False)
    assert book.came(3, interlaced=False) == [1, 2]
    assert [book.was_lost(ticks) for ticks in (0, 1, 2, 3, None)] == [False, True, True, False, False]


def test_packets_before_the_first_picture_belong_to_an_earlier_recording() -> None:
    book = ledger(2, 0, 1)
    assert book.came(2, interlaced=False) == []


def test_packets_before_the_first_picture_are_lost_once_the_decoder_complained() -> None:
    book = ledger(0, 1, 2)
    book.complained()
    assert book.came(2, interlaced=False) == [0, 1]


def test_a_complaint_is_spent_by_the_loss_it_explains() -> None:
    book = ledger(0, 1, 2, 3, one_to_one=False)
    book.complained()
    assert book.came(1, interlaced=False) == [0]
    assert book.came(3, interlaced=False) == []


def test_a_complaint_waits_for_the_loss_it_explains() -> None:
    book = ledger(0, 1, 2, one_to_one=False)
    book.complained()
    assert [book.came(ticks, interlaced=False) for ticks in (0, 2)] == [[], [1]]


def test_second_fields_are_no_losses() -> None:
    book = ledger(0, 1, 2, 3)
    assert [book.came(ticks, interlaced=True) for ticks in (0, 2)] == [[], []]


def test_hidden_pictures_are_no_losses() -> None:
    book = ledger(0, 1, 2, one_to_one=False)
    assert [book.came(ticks, interlaced=False) for ticks in (0, 2)] == [[], []]


def test_what_is_left_at_the_end_is_lost() -> None:
    book = ledger(0, 2, 1)
    book.came(0, interlaced=False)
    assert book.rest() == [1, 2]
    assert book.rest() == []


def test_hidden_pictures_left_at_the_end_are_no_losses() -> None:
    book = ledger(0, 1, one_to_one=False)
    book.came(0, interlaced=False)
    assert book.rest() == []


def test_nothing_is_lost_where_nothing_ever_came_and_nobody_complained() -> None:
    assert ledger(0, 1).rest() == []


def test_everything_is_lost_where_nothing_came_and_the_decoder_complained() -> None:
    book = ledger(1, 0)
    book.complained()
    assert book.rest() == [0, 1]


def test_packets_and_pictures_without_times_are_not_followed() -> None:
    book = ledger(None, None)
    assert book.came(None, interlaced=False) == []
    assert book.rest() == []


def test_an_empty_ledger_has_no_losses() -> None:
    assert ledger().rest() == []


def test_two_packets_of_one_time_are_both_struck_off() -> None:
    book = ledger(0, 0, 1)
    assert [book.came(ticks, interlaced=False) for ticks in (0, 0, 1)] == [[], [], []]
    assert book.rest() == []
