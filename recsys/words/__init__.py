"""Words about items, lists and people: quoted where no language model is set, checked where one is."""
