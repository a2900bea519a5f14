"""What this stack can do at best, measured in the same run, so that ratios survive a busy machine."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from flask import Flask, render_template_string
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench.figure import Figure, measure
from bench.place import Place

ROWS, SHOWN = 10_000, 50
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
PAGE = """<!doctype html>
<title>Control</title>
<p>{{ many }} in all, {{ waiting }} waiting</p>
<table>
{% for one in shown %}<tr>{% for cell in one.cells() %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</table>
"""


class _Base(DeclarativeBase):
    pass


class _Thing(_Base):
    """A row with as many columns as a register shows."""

    __tablename__ = "bench_control"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    words: Mapped[str]
    state: Mapped[int] = mapped_column(index=True)
    place: Mapped[str]
    owner: Mapped[str]
    came: Mapped[datetime] = mapped_column(index=True)
    ends: Mapped[datetime]

    def cells(self) -> tuple[object, ...]:
        """What the table shows."""
        return self.id, self.code, self.words, self.state, self.place, self.owner, self.came, self.ends


def controls(where: Place) -> Iterator[Figure]:
    """One durable commit and one indexed read."""
    prepare(where.engine)
    counter = iter(range(ROWS, 10**9))
    yield measure("control: one durable commit", lambda: _commit(where.engine, next(counter)), 200, where.engine)
    yield measure("control: one indexed read", lambda: _read(where.engine), 500, where.engine)


def prepare(engine: Engine) -> None:
    """Make the rows of the control page anew."""
    _Base.metadata.drop_all(engine)
    _Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(_Thing), [_thing(number) for number in range(ROWS)])


def _thing(number: int) -> dict[str, object]:
    came = FIRST + timedelta(minutes=number)
    words = f"Number {number} of what somebody has written down in one line"
    kept = {"place": "attic", "owner": "Somebody", "came": came, "ends": came + timedelta(days=3)}
    return {"id": number, "code": f"T-{number:05}", "words": words, "state": number % 7, **kept}


def _commit(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        connection.execute(insert(_Thing), [_thing(number)])


def _read(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT words FROM bench_control WHERE id = 500")).all()


def control_app(url: str) -> Flask:
    """An application whose only page lists 50 rows: Flask, Flask-SQLAlchemy, Jinja and three statements, no more."""
    app, db = Flask("bench"), SQLAlchemy(model_class=_Base, disable_autonaming=True)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)

    @app.get("/")
    def page() -> str:
        shown = db.session.scalars(select(_Thing).order_by(_Thing.came.desc()).limit(SHOWN)).all()
        many = db.session.scalar(select(func.count()).select_from(select(_Thing.id).limit(ROWS).subquery()))
        waiting = db.session.scalar(select(func.count()).where(_Thing.state == 1))
        return render_template_string(PAGE, shown=shown, many=many, waiting=waiting)

    return app


def from_environment() -> Flask:
    """The same for a server of its own, on the database that the environment names."""
    return control_app(os.environ["DATABASE_URL"])
