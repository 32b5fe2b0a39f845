"""Secrets in files are found by their forms, and never repeated."""

import pytest

from tracker.local.secret_scan import secrets_of

RANDOM = "q8Zt3Vw9Lk2Nf7Rb5Xc1Jd6M"


@pytest.mark.parametrize(
    "line",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "key = 'AKIA" + "ABCDEFGHIJKLMNOP'",
        "ghp_" + RANDOM + RANDOM,
        "SECRET_KEY=" + RANDOM,
        "METRICS_TOKEN: '" + RANDOM + "'",
    ],
)
def test_what_looks_like_a_secret_is_found_and_not_repeated(tmp_path, line):
    (tmp_path / "a.txt").write_text(f"first\n{line}\n")
    found = list(secrets_of(tmp_path / "a.txt"))
    assert [said.rpartition(": ")[0] for said in found] == [f"{tmp_path}/a.txt:2"]
    assert RANDOM not in found[0]


@pytest.mark.parametrize(
    "line", ["SECRET_KEY=", "password = settings.EMAIL_HOST_PASSWORD", "TOKEN: ${METRICS_TOKEN:-}"]
)
def test_names_of_secrets_are_none(tmp_path, line):
    (tmp_path / "a.txt").write_text(line)
    assert list(secrets_of(tmp_path / "a.txt")) == []


def test_a_file_that_is_no_text_is_passed_over(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"\xff\xfe" * 100)
    assert list(secrets_of(tmp_path / "a.bin")) == []
