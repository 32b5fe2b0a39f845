"""Full exports: which files they have, making one, and serving them."""
