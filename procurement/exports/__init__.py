"""Full exports: files with a manifest of their hashes, each export in a folder of its own."""
