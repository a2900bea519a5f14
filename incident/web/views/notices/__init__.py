"""Notices: each module is named after what a person does there, and attaches its pages to the one blueprint."""

from incident.web.views.notices import (
    compare,
    copy_beside,
    download,
    draft,
    edpb,
    mailing,
    mailing_people,
    submit,
)
from incident.web.views.notices.opened import bp

__all__ = ["bp", "compare", "copy_beside", "download", "draft", "edpb", "mailing", "mailing_people", "submit"]
