from chatops.domain.incident.model import similar
from tests.domain.samples import incident


def test_the_likeliest_duplicate_comes_first() -> None:
    running = [
        incident(id=1, title="Search returns nothing"),
        incident(id=2, title="Checkout slow for some"),
        incident(id=3, title="Checkout page down in Europe"),
    ]
    found = similar("checkout page is down", running)
    assert [each.id for each in found] == [3, 2]


def test_words_that_every_incident_shares_make_none_alike() -> None:
    assert similar("login is down", [incident(title="Search is down")]) == ()


def test_titles_of_common_words_alone_are_still_compared() -> None:
    assert similar("it is down", [incident(id=4, title="It is down")])[0].id == 4
