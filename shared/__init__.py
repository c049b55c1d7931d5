"""Technical packages used by every service; only ``shared.parcours`` speaks of the parcours.

Nothing here imports ``services``.
"""
