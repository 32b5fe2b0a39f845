"""Cases of the public record, each with the facts that were published and the figures that follow, worked by hand."""
