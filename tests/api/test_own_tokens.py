"""Tokens are listed, named, shortened and revoked by their owner, and are never shown again."""

import datetime as dt

import pytest
from django.utils import timezone

from procurement.access.models import AccessToken
from tests.api.conftest import caller


def test_a_token_is_listed_with_its_last_use_and_without_its_value(analyst, reader):
    (mine,) = analyst.rows("tokens/")
    assert (mine["user"], mine["scope"], len(mine["begins_with"]), mine["revoked_at"]) == (
        "an-analyst",
        "write",
        8,
        None,
    )
    assert mine["last_used_at"] is not None
    (hers,) = reader.rows("tokens/")
    assert analyst.get(f"tokens/{hers['id']}/").status_code == 404
    assert len(caller("an-administrator", "admin").rows("tokens/")) == 3
    assert len(caller("an-administrator", "write").rows("tokens/")) == 2


def test_a_token_is_named_and_shortened_but_never_prolonged(analyst):
    (mine,) = analyst.rows("tokens/")
    path, soon = f"tokens/{mine['id']}/", timezone.now() + dt.timedelta(days=1)
    changed = analyst.patch(
        path, {"name": "mirror", "expires_at": soon.isoformat()}, If_Match=analyst.get(path)["ETag"]
    )
    assert (changed.json()["name"], changed.json()["expires_at"][:16]) == ("mirror", soon.isoformat()[:16])
    late = analyst.patch(path, {"expires_at": (soon + dt.timedelta(days=1)).isoformat()})
    assert (late.status_code, list(late.json()["errors"])) == (400, ["expires_at"])


@pytest.mark.parametrize("scope", ["read", "alerts", "write"])
def test_a_token_revokes_itself_and_one_that_may_write_others_too(analyst, scope):
    (other,) = AccessToken.objects.all()
    mine = caller("an-analyst", scope)
    own = AccessToken.objects.latest("id").pk
    writes = scope == "write"
    assert mine.patch(f"tokens/{other.pk}/", {"name": "x"}).status_code == (200 if writes else 403)
    assert mine.send("delete", f"tokens/{other.pk}/", "").status_code == (204 if writes else 403)
    assert mine.send("delete", f"tokens/{own}/", "").status_code == 204
    refused = mine.get("tokens/")
    assert (refused.status_code, "revoked" in refused.json()["detail"]) == (401, True)
    assert analyst.get("tokens/").status_code == (401 if writes else 200)
