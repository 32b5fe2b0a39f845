"""The record of a file that was read, from handing it in to taking it back."""
