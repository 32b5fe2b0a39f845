#!/usr/bin/env python3
"""Name the images by their digests, so that the same bytes come each time.

    python3 deploy/pin_images.py >> .env

Run it where a registry of images is reached. It asks through `docker buildx imagetools`, and prints a line for each
image of the compose files and of the Dockerfile. The digests are the registry's: where it is not reached nothing is
printed, and the tags stay.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = ("docker-compose.yml", "docker-compose.scale.yml")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def images() -> dict[str, str]:
    """Each variable that names an image, with the tag that is used without it."""
    text = "".join((ROOT / name).read_text() for name in FILES)
    return dict(re.findall(r"\$\{(\w+_IMAGE):-([^}]+:[^}]+)\}", text))


def digest(image: str) -> str:
    """What the registry says that a tag is now. Raises OSError and CalledProcessError."""
    command = ["docker", "buildx", "imagetools", "inspect", image, "--format", "{{.Manifest.Digest}}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    if not DIGEST.fullmatch(said):
        raise OSError(f"{image}: {said[:100]!r} is no digest")
    return said


def main() -> int:
    """Print all lines, or none and the reason."""
    try:
        lines = [f"{name}={image}@{digest(image)}" for name, image in sorted(images().items())]
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"nothing pinned: {error.stderr.strip() or error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"nothing pinned: {error}\n")
        return 1
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
