"""Taking charge from an e-mail: who is told that a parcours was handed over takes its task by a link in that e-mail.

The link is one person's, for one task, once; it claims the task and opens nothing else (ADR 29).
"""
