"""What the doctor says of the identity provider: it answers, it is the right one, and the clocks agree."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from incident.doctor import State
from incident.doctor.identity import provider
from incident.platform.clock import FixedClock, SystemClock
from incident.platform.settings import Settings, SettingsError
from incident.wiring import provider_for
from tests.oidc import Liar, running, variables

Make = Callable[..., Settings]


@pytest.fixture
def liar() -> Iterator[Liar]:
    """A provider that runs here."""
    with running(Liar(SystemClock().now)) as found:
        yield found


def said(settings: Settings, clock: FixedClock) -> list[tuple[State, str]]:
    return [(one.state, one.sentence) for one in provider(settings, clock.now())]


def test_without_a_provider_nothing_is_said(make_settings: Make, clock: FixedClock) -> None:
    """Most begin without."""
    assert said(make_settings(), clock) == []


def test_a_provider_that_answers_is_fine(make_settings: Make, liar: Liar, clock: FixedClock) -> None:
    """With the number of its keys."""
    settings = make_settings(**variables(liar.url, OIDC_DOMAINS="example.org"))
    assert said(settings, clock) == [(State.OK, "Example login answers, and signs with one key.")]


def test_whom_it_may_send_should_be_said(make_settings: Make, liar: Liar, clock: FixedClock) -> None:
    """Else newcomers wonder why they do not come in."""
    assert [state for state, _text in said(make_settings(**variables(liar.url)), clock)] == [State.OK, State.WARN]


def test_a_provider_that_is_away_is_a_fault(make_settings: Make, liar: Liar, clock: FixedClock) -> None:
    """With what it answered instead."""
    liar.status = 503
    settings = make_settings(**variables(liar.url))
    assert said(settings, clock) == [(State.FAIL, "Example login does not answer as it should: it answers 503.")]


def test_a_provider_that_leads_elsewhere_is_a_fault(make_settings: Make, liar: Liar, clock: FixedClock) -> None:
    """The host is named, so that it can be put into OIDC_HOSTS or not."""
    liar.description = {"jwks_uri": "https://keys.example.org/jwks"}
    [(state, text)] = said(make_settings(**variables(liar.url)), clock)
    assert (state, "keys.example.org" in text) == (State.FAIL, True)


def test_clocks_that_differ_are_a_fault(
    make_settings: Make, liar: Liar, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than a minute, and no token is believed."""
    monkeypatch.setattr("incident.identity.description.Known.skew", lambda _self: timedelta(seconds=-90))
    [(state, text)] = said(make_settings(**variables(liar.url, OIDC_DOMAINS="example.org")), clock)
    assert (state, "differ by 90 seconds" in text) == (State.FAIL, True)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"OIDC_ISSUER": "http://login.example.org"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://user:secret@login.example.org"}, "OIDC_ISSUER"),
        ({"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_ID"),
        ({"OIDC_CLAIMS": "hd"}, "OIDC_CLAIMS"),
        ({"OIDC_ROLES": "privacy=king"}, "OIDC_ROLES"),
        ({"OIDC_ISSUER": "", "PASSWORD_SIGN_IN": "administrators"}, "PASSWORD_SIGN_IN"),
    ],
)
def test_a_setting_that_is_wrong_stops_the_start(make_settings: Make, wrong: dict[str, str], named: str) -> None:
    """With a sentence that names the variable."""
    with pytest.raises(SettingsError) as problem:
        provider_for(make_settings(**variables("https://login.example.org", **wrong)), SystemClock())
    assert problem.value.variable == named


def test_settings_with_lists_are_read_as_written(make_settings: Make) -> None:
    """Commas between, blanks within, and the last equals sign counts."""
    found = provider_for(
        make_settings(
            **variables(
                "https://login.example.org/",
                OIDC_DOMAINS="Example.org, @example.net",
                OIDC_CLAIMS="https://slack.com/team_id=T1",
                OIDC_ROLES="breach team=responder",
            )
        ),
        SystemClock(),
    )
    assert found is not None
    assert found.rules.domains == {"example.org", "example.net"}
    assert found.rules.claims == (("https://slack.com/team_id", "T1"),)
    assert found.rules.roles == (("breach team", "responder"),)
