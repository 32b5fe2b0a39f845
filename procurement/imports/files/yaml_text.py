"""YAML as a tree in which everything has its line; no tag in it is ever executed. Pure.

The tree is composed and not constructed: a value keeps the text that the analyst typed, so that `country: NO` is
Norway and 0.10 does not pass through binary floating point.
"""

from collections.abc import Iterator

import yaml

from procurement.imports.rows import BadFile

#: So many values may be repeated by aliases. An analyst repeats a source; a bomb makes a million rows of a few lines.
MOST_REPEATED = 100_000

FLOAT = "tag:yaml.org,2002:float"
NULL = "tag:yaml.org,2002:null"


def composed(text: str) -> yaml.Node | None:
    """The tree of a text that holds one document; None when it is empty. Raises BadFile."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        if root is not None:
            _refuse_expanding(root)
        return root
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadFile(mark.line + 1 if mark else 1, f"is not YAML: {error.problem or error.context}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise BadFile(line, f"is not YAML: the character {error.character!r} is not allowed") from error
    except RecursionError as error:
        raise BadFile(1, "is nested too deeply to be read") from error


def _refuse_expanding(root: yaml.Node) -> None:
    """Raise BadFile where aliases make a huge file of a small one, or let it contain itself."""
    sizes: dict[int, int] = {}
    total = _size(root, sizes)
    if total - len(sizes) > MOST_REPEATED:
        said = f"becomes {total} values by its aliases; at most {MOST_REPEATED} repeated ones would be accepted"
        raise BadFile(line_of(root), said)


def _size(node: yaml.Node, sizes: dict[int, int]) -> int:
    """How many values there are in a node, those under aliases as often as they are named."""
    known = sizes.get(id(node))
    if known is None:
        sizes[id(node)] = 0  # until it is known: below a node, it is itself
        inside = node.value if isinstance(node, yaml.CollectionNode) else []
        parts = [part for each in inside for part in (each if isinstance(each, tuple) else (each,))]
        sizes[id(node)] = known = 1 + sum(_size(part, sizes) for part in parts)
    elif not known:
        raise BadFile(line_of(node), "contains itself, by an alias")
    return known


def line_of(node: yaml.Node) -> int:
    """The line on which a node begins, from 1."""
    return int(node.start_mark.line) + 1


def is_absent(node: yaml.Node) -> bool:
    """Whether nothing was given: `key:`, `key: ~` or `key: null`."""
    return node.tag == NULL


def pairs(node: yaml.MappingNode) -> Iterator[tuple[str, int, yaml.Node]]:
    """The key, its line and the value of everything in a mapping, repeated keys included."""
    for key, value in node.value:
        yield key.value if isinstance(key, yaml.ScalarNode) else "?", line_of(key), value
