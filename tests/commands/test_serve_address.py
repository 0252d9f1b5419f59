"""Where `autorev serve` may be reached."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from autorev import app
from replica.errors import BadSetting


@pytest.mark.parametrize("given", [["--address", "0.0.0.0"], []])  # noqa: S104
def test_another_address_is_refused_before_anything_starts_while_nobody_can_sign_in(given, tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOREV_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AUTOREV_ADDRESS", "127.0.0.1" if given else "192.168.1.2")
    refused = CliRunner().invoke(app, ["serve", *given])
    assert isinstance(refused.exception, BadSetting)
    assert refused.exception.exit_code == 2
    assert "Nobody can sign in" in refused.exception.sentence
    assert "docs/deploy.md" in refused.exception.next_step
    assert not (tmp_path / "home").exists()
