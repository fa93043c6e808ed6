"""Values of libraries: nothing lazy is evaluated, no database is asked, no array is converted."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tests.variables.telling import attached, shown


def test_an_array_of_many_cells_is_told_by_its_shape() -> None:
    numpy = pytest.importorskip("numpy")
    assert shown(numpy.zeros((1000, 3))) == "<ndarray of 1000 x 3 float64>"
    assert shown(numpy.arange(3)) == "array([0, 1, 2])"
    assert attached({"n": numpy.float64(1.5)}) == {"n": 1.5}


def test_an_array_of_objects_does_not_ask_them() -> None:
    numpy = pytest.importorskip("numpy")

    class Loud:
        def __repr__(self) -> str:
            raise AssertionError("asked")

    assert shown(numpy.array([Loud()], dtype=object)) == "<ndarray of 1 object>"


def test_an_array_is_not_printed_even_if_the_program_prints_whole_arrays() -> None:
    numpy = pytest.importorskip("numpy")
    with numpy.printoptions(threshold=sys.maxsize):
        assert len(shown(numpy.zeros(10**6))) < 100


def test_a_table_of_many_cells_is_told_by_its_shape() -> None:
    pandas = pytest.importorskip("pandas")
    assert shown(pandas.DataFrame({"a": range(1000)})) == "<DataFrame of 1000 x 1>"
    assert shown(pandas.Series(range(1000))) == "<Series of 1000 int64>"
    assert "a" in shown(pandas.DataFrame({"a": [1]}))
    assert "1" in shown(pandas.Series([1]))


def test_a_number_of_an_array_is_attached_as_people_write_it() -> None:
    numpy = pytest.importorskip("numpy")
    told = attached([numpy.int64(3), numpy.float32(1.5), numpy.bool_(True), numpy.float64(2.5)])
    assert told == ["3", "1.5", "True", 2.5]


ORDERS = """
import sys
from rookery.event.plain import plain
from rookery.event.text import safe_str
from rookery.event.variables import describe_variables

def tell(value):
    key = {value: 1} if type(value).__name__ == "Order" else 0
    told = describe_variables([("it", value), ("held", [value]), ("key", key), ("keys", {(1, value): 1} if key else 0)])
    late = type(value).__name__ == "__proxy__"  # what messages are made of is asked for its words
    said = "" if late else [safe_str(of) for of in (value, [value], ValueError(value), KeyError(value), OSError(value, 1))]
    return str(told), str(plain({"it": value})), str(said)
"""

DJANGO = (
    ORDERS
    + """
import django
from django.conf import settings
settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, USE_TZ=True)
django.setup()
from django.core.paginator import Page, Paginator
from django.db import connection, models
from django.utils.functional import SimpleLazyObject, lazy
from django.utils.translation import gettext_lazy

class Owner(models.Model):
    name = models.TextField()
    class Meta: app_label = "shop"
class Order(models.Model):
    owner = models.ForeignKey(Owner, models.CASCADE)
    class Meta: app_label = "shop"
    def __str__(self): return self.owner.name
class Orders(models.QuerySet): pass

with connection.schema_editor() as editor:
    editor.create_model(Owner); editor.create_model(Order)
Order.objects.create(owner=Owner.objects.create(name="x"))
order = Order.objects.get()
def never(): raise AssertionError("evaluated")
def count(execute, sql, params, many, context): raise AssertionError("asked: " + sql)
with connection.execute_wrapper(count):
    for value in (order, Order.objects.all(), Orders(Order), Order.objects.values("id"), Order.objects.raw("select 1"),
                  SimpleLazyObject(never), lazy(never, str)(), Page([order], 1, Paginator(Order.objects.order_by("id"), 2)), Order.objects):
        for told in tell(value):
            assert "broken" not in told, told
        print(tell(value)[0])
"""
)

SQLALCHEMY = (
    ORDERS
    + """
from sqlalchemy import create_engine, event, ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, Session, mapped_column, relationship

class Base(DeclarativeBase): pass
class Owner(Base):
    __tablename__ = "owner"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    orders: Mapped[list["Order"]] = relationship(back_populates="owner")
class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"))
    owner: Mapped[Owner] = relationship(back_populates="orders")
    def __repr__(self): return f"<Order of {self.owner.name}>"
class DataBase(MappedAsDataclass, DeclarativeBase): pass
class Data(DataBase):
    __tablename__ = "data"
    id: Mapped[int] = mapped_column(primary_key=True)

engine = create_engine("sqlite://")
Base.metadata.create_all(engine); DataBase.metadata.create_all(engine)
session = Session(engine)
order = Order(owner=Owner(name="x")); data = Data(id=1)
session.add_all([order, data]); session.commit()  # everything is expired now
statements = []
event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
for value in (order, data, session.query(Order), select(Order), Order(), session):
    for told in tell(value):
        assert "broken" not in told, told
    print(tell(value)[0])
assert not statements, statements
"""
)


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


TRANSLATED = """
from django.conf import settings
settings.configure(USE_I18N=False)
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy
import rookery
client = rookery.init("http://k@127.0.0.1:9/1", transport="memory").client
rookery.capture_exception(PermissionDenied(gettext_lazy("not you")))
rookery.capture_message(gettext_lazy("nor you"))
refused, said = client.transport.events
print(refused["exception"]["values"][0]["value"], said["logentry"]["formatted"], sep=",")
"""


def test_a_message_of_django_s_is_translated() -> None:
    pytest.importorskip("django")
    assert run(TRANSLATED) == "not you,nor you\n"


def test_nothing_of_django_is_evaluated_and_its_database_is_not_asked() -> None:
    pytest.importorskip("django")
    told = run(DJANGO)
    assert "<Order pk=1>" in told
    assert "QuerySet from django.db.models.query" in told


def test_a_row_of_sqlalchemy_is_not_refreshed() -> None:
    pytest.importorskip("sqlalchemy")
    told = run(SQLALCHEMY)
    assert "<Order pk=1>" in told
    assert "<Data pk=1>" in told
    assert "<Order not stored>" in told


def test_no_library_is_loaded_for_it() -> None:
    names = ["numpy", "pandas", "django", "sqlalchemy", "attrs", "pydantic", "decimal", "uuid"]
    program = f"""
import rookery, sys
rookery.init("http://k@127.0.0.1:9/1", transport="memory")
try: 1 / 0
except Exception as error: rookery.capture_exception(error)
print([name for name in {names!r} if name in sys.modules])
"""
    assert run(program).strip().splitlines()[-1] == "[]"


def test_what_a_library_left_broken_harms_nobody() -> None:
    class Odd(type):
        @property
        def __mro__(cls) -> Any:
            raise RuntimeError("no")

    told = shown(Odd("Thing", (), {})())
    assert "Thing" in told
