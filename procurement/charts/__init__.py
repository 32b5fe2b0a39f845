"""Charts from one description each: read, described in Vega-Lite, and drawn as SVG and PNG."""
