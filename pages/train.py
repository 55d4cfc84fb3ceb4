"""Train: tune, fine-tune, augment and fuse, each with what it is worth."""

from recsys.ui import frame, train_view
from recsys.ui.controls import dataset_picker

frame.page("Train", "Make the recommender better, and see what each step is worth.")
data = dataset_picker(as_usual=True)
view = train_view.choose()
train_view.show(view, data)
frame.footer(data)
