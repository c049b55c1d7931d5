"""The four services. They never import one another: they speak by messages, the inbox by HTTP."""
