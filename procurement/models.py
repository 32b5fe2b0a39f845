"""Where Django finds the tables: the models of every area."""

from procurement.access import models as access
from procurement.access import session_models
from procurement.alerts import models as alerts
from procurement.contracts import models as contracts
from procurement.contracts import presuming
from procurement.delivery import models as delivery
from procurement.desk import models as desk
from procurement.exposure.kept import models as kept
from procurement.figures import models as figures
from procurement.fiscal import models as fiscal
from procurement.flags import models as flags
from procurement.imports import line_models
from procurement.imports import models as imports
from procurement.imports.assignment import models as assignment
from procurement.ledger import models as ledger
from procurement.notes import models as notes
from procurement.parties import models as parties
from procurement.programs import drafts
from procurement.programs import models as programs
from procurement.rates import models as rates
from procurement.signs import models as signs
from procurement.sources import copies
from procurement.sources import models as sources
from procurement.stories import models as stories

__all__ = [
    "access", "alerts", "assignment", "contracts", "copies", "delivery", "desk", "drafts", "figures", "fiscal", "flags",
    "imports", "kept", "ledger", "line_models", "notes", "parties", "presuming", "programs", "rates",
    "session_models", "signs", "sources", "stories",
]  # fmt: skip
