"""The tests' own ground: whatever a test committed, the next one finds what the migrations left."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection


@pytest.fixture(scope="module")
def permissions(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return Permission.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_test_may_commit_and_delete(permissions):
    User.objects.create(username="committed")
    Permission.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_the_next_finds_the_database_as_migrated(permissions):
    assert not User.objects.filter(username="committed").exists()
    assert Permission.objects.count() == permissions > 0


@pytest.mark.django_db
def test_triggers_hold_again_afterwards():
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone()[0] == "origin"
