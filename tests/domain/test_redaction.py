"""Secrets, in whatever spelling they turn up."""

import base64
import json

import pytest

from chatops.domain.git.redaction import Redactor

SECRET = 'hunter2"hunter2'
KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----\n"


def test_secrets_are_hidden_in_every_spelling() -> None:
    redact = Redactor(["p@ss/word", "", "abc"])
    assert redact("p@ss/word p%40ss%2Fword cEBzcy93b3Jk abc") == "*** *** *** abc"
    assert redact("Authorization: Basic Zm9v\nnext") == "Authorization: ***\nnext"
    assert redact("https://tok:x@h/p and ssh://git@h/p") == "https://***@h/p and ssh://***@h/p"
    assert redact("ghp_0123456789abcdef glpat-0123456789abc xoxb-1-2-3-4-5-6") == "*** *** ***"
    assert redact("nothing to see") == "nothing to see"


@pytest.mark.parametrize("before", ["", "a", "ab", "me:"])
def test_a_secret_behind_something_else_is_hidden_in_base64(before: str) -> None:
    told = base64.b64encode(f"{before}{SECRET}, and more".encode()).decode()
    shown = Redactor([SECRET])(told)
    assert "***" in shown
    assert len(shown) < len(told) - len(SECRET)


def test_a_secret_is_hidden_as_json_writes_it() -> None:
    assert Redactor([SECRET])(json.dumps({"token": SECRET})) == '{"token": "***"}'


def test_each_line_of_a_key_is_hidden() -> None:
    redact = Redactor([KEY])
    assert redact("| hkiG9w0BAQEFAASC |") == "| *** |"
    assert "MIIE" not in redact(f"key:\n{KEY}")


@pytest.mark.parametrize("length", range(4, len(SECRET) + 1))
def test_the_beginning_of_a_secret_is_hidden_where_a_text_was_cut_off(length: int) -> None:
    assert Redactor([SECRET, "other"]).cut_off(f"token {SECRET[:length]}") == "token ***"


def test_a_text_that_was_cut_off_elsewhere_stays_as_it_is() -> None:
    assert Redactor([SECRET]).cut_off("go on? [y/N] ") == "go on? [y/N] "
    assert Redactor().cut_off("") == ""
