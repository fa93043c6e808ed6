"""From a live exception to an event: plain JSON types only, taken while the caller waits.

What may change after the capture (local variables, extra data) is copied here and now; what may
not (JSON text, compression, headers) is left to the transport.
"""
