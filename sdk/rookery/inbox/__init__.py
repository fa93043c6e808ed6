"""The local inbox: a small server that takes what any Sentry SDK sends, keeps it and shows it.

Development only. Any key is accepted, there is no password, and it listens on the loopback unless
it is told otherwise. It needs the extra ``rookery[inbox]``; the command is ``rookery inbox``.
"""
