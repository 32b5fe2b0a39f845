"""What lies beside the project and is not part of it."""

import os
from pathlib import Path

import pytest

from tests.house.shape import ROOT

#: Where a checkout that lies elsewhere, as a worktree does, is told the folder.
VARIABLE = "TRACKER_SHARED"


def folder(name):
    """A folder of what is shared; where it is not there the module that asks for it is skipped, saying so."""
    path = Path(os.environ.get(VARIABLE) or ROOT.parent / "shared") / name
    if not path.is_dir():
        pytest.skip(f"no folder {path}; {VARIABLE} says where what is shared lies", allow_module_level=True)
    return path
