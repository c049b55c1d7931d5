"""The shipped diagrams: they open and lint in the field's tools, are accepted by ours, and every path can be walked."""
