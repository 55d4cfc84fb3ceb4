"""Audience: who the users are and what they do."""

from recsys.ui import audience_segment, audience_view, frame
from recsys.ui.controls import dataset_picker, pickers

frame.page("Audience", "Who the users are and what they do. Click a chart to see the people behind it.")
with pickers():
    data = dataset_picker(read=False)
    audience_segment.picker(data)
view = audience_view.choose()
audience_view.show(view, data)
frame.footer(data)
