"""The rules in conftest.py, tried on small suites of their own."""

from pathlib import Path

import pytest

ALONE = ("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:cov", "-p", "no:xdist")
CONFTEST = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
NOTHING_IS_INSTALLED = "import shutil; shutil.which = lambda name: None\n"


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    monkeypatch.delenv("CI", raising=False)
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\nmarkers =\n    browser: b\n    postgres: p\n")
    return pytester


def outcomes(suite: pytest.Pytester) -> dict[str, int]:
    return suite.runpytest_subprocess(*ALONE).parseoutcomes()


def test_a_logged_error_fails_the_test(suite: pytest.Pytester) -> None:
    suite.makepyfile("import logging\ndef test_it(): logging.getLogger('x').error('lost')")
    assert outcomes(suite) == {"passed": 1, "errors": 1}


def test_a_logged_warning_does_not_fail_the_test(suite: pytest.Pytester) -> None:
    suite.makepyfile("import logging\ndef test_it(): logging.getLogger('x').warning('hm')")
    assert outcomes(suite) == {"passed": 1}


def test_an_expected_error_can_be_read(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import logging
        def test_it(logged_errors):
            logging.getLogger("x").error("lost")
            assert [record.msg for record in logged_errors] == ["lost"]
        """
    )
    assert outcomes(suite) == {"passed": 1}


def test_an_expected_error_that_is_not_logged_fails_the_test(suite: pytest.Pytester) -> None:
    suite.makepyfile("def test_it(logged_errors): pass")
    assert outcomes(suite) == {"passed": 1, "errors": 1}


def test_a_missing_program_is_named_at_the_end(suite: pytest.Pytester) -> None:
    suite.makeconftest(NOTHING_IS_INSTALLED + CONFTEST)
    suite.makepyfile("import pytest\n@pytest.mark.browser\ndef test_it(): pass")
    result = suite.runpytest_subprocess(*ALONE)
    assert result.parseoutcomes() == {"skipped": 1}
    result.stdout.fnmatch_lines(["1 tests did not run for want of Chromium: apt install chromium"])


def test_a_missing_program_fails_the_test_in_ci(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    suite.makeconftest(NOTHING_IS_INSTALLED + CONFTEST)
    suite.makepyfile("import pytest\n@pytest.mark.browser\ndef test_it(): pass")
    assert outcomes(suite) == {"errors": 1}
