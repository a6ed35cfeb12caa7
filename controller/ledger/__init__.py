"""The controller's durable facts: runs, generations, tries, phases, calls.

Times are seconds since the epoch, UTC; tokens are whole numbers.
"""

from controller.ledger.calls import Allowance, Calls, Usage
from controller.ledger.database import Database
from controller.ledger.journal import Journal, Run, Try
from controller.ledger.pauses import Pause, Pauses

__all__ = ["Allowance", "Calls", "Database", "Journal", "Pause", "Pauses", "Run", "Try", "Usage"]
