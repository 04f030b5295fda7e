"""A Work Object is drawn as Slack draws it: kind, title, fields in their order, buttons."""

from chatops.playground.page.blockkit.blocks import attachments
from chatops.playground.page.blockkit.context import BlockHome
from tests.playground.slack.methods.test_unfurls import entity


def test_the_card_shows_its_kind_its_fields_in_order_and_its_buttons(surface: BlockHome) -> None:
    drawn = str(attachments([entity()], surface))
    order = ["INC-1", "checkout is down", "Status", "Investigating", "Next", "Show"]
    places = [drawn.index(words) for words in order]
    assert places == sorted(places)
    assert 'data-action="status"' in drawn
    assert "Assigned" not in drawn


def test_a_title_that_would_be_markup_is_shown_letter_by_letter(surface: BlockHome) -> None:
    hostile = entity()
    hostile["entity_payload"]["attributes"]["title"]["text"] = "<script>alert(1)</script>"
    assert "<script>" not in attachments([hostile], surface)


def test_an_address_that_would_run_something_is_no_link(surface: BlockHome) -> None:
    assert "javascript:" not in attachments([entity(url="javascript:alert(1)")], surface)
