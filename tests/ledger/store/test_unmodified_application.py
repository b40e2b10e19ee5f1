"""An application that knows only the library runs on both engines, chosen by environment variables alone."""

import threading
from collections.abc import Iterator

import pytest
from eventsourcing.persistence import IntegrityError

from tests.ledger.store.conftest import Engine
from tests.ledger.store.courses import (
    AlreadyJoinedError,
    CourseFullError,
    Enrolment,
    Student,
    TooManyCoursesError,
)


@pytest.fixture
def app(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Enrolment]:
    for name, value in engine.environment.items():
        monkeypatch.setenv(name, value)
    with Enrolment() as application:
        assert type(application.factory).__module__ == f"ledger.store.{engine.name}"
        yield application


def test_students_join_and_leave_courses_within_the_rules(app: Enrolment) -> None:
    anna, bo, carin = (app.register_student(name, max_courses=2) for name in ("Anna", "Bo", "Carin"))
    french, maths, art = (app.register_course(name, places=2) for name in ("Franska", "Matte", "Bild"))
    app.join(anna, french)
    app.join(bo, french)
    with pytest.raises(CourseFullError):
        app.join(carin, french)
    with pytest.raises(AlreadyJoinedError):
        app.join(anna, french)
    app.leave(bo, french)
    app.join(carin, french)
    app.join(anna, maths)
    with pytest.raises(TooManyCoursesError):
        app.join(anna, art)
    assert app.students(french) == ["Anna", "Carin"]
    assert app.students(maths) == ["Anna"]
    assert [each.position for each in app.recorder.read()] == list(range(1, 12))


def test_a_stale_object_is_refused_when_saved(app: Enrolment) -> None:
    anna = app.register_student("Anna", max_courses=2)
    one, other = app.repository.get(anna), app.repository.get(anna)
    assert isinstance(one, Student)
    assert isinstance(other, Student)
    one.rename("Anna B")
    other.rename("Anna C")
    app.repository.save(one)
    with pytest.raises(IntegrityError):
        app.repository.save(other)
    kept = app.repository.get(anna)
    assert isinstance(kept, Student)
    assert kept.name == "Anna B"


def test_the_last_place_goes_to_one_of_many(app: Enrolment) -> None:
    students = [app.register_student(f"Elev {n}", max_courses=1) for n in range(12)]
    course = app.register_course("Simning", places=3)
    joined: list[str] = []

    def join(student: str) -> None:
        while True:
            try:
                app.join(student, course)
            except IntegrityError:
                continue
            except CourseFullError:
                return
            joined.append(student)
            return

    threads = [threading.Thread(target=join, args=(student,)) for student in students]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(joined) == len(app.students(course)) == 3


def test_another_process_would_go_on_with_the_same_ledger(app: Enrolment, engine: Engine) -> None:
    anna = app.register_student("Anna", max_courses=1)
    with Enrolment(env=engine.environment) as again:
        course = again.register_course("Franska", places=1)
        again.join(anna, course)
    assert app.students(course) == ["Anna"]


def test_memory_stands_for_a_file_that_goes_away() -> None:
    with Enrolment(env={"PERSISTENCE_MODULE": "ledger.store.sqlite", "SQLITE_DBNAME": ":memory:"}) as application:
        course = application.register_course("Franska", places=1)
        application.join(application.register_student("Anna", max_courses=1), course)
        assert application.students(course) == ["Anna"]


@pytest.mark.parametrize(
    "environment",
    [
        {"PERSISTENCE_MODULE": "ledger.store.sqlite"},
        {"PERSISTENCE_MODULE": "ledger.store.sqlite", "SQLITE_DBNAME": "file:x?mode=memory"},
        {"PERSISTENCE_MODULE": "ledger.store.postgres", "POSTGRES_DBNAME": "x", "POSTGRES_HOST": "x"},
    ],
)
def test_a_missing_setting_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(OSError, match=r"SQLITE_DBNAME|POSTGRES_USER"):
        Enrolment(env=environment)
