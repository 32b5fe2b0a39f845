"""Keys of records without an id."""

from procurement.imports.cells.occurrences import Occurrences


def test_equal_records_are_numbered_and_others_are_not():
    met = Occurrences()
    first, again, other, third = (met.key(cells) for cells in (["a", "b"], ["a", "b"], ["ab", ""], ["a", "b"]))
    assert (again, third) == (f"{first}-2", f"{first}-3")
    assert other.partition("-")[0] != first


def test_the_keys_of_a_file_do_not_depend_on_other_records():
    one, other = Occurrences(), Occurrences()
    for number in range(1000):
        other.key([str(number)])
    assert one.key(["x"]) == other.key(["x"])


def test_keys_are_those_of_files_that_were_loaded_before():
    """A key of another kind would enter every contract a second time."""
    assert Occurrences().key(["2018-10-22", "護衛艦"]) == "d092e51b597a8f1e3010"
