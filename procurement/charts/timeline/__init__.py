"""One program through time: what was decided and said of it, above what was committed, paid and outstanding."""
