"""Running instances go to another version of their diagram, by an operator: dry run, moves, undoing, on the record."""
