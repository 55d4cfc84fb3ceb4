"""Reading: text to vectors, by whoever knows the script."""

from recsys.text.registry import DICTIONARY, ENCODERS, LEXICAL, MINILM, Choice, Reader, forget_reader, reader
from recsys.text.scripts import script_of
from recsys.text.space import TextSpace
from recsys.text.store import VectorStore

__all__ = [
    "DICTIONARY",
    "ENCODERS",
    "LEXICAL",
    "MINILM",
    "Choice",
    "Reader",
    "TextSpace",
    "VectorStore",
    "forget_reader",
    "reader",
    "script_of",
]
