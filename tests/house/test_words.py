"""The words of other languages: gathered, translated and compiled."""

import re

from tracker.local import catalogue


def test_the_catalogue_has_every_text_and_no_other():
    wanted, kept = ({(each.id, each.context) for each in found} for found in (catalogue.gathered(), catalogue.kept()))
    assert wanted ^ kept == set(), "run `make words`"


def test_what_django_reads_is_compiled_from_it():
    assert catalogue.MO.read_bytes() == catalogue.compiled(catalogue.kept()), "run `make words`"


def test_every_text_is_translated():
    assert catalogue.untranslated(catalogue.kept()) == []


def test_a_translation_keeps_what_is_filled_in():
    holes = re.compile(r"%\(\w+\)\w|%[sd]|\{\w*\}")
    for each in catalogue.kept():
        ids, strings = (list(part) if isinstance(part, tuple | list) else [part] for part in (each.id, each.string))
        wanted = {hole for text in ids for hole in holes.findall(text)}
        assert all(set(holes.findall(text)) <= wanted for text in strings), each.id
        assert wanted - {"%(count)s", "%(counter)s"} <= set(holes.findall(strings[0])) if each.id else True, each.id
