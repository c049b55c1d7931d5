"""One command, one transaction: a process instance moved, with all that the move brings about.

``Processes`` locks the instance, lets ``shared.bpmn`` run it, and writes state, tasks, timers, awaited
messages, outgoing messages and story on the transaction of the caller, who alone commits.
"""

from shared.process.processes import MoveFailed, Processes

__all__ = ["MoveFailed", "Processes"]
