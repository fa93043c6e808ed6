"""Packaging facts: names, extras, entry points. Tools are configured in ``pyproject.toml``.

Each lower bound below is the oldest release that passes the tests on Python 3.10: the tox
environment ``oldest`` installs exactly these.
"""

from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
SOURCES = {"rookery": "sdk/rookery", "rookery_transports": "transports/rookery_transports"}

version: dict[str, str] = {}
exec((HERE / "sdk/rookery/version.py").read_text(encoding="utf-8"), version)

BROTLI = "brotli>=1.2"
ZSTANDARD = "zstandard>=0.19"
REQUESTS = "requests>=2.32.2"
SENTRY_SDK = "sentry-sdk>=2"
GEVENT = "gevent>=25.4.1"
EVENTLET = "eventlet>=0.37"
TORNADO = "tornado>=6.4"
H11 = "h11>=0.14"
TWISTED = ["twisted>=24.7", "pyopenssl>=24.3", "service-identity>=24.2"]
HTTPCORE = "httpcore>=1.0.7"
ANYIO = "anyio>=4.5"
TRIO = "trio>=0.25"
H2 = "h2>=4.1"
EXTRAS = {
    "br": [BROTLI],
    "zstd": [ZSTANDARD],
    "socks": ["PySocks>=1.7.1", "socksio>=1.0"],
    "requests": [REQUESTS],
    "sentry-sdk": [SENTRY_SDK],
    "gevent": [GEVENT],
    "eventlet": [EVENTLET],
    "twisted": TWISTED,
    "tornado": [TORNADO, H11],
    "asyncio": [HTTPCORE, ANYIO, H11],
    "trio": [HTTPCORE, TRIO, H11],
    "http2": [HTTPCORE, ANYIO, H2, H11],
    "inbox": [TORNADO, BROTLI, ZSTANDARD],
    "testing": ["trustme>=1.2"],
}
TEST_TOOLS = [
    "pytest>=7.4", "pytest-timeout>=2.2", "pytest-rerunfailures>=13", "pytest-xdist>=3.5",
    "hypothesis>=6.80", "build>=1.0",
]  # fmt: skip
WATCHED = [
    "aiohttp>=3.10.11",
    "httpx>=0.25",
    "opentelemetry-api>=1.20",
    REQUESTS,
    "uvloop>=0.21",
]
TOLD = "attrs>=22.2 django>=4.2 numpy>=1.23 pandas>=1.5 pydantic>=2 sqlalchemy>=2".split()
"""Libraries whose objects are told with care."""
LOOPS = [GEVENT, EVENTLET, *TWISTED, TORNADO, H11, "pycurl>=7.45.7"]
RUNTIMES = ["gunicorn>=25.3", "uvicorn-worker>=0.4", "celery>=5.7"]
"""Servers and workers of other people's, in which the tests run programs."""
EXTRAS["test"] = sorted(
    {need for needs in EXTRAS.values() for need in needs}.union(
        TEST_TOOLS, LOOPS, WATCHED, TOLD, RUNTIMES, [SENTRY_SDK]
    )
)
EXTRAS["bare-test"] = TEST_TOOLS
EXTRAS["runtimes"] = RUNTIMES
EXTRAS["uwsgi"] = ["uwsgi>=2.0.31"]  # compiled when it is installed, which takes a minute
EXTRAS["servers"] = ["sentry-relay>=0.9", "jsonschema>=4"]
EXTRAS["bench"] = [SENTRY_SDK]
EXTRAS["lint"] = ["ruff==0.17.*"]
STUBS = "types-PySocks types-docutils types-gevent types-jsonschema types-setuptools"
EXTRAS["types"] = ["mypy>=1.16", *STUBS.split()]
EXTRAS["contracts"] = ["import-linter>=2.1"]
EXTRAS["docs"] = ["sphinx>=7.4", "furo>=2024.1.29", "myst-parser>=3"]
EXTRAS["dev"] = ["tox>=4.11"]

TRANSPORTS = [
    "sync = rookery_transports.sync:SyncTransport",
    "threaded = rookery_transports.threaded:ThreadedTransport",
    "requests = rookery_transports.requests_transports:RequestsTransport",
    "threaded+requests = rookery_transports.requests_transports:ThreadedRequestsTransport",
    "file = rookery_transports.file:FileTransport",
    "null = rookery_transports.null:NullTransport",
    "tee = rookery_transports.tee:TeeTransport",
    "failover = rookery_transports.failover:FailoverTransport",
    "gevent = rookery_transports.gevent:GeventTransport",
    "eventlet = rookery_transports.eventlet:EventletTransport",
    "twisted = rookery_transports.twisted:TwistedTransport",
    "tornado = rookery_transports.tornado:TornadoTransport",
    "asyncio = rookery_transports.asyncio:AsyncioTransport",
    "asyncio+http2 = rookery_transports.asyncio:AsyncioHttp2Transport",
    "trio = rookery_transports.trio:TrioTransport",
    "http2 = rookery_transports.http2:Http2Transport",
    "memory = rookery_transports.memory:MemoryTransport",
    "console = rookery_transports.console:ConsoleTransport",
]

setup(
    name="rookery",
    version=version["VERSION"],
    description="Error reporting for Python through a transport that you choose, trust and can write",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="The Rookery maintainers",
    license_expression="BSD-3-Clause",
    license_files=["LICENSE"],
    keywords=["error reporting", "exceptions", "crash reporting", "sentry", "logging", "transport"],
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Intended Audience :: Developers",
        "Operating System :: POSIX",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3 :: Only",
        *(f"Programming Language :: Python :: 3.{minor}" for minor in range(10, 14)),
        "Programming Language :: Python :: Implementation :: CPython",
        "Framework :: Pytest",
        "Topic :: Software Development :: Bug Tracking",
        "Topic :: System :: Logging",
        "Topic :: System :: Monitoring",
        "Typing :: Typed",
    ],
    python_requires=">=3.10",
    package_dir=SOURCES,
    packages=[
        name
        for package, folder in SOURCES.items()
        for name in [package, *(f"{package}.{below}" for below in find_packages(folder))]
    ],
    package_data={"rookery": ["py.typed", "inbox/assets/*"], "rookery_transports": ["py.typed"]},
    install_requires=["urllib3>=2.2.3,<3", "certifi>=2023.7.22", "stevedore>=4.1"],
    extras_require=EXTRAS,
    entry_points={
        "console_scripts": ["rookery = rookery.cli:main"],
        "rookery.transports": TRANSPORTS,
        "pytest11": ["rookery = rookery.testing.pytest_plugin"],
    },
    zip_safe=True,
)
