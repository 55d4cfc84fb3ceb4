"""Method: what the articles describe, the formulas, and worked examples that compute live."""

from recsys.ui import frame
from recsys.ui.method_view import differences, examples, formulas, ideas

frame.page("Method", "How it works, with numbers you can check.")
ideas()
examples()
differences()
formulas()
frame.hint("Items, readers and sentences of the examples are invented for this page.")
