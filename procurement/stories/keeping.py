"""Keeping what somebody has typed of a story, so that an ended session or a page gone back to loses nothing."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from procurement.common.clock import database_now
from procurement.stories.models import StoryDraft

#: The values of a form as they were sent, by the names of its fields.
Given = Mapping[str, Sequence[str]]


@transaction.atomic
def keep_page(key: UUID, user_id: int, page: str, given: Given) -> StoryDraft:
    """Keep what was sent of one page, and what is kept of the others. Raises StoryDraft.DoesNotExist if not theirs.

    Safe to repeat and to race: the row is locked, and the later one counts.
    """
    StoryDraft.objects.get_or_create(key=key, defaults={"user_id": user_id})
    draft = StoryDraft.objects.select_for_update(of=("self",)).get(key=key, user=user_id)
    draft.given = {**draft.given, page: {name: list(values) for name, values in given.items()}}
    draft.changed_at = database_now()
    draft.save(update_fields=["given", "changed_at"])
    return draft


def forget_expired() -> int:
    """Remove what nobody has gone on with; returns how many."""
    return StoryDraft.objects.expired().delete()[0]


def discard(key: UUID, user_id: int) -> bool:
    """Remove a user's draft; whether there was one."""
    return bool(StoryDraft.objects.of(user_id).filter(key=key).delete()[0])
