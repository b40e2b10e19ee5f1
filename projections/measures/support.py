"""Support: whether it mattered at all how many stood behind an input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import atanh, sqrt, tanh

from projections.inputs import SUPPORTS
from projections.measures.adoption import ADOPTED, judged, told
from projections.measures.breakdown import within
from projections.measures.measure import FEW, LEAST, NO_DIFFERENCE, NOTHING, Figure, Measure, Result, Span, text
from projections.measures.population import READ, Asked
from projections.petitions import SIGNATURES
from projections.statistics.intervals import z
from projections.views.answer import Answer

SUPPORT_SENSITIVITY = Measure(
    "support_sensitivity",
    1,
    "Whether inputs of residents and organisations that more people supported were adopted more often: Spearman's "
    "rank correlation between the number of supporters and being adopted, wholly or in part. 0 means that support "
    "made no difference, 1 that the most supported were the adopted ones. Inputs out of scope are left out, pending "
    "ones count as not adopted. Interval: 95 %, Fisher's z with the variance of Bonett and Wright. Hidden for fewer "
    "than 20, and undefined where all have equal support or the same outcome. The shares adopted by fourths of "
    "support stand beside it. It tells what went together, not why.",
    "Om förslag från boende och organisationer oftare antogs när fler stödde dem: Spearmans rangkorrelation mellan "
    "antalet som stöder förslaget och om det antogs, helt eller delvis. 0 betyder att stödet inte spelade någon "
    "roll, 1 att de mest stödda var de som antogs. Det som låg utanför frågan räknas inte, och det som väntar räknas "
    "som inte antaget. Intervall: 95 %, Fishers z med Bonetts och Wrights varians. Döljs för färre än 20 och saknas "
    "där alla har lika stort stöd eller samma utfall. Bredvid visas andelen antagna för varje fjärdedel efter stöd. "
    "Måttet visar vad som följs åt, inte varför.",
    (*READ, SUPPORTS, SIGNATURES),
    "coefficient",
)


def support_sensitivity(asked: Asked) -> Result:
    """Return the rank correlation of support and adoption, and the shares adopted by fourths of support."""
    whole, strata = told(asked, "public")
    inside = within(judged(asked, asked.public))
    pairs = [(asked.support.get(each.input, 0), each.code in ADOPTED) for each in inside]
    figure = correlation(pairs, list(whole.figures[0].events))
    return Result([figure, *whole.figures], strata=[each for each in strata if each.by == "support"])


def correlation(pairs: Sequence[tuple[int, bool]], queries: Sequence[Answer]) -> Figure:
    """Return Spearman's rho with its interval, tanh(atanh rho ± z √((1 + rho²/2) / (n - 3))).

    Source: D. G. Bonett, T. A. Wright, Psychometrika 65 (2000) 23-28.
    """
    n = len(pairs)
    bare = Figure("spearman_rho", n, unit="coefficient", events=queries)
    if n < LEAST:
        return replace(bare, hidden=FEW if n else NOTHING)
    supports, outcomes = zip(*pairs, strict=True)
    if len(set(supports)) == 1 or len(set(outcomes)) == 1:
        return replace(bare, hidden=NO_DIFFERENCE)
    from scipy.stats import spearmanr  # noqa: PLC0415  whoever asks for no correlation needs it not, and it takes its time

    # Rounding may carry a whole correlation a hair beyond 1.
    rho = max(-1.0, min(1.0, float(spearmanr(supports, outcomes).statistic)))
    half = z() * sqrt((1 + rho * rho / 2) / (n - 3))
    low, high = (tanh(atanh(rho) + side * half) if abs(rho) < 1 else rho for side in (-1, 1))
    return replace(bare, value=text(rho), span=Span("fisher_z_bonett_wright", text(low), text(high)))
