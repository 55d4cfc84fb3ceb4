"""Compare: one person, up to four recommenders, side by side."""

from recsys.ui import compare_controls, compare_view, frame
from recsys.ui.controls import dataset_picker, pickers

frame.page(
    "Compare",
    "One person, up to four recommenders side by side, each ranking the whole catalogue from the same history.",
)
with pickers():
    data = dataset_picker()
    who = compare_controls.asker(data)
compare_view.side_by_side(data, who)
frame.footer(data)
