"""A survey over gRPC: planned, imported, asked for, compared."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.json_format import MessageToDict

from ledger.surveys.card import CARD_FIELDS
from participation.ledger.v1 import bodies_pb2, record_pb2, survey_parts_pb2, survey_results_pb2, surveys_pb2
from participation.transparency.v1 import survey_comparison_pb2
from participation.transparency.v1 import surveys_pb2 as shown_pb2
from tests.services.rpc.face import LEDGER, Face, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIEW = "participation.transparency.v1.TransparencyService/"


def envelope(**more: Any) -> dict[str, Any]:
    return {"ledger": LEDGER, "request_id": str(uuid4()), "wait_for": record_pb2.WAIT_FOR_PROJECTED} | more


async def plan(face: Face) -> str:
    """Plan a survey of SCB's and return its id."""
    body, survey = f"body-{uuid4()}", f"survey-{uuid4()}"
    board = bodies_pb2.BODY_KIND_BOARD
    await face.method("BodyService/RegisterBody")(
        bodies_pb2.RegisterBodyRequest(**envelope(body=body, kind=board, name="Nämnden"))
    )
    await face.method("SurveyService/PlanSurvey")(
        surveys_pb2.PlanSurveyRequest(
            **envelope(survey=survey, title="SCB 2015", commissioner=body, conductor="SCB", occurred="2015"),
            population="Invånare 18–84 år",
            design=survey_parts_pb2.SURVEY_DESIGN_SRS,
        )
    )
    return survey


def results(survey: str) -> survey_results_pb2.PublishResultsRequest:
    cell = survey_results_pb2.SurveyCell(value="38", note="lägsta betyget")
    kind = survey_results_pb2.SURVEY_TABLE_KIND_INDEX
    table = survey_results_pb2.SurveyTable(table="nii", kind=kind, index="overall", cells=[cell])
    return survey_results_pb2.PublishResultsRequest(
        **envelope(survey=survey, release="press", tables=[table], origin=survey_results_pb2.RESULT_ORIGIN_IMPORT)
    )


async def test_x13_a_result_is_asked_for_with_its_card_and_never_stands_without(face: Face) -> None:
    survey = await plan(face)
    publish = face.method("SurveyService/PublishResults")
    assert (await refused(publish(results(survey)))).reason == "CARD_MISSING"
    await face.method("SurveyService/DrawSample")(
        surveys_pb2.DrawSampleRequest(**envelope(survey=survey, size=1500, occurred="2015"))
    )
    known = {"commissioner", "conductor", "population", "design", "sample_size"}
    missing = [name for name in CARD_FIELDS if name not in known]
    stated = survey_results_pb2.StatedRate(text="knappt 40 %", maximum="40", approximate=True)
    card = survey_results_pb2.PublishCardRequest(**envelope(survey=survey, stated_response=stated), missing=missing[1:])
    late = await refused(face.method("SurveyService/PublishCard")(card))
    assert (late.reason, late.metadata["fields"]) == ("CARD_INCOMPLETE", missing[0])
    card.missing[:] = missing
    card.request_id = str(uuid4())
    await face.method("SurveyService/PublishCard")(card)
    await publish(results(survey))
    view = await face.method(VIEW + "GetSurvey")(shown_pb2.GetSurveyRequest(ledger=LEDGER, survey=survey))
    told = MessageToDict(view, preserving_proto_field_name=True)
    assert told["response"]["stated"] == {"text": "knappt 40 %", "maximum": "40", "approximate": True}
    assert told["cards"][0]["sample_size"] == "1500"
    assert told["cards"][0]["missing"] == missing
    assert "complete" not in told["cards"][0]["dispositions"]
    assert told["releases"][0]["tables"][0]["cells"][0]["value"] == "38"
    assert told["releases"][0]["quality"]["card"] == 1


async def test_question_22_two_surveys_are_compared_or_it_is_said_why_not(face: Face) -> None:
    later, earlier = await plan(face), await plan(face)
    asked = survey_comparison_pb2.CompareSurveysRequest(ledger=LEDGER, survey=later, earlier=earlier, index="overall")
    view = await face.method(VIEW + "CompareSurveys")(asked)
    assert (view.verdict, view.why_not, view.HasField("difference")) == (
        "not_comparable",
        "comparability_not_stated",
        False,
    )
    alone = survey_comparison_pb2.CompareSurveysRequest(ledger=LEDGER, survey=later, index="overall")
    problem = await refused(face.method(VIEW + "CompareSurveys")(alone))
    assert list(problem.fields) == ["earlier"]
    listed = await face.method(VIEW + "ListSurveys")(shown_pb2.ListSurveysRequest(ledger=LEDGER, page_size=1000))
    assert {later, earlier} <= {each.survey for each in listed.surveys}
