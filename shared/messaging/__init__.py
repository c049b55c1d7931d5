"""Messages from service to service: every effect once, though the wire may repeat, reorder or refuse.

A command writes ``outbox`` rows in its transaction; the ``relay`` publishes them on the ``bus``; the
receiver's ``mailbox`` handles each once, in the transaction of its effect. ``worker`` runs the threads.
The bus has two adapters, ``rabbitmq`` and ``embedded``, under one contract suite.
"""
