"""The figures of a digest, as answers and webhooks have them."""

from typing import Any

from rest_framework import serializers

from procurement.alerts.comparing import CONTRACT, FIGURES, PROGRAM, SHARE


class ChangedShape(serializers.Serializer[Any]):
    """One figure in one currency; an amount is null if it is unknown or nothing was on record."""

    figure = serializers.ChoiceField(choices=FIGURES)
    currency = serializers.CharField()
    before = serializers.CharField(allow_null=True, help_text="what was known when the period began")
    after = serializers.CharField(allow_null=True, help_text="what was known when it ended")
    change = serializers.CharField(allow_null=True, help_text="null unless both are known entirely")
    unknown_before = serializers.IntegerField(help_text="of how many contracts it was unknown")
    unknown_after = serializers.IntegerField()


class ComparedShape(serializers.Serializer[Any]):
    """What was outstanding and committed when a digest's period began, and when it ended."""

    of = serializers.ChoiceField(
        choices=(PROGRAM, CONTRACT, SHARE),
        help_text="all shares of the program, the whole contract, or the program's share of it",
    )
    program = serializers.DictField(allow_null=True, help_text="its code and names")
    contract = serializers.DictField(allow_null=True, help_text="its id, reference and titles")
    share = serializers.CharField(allow_null=True)
    amounts = ChangedShape(many=True)
