"""The version, and what the SDK calls itself on the wire (protocol: SDK info, ``User-Agent``)."""

VERSION = "0.1.0"
SDK_NAME = "rookery.python"
SDK_PACKAGE = "pypi:rookery"
USER_AGENT = f"{SDK_NAME}/{VERSION}"
