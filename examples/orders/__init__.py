"""A small order service that reports its errors with Rookery, and fails in three ways.

``python -m orders serve`` takes orders: one cannot be paid for (a chain of three exceptions, which
it catches and reports), and one leaves too little on the shelf (a message that it logs).
``python -m orders close-books`` dies of an exception that nobody catches.
"""
