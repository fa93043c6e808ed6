"""A transport with a driver of its own."""

from setuptools import setup

setup(
    name="rookery-heron",
    version="1.0.0",
    description="A transport for Rookery that sends in the rounds of a program's main loop",
    license_expression="BSD-3-Clause",
    python_requires=">=3.10",
    py_modules=["rookery_heron", "rookery_heron_backend"],
    install_requires=["rookery>=0.1"],
    extras_require={"test": ["rookery[testing]", "pytest>=7.4"]},
    entry_points={"rookery.transports": ["heron = rookery_heron:HeronTransport"]},
)
