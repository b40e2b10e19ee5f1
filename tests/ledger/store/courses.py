"""An application written on the `eventsourcing` library alone: students join courses with few places.

Nothing in it knows of the ledger. Environment variables choose where it records.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Decision, EnduringObject, Group, InitialDecision, Selector, Slice, Tagged
from eventsourcing.dcb.persistence import DCBMapper
from eventsourcing.domain import event
from eventsourcing.utils import get_topic, resolve_topic


class CourseFullError(Exception):
    """The course has no places left."""


class TooManyCoursesError(Exception):
    """The student has joined as many courses as allowed."""


class AlreadyJoinedError(Exception):
    """The student has joined this course already."""


@dataclass
class StudentJoinedCourse(Decision):
    student_id: str
    course_id: str


@dataclass
class StudentLeftCourse(Decision):
    student_id: str
    course_id: str


@dataclass
class Renamed(Decision):
    name: str


class Student(EnduringObject[Decision]):
    @dataclass
    class Registered(InitialDecision):
        originator_topic: str
        student_id: str
        name: str
        max_courses: int

    @event(Registered)
    def __init__(self, name: str, max_courses: int) -> None:
        self.name = name
        self.max_courses = max_courses
        self.courses: list[str] = []

    @event(Renamed)
    def _renamed(self, name: str) -> None:
        self.name = name

    def rename(self, name: str) -> None:
        self.trigger_event(Renamed, (), name=name)

    @event(StudentJoinedCourse)
    def _(self, course_id: str) -> None:
        self.courses.append(course_id)

    @event(StudentLeftCourse)
    def _(self, course_id: str) -> None:
        self.courses.remove(course_id)


class Course(EnduringObject[Decision]):
    @dataclass
    class Registered(InitialDecision):
        originator_topic: str
        course_id: str
        name: str
        places: int

    @event(Registered)
    def __init__(self, name: str, places: int) -> None:
        self.name = name
        self.places = places
        self.students: list[str] = []

    @event(StudentJoinedCourse)
    def _(self, student_id: str) -> None:
        self.students.append(student_id)

    @event(StudentLeftCourse)
    def _(self, student_id: str) -> None:
        self.students.remove(student_id)


class StudentAndCourse(Group[Decision]):
    def __init__(self, student: Student, course: Course) -> None:
        self.student, self.course = student, course

    def leave(self) -> None:
        self.trigger_event(StudentLeftCourse, (), student_id=self.student.id, course_id=self.course.id)


class JoinCourse(Slice[Decision]):
    """A slice with a boundary of its own: the student's and the course's events that matter for joining."""

    def __init__(self, student_id: str, course_id: str) -> None:
        self.student_id, self.course_id = student_id, course_id
        self.max_courses = self.places = 0
        self.courses: set[str] = set()
        self.students: set[str] = set()

    def consistency_boundary(self) -> Sequence[Selector]:
        return [
            Selector(types=[Student.Registered, StudentJoinedCourse, StudentLeftCourse], tags=[self.student_id]),
            Selector(types=[Course.Registered, StudentJoinedCourse, StudentLeftCourse], tags=[self.course_id]),
        ]

    @event(Student.Registered)
    def _(self, max_courses: int) -> None:
        self.max_courses = max_courses

    @event(Course.Registered)
    def _(self, places: int) -> None:
        self.places = places

    @event(StudentJoinedCourse)
    def _(self, student_id: str, course_id: str) -> None:
        if student_id == self.student_id:
            self.courses.add(course_id)
        if course_id == self.course_id:
            self.students.add(student_id)

    @event(StudentLeftCourse)
    def _(self, student_id: str, course_id: str) -> None:
        if student_id == self.student_id:
            self.courses.discard(course_id)
        if course_id == self.course_id:
            self.students.discard(student_id)

    def execute(self) -> None:
        if self.course_id in self.courses:
            raise AlreadyJoinedError
        if len(self.courses) >= self.max_courses:
            raise TooManyCoursesError
        if len(self.students) >= self.places:
            raise CourseFullError
        self.trigger_event(
            StudentJoinedCourse,
            (self.student_id, self.course_id),
            student_id=self.student_id,
            course_id=self.course_id,
        )


class JSONMapper(DCBMapper[Decision]):
    def to_dcb_event(self, event: Tagged[Any]) -> DCBEvent:
        decision = event.decision
        return DCBEvent(get_topic(type(decision)), json.dumps(asdict(decision)).encode(), list(event.tags))

    def to_domain_event(self, event: DCBEvent) -> Tagged[Decision]:
        return Tagged(event.tags, resolve_topic(event.type)(**json.loads(event.data)))


class Enrolment(DCBApplication):
    env = {"MAPPER_TOPIC": f"{__name__}:JSONMapper", **DCBApplication.env}  # noqa: RUF012  the library's own way

    def register_student(self, name: str, max_courses: int) -> str:
        student = Student(name=name, max_courses=max_courses)
        self.repository.save(student)
        return student.id

    def register_course(self, name: str, places: int) -> str:
        course = Course(name=name, places=places)
        self.repository.save(course)
        return course.id

    def join(self, student_id: str, course_id: str) -> None:
        self.do(JoinCourse(student_id, course_id))

    def leave(self, student_id: str, course_id: str) -> None:
        group = self.repository.get_group(StudentAndCourse, student_id, course_id)
        group.leave()
        self.repository.save(group)

    def students(self, course_id: str) -> list[str]:
        course = self.repository.get(course_id)
        assert isinstance(course, Course)
        names = []
        for student in self.repository.get_many(*course.students):
            assert isinstance(student, Student)
            names.append(student.name)
        return names
