"""The commands of ``python -m recsys``: one module each.

A command module has ``add_parser(subparsers)``, which adds its parser and sets the default ``run``: a function of the
parsed arguments and of ``write`` (prints one line) that returns the exit code. A ``RecsysError`` ends the program
with its sentence and code 1.
"""
