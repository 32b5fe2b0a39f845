"""The words of other languages: gathered, translated and compiled."""

from tracker.local import catalogue


def test_the_catalogue_has_every_text_and_no_other():
    wanted, kept = ({(each.id, each.context) for each in found} for found in (catalogue.gathered(), catalogue.kept()))
    assert wanted ^ kept == set(), "run `make words`"


def test_what_django_reads_is_compiled_from_it():
    assert catalogue.MO.read_bytes() == catalogue.compiled(catalogue.kept()), "run `make words`"
