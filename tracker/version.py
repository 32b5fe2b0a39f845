"""The version of the service, as pyproject.toml has it, which is not part of an image."""

VERSION = "0.1.0"
