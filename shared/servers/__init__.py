"""Private servers as child processes, for tests and the simulator: free ports, own folders, no orphans.

Nothing of the machine's own servers is read or touched, and no standard port is bound.
"""
