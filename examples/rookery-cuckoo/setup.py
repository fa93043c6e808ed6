"""A transport that does everything itself."""

from setuptools import setup

setup(
    name="rookery-cuckoo",
    version="1.0.0",
    description="A transport for Rookery that leaves envelopes with a function of the program's",
    license_expression="BSD-3-Clause",
    python_requires=">=3.10",
    py_modules=["rookery_cuckoo", "rookery_cuckoo_backend"],
    install_requires=["rookery>=0.1"],
    extras_require={"test": ["rookery[testing]", "pytest>=7.4"]},
    entry_points={"rookery.transports": ["cuckoo = rookery_cuckoo:CuckooTransport"]},
)
