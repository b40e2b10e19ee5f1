"""The columns of Decidim's open data: each field with the names it has had in versions and languages of sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PROPOSAL_COLUMNS: Mapping[str, Sequence[str]] = {
    "id": ("id", "proposal_id"),
    "title": ("title",),
    "body": ("body", "summary", "description", "text"),
    "language": ("locale", "language", "original_locale"),
    "status": ("state", "status", "proposal_state", "internal_state"),
    "answer": ("answer", "official_response", "response"),
    "answered": ("answered_at", "state_published_at", "answered_on"),
    "created": ("published_at", "created_at", "created_on"),
    "author": ("author/id", "author_id", "author"),
    "author_erased": ("author_erased", "author/deleted"),
    "author_kind": ("author_kind", "author_type", "author/type"),
    "organisation": ("user_group/id", "organization", "organisation"),
    "official": ("official", "is_official"),
    "source": ("source", "origin"),
    "in_meeting": ("created_in_meeting",),
    "supports": ("supports", "proposal_votes", "votes", "votes_count", "proposal_votes_count"),
    "district": ("district", "scope/name", "decidim_scope/name", "scope"),
    "theme": ("category/name", "category", "taxonomies/name"),
    "subtheme": ("subcategory/name", "subcategory"),
    "hidden": ("hidden",),
}
"""The fields of a proposal, each with the names of its column; the first that is there is used."""

COMMENT_COLUMNS: Mapping[str, Sequence[str]] = {
    "id": ("id", "comment_id"),
    "body": ("body", "text"),
    "language": ("locale", "language"),
    "created": ("created_at", "created_on"),
    "author": ("author/id", "author_id", "author"),
    "organisation": ("user_group/id", "as_"),
    "about": ("proposal_id", "root_commentable_id", "commentable_id", "commentable/id"),
    "about_kind": ("root_commentable_type", "commentable_type", "commentable/type", "on"),
    "stance": ("alignment",),
    "hidden": ("hidden",),
}
MEETING_COLUMNS: Mapping[str, Sequence[str]] = {
    "id": ("id", "meeting_id"),
    "title": ("title",),
    "start": ("start_time", "start_date", "start"),
    "place": ("location", "address"),
}
