"""The controller's durable facts: runs, generations, tries, phases, calls.

Times are seconds since the epoch, UTC; tokens are whole numbers.
"""

from controller.ledger.archive import Archive
from controller.ledger.calls import Calls
from controller.ledger.chain import Chain, Total
from controller.ledger.database import Database
from controller.ledger.findings import Findings
from controller.ledger.journal import Journal, Run, Try
from controller.ledger.pauses import Pause, Pauses
from controller.ledger.usage import Allowance, Limit, Usage
from controller.ledger.wishes import Wish, Wishes

__all__ = [
    "Allowance",
    "Archive",
    "Calls",
    "Chain",
    "Database",
    "Findings",
    "Journal",
    "Limit",
    "Pause",
    "Pauses",
    "Run",
    "Total",
    "Try",
    "Usage",
    "Wish",
    "Wishes",
]
