"""A transport in a package of its own. The entry point is all that Rookery has to know of it."""

from setuptools import setup

setup(
    name="rookery-pigeon",
    version="1.0.0",
    description="A transport for Rookery that leaves envelopes in a folder",
    license_expression="BSD-3-Clause",
    python_requires=">=3.10",
    py_modules=["rookery_pigeon", "rookery_pigeon_backend"],
    install_requires=["rookery>=0.1"],
    extras_require={"test": ["rookery[testing]", "pytest>=7.4"]},
    entry_points={"rookery.transports": ["pigeon = rookery_pigeon:PigeonTransport"]},
)
