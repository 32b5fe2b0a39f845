"""Whose rows are whose."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from procurement.access.roles import ADMINISTRATOR, reaches, role_of


def administers(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether a user sees what belongs to others."""
    return reaches(role_of(user), ADMINISTRATOR)
