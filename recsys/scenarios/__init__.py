"""Which business a dataset is: its goal, its policy and its words, read from the one file in its folder."""
